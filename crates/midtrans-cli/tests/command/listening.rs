//! `midtrans listen` and `midtrans simulate`: programs that go on.

use std::io::Read;

use midtrans_ureq::ureq;

use crate::program::{Folder, Program, first_line};
use crate::shop::{Shop, status};

/// Starts to listen, lets `work` send to it, and returns what was said about `count` messages.
fn heard(options: &[&str], count: usize, work: impl FnOnce(&str)) -> Vec<serde_json::Value> {
    let count = count.to_string();
    let words = [
        &["listen", "--port", "0", "--json", "--count", &count],
        options,
    ]
    .concat();
    let mut child = Program::keyed().spawn(&words);
    let (line, mut rest) = first_line(&mut child);
    let url = serde_json::from_str::<serde_json::Value>(&line).unwrap()["listening"]
        .as_str()
        .unwrap()
        .to_owned();
    work(&url);
    let mut said = String::new();
    rest.read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(!said.contains("MARKER"));
    said.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn what_arrives_is_verified_told_and_kept_as_it_came() {
    let folder = Folder::new("listen");
    let kept = folder.path("kept");
    let body = Program::keyed()
        .line("trigger akulaku.refund --dry-run")
        .out;
    let file = folder.file("n.json", &body);
    let said = heard(&["--save", &kept], 2, |url| {
        let url = format!("{url}/any/path");
        Program::keyed()
            .run(&["trigger", "akulaku.settlement", "--forge", "--to", &url])
            .says(0, &["HTTP 403"]);
        Program::keyed()
            .fed(&["resend", "-", "--to", &url], b"no json")
            .says(1, &["HTTP 400"]);
        Program::keyed()
            .run(&["resend", &file, &file, "--to", &url])
            .says(0, &["HTTP 200"]);
    });
    let [second, third, _, first] = said.as_slice() else {
        unreachable!()
    };
    assert_eq!(
        (&first["genuine"], &first["decision"]),
        (&true.into(), &"refunded".into())
    );
    assert_eq!(
        (&first["path"], &first["answered"]),
        (&"/any/path".into(), &200.into())
    );
    assert_eq!(
        (&second["genuine"], &second["answered"]),
        (&false.into(), &403.into())
    );
    assert_eq!(third["answered"], 400);
    let name = first["kept"].as_str().unwrap();
    assert!(name.ends_with("-order-101-refund.json"), "{name}");
    assert_eq!(std::fs::read_to_string(name).unwrap(), body);
    assert!(
        second["kept"]
            .as_str()
            .unwrap()
            .ends_with("-not-genuine.json")
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            std::fs::metadata(name).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}

/// Sends a body as a page in a browser does, or as the gateway, and returns the answer's status.
fn post(url: &str, headers: &[(&str, &str)], body: &[u8]) -> u16 {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .new_agent();
    let request = headers
        .iter()
        .fold(agent.post(url), |request, (name, value)| {
            request.header(*name, *value)
        });
    request.send(body).unwrap().status().as_u16()
}

#[test]
fn a_web_page_can_neither_fill_the_folder_nor_reach_the_shop_nor_end_the_listener() {
    let folder = Folder::new("listen-page");
    let kept = folder.path("kept");
    let body = Program::keyed()
        .line("trigger akulaku.settlement --dry-run")
        .out;
    let shop = Shop::answering(&[&status("200 OK")]);
    let said = heard(&["--save", &kept, "--forward", &shop.url], 1, |url| {
        for page in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "null"), ("content-type", "text/plain")],
            &[("sec-fetch-site", "cross-site")],
            &[
                ("sec-fetch-site", "same-origin"),
                ("host", "rebound.evil.example"),
            ],
        ] {
            assert_eq!(post(url, page, body.as_bytes()), 403, "{page:?}");
        }
        assert_eq!(post(url, &[], body.as_bytes()), 200);
    });
    let pages = said
        .iter()
        .filter(|one| {
            one["why"]
                .as_str()
                .is_some_and(|why| why.contains("web page"))
        })
        .count();
    assert_eq!((said.len(), pages), (5, 4));
    assert_eq!(
        (std::fs::read_dir(&kept).unwrap().count(), shop.all().len()),
        (1, 1)
    );
}

#[test]
fn a_folder_that_is_full_is_said_and_what_is_genuine_is_asked_for_again() {
    let folder = Folder::new("listen-full");
    let kept = folder.path("kept");
    std::fs::create_dir(&kept).unwrap();
    let body = Program::keyed()
        .line("trigger akulaku.settlement --dry-run")
        .out;
    let said = heard(&["--save", &kept, "--save-limit", "1"], 2, |url| {
        let forged = [
            body.replace("order-101", "order-102").as_bytes(),
            &[b' '; 200_000],
        ]
        .concat();
        assert_eq!(
            post(url, &[], &forged),
            403,
            "too much for the share of strangers"
        );
        assert_eq!(post(url, &[], body.as_bytes()), 200);
        assert_eq!(
            post(
                url,
                &[],
                &[body.as_bytes(), &vec![b' '; 1_045_000]].concat()
            ),
            503
        );
    });
    assert!(
        said[0]["not_kept"]
            .as_str()
            .unwrap()
            .contains("not genuine is full"),
        "{said:?}"
    );
    assert!(said[1]["kept"].is_string());
    assert!(
        said[2]["not_kept"]
            .as_str()
            .unwrap()
            .contains("--save-limit")
    );
    assert_eq!(std::fs::read_dir(&kept).unwrap().count(), 1);
}

#[test]
fn a_notification_of_another_family_is_named_with_the_setting_that_is_wrong() {
    let other = r#"{"originalPartnerReferenceNo":"o-1","originalReferenceNo":"r-1","latestTransactionStatus":"00"}"#;
    let body = Program::keyed()
        .line("trigger akulaku.settlement --dry-run")
        .out;
    let said = heard(&[], 1, |url| {
        assert_eq!(post(url, &[], other.as_bytes()), 200);
        assert_eq!(post(url, &[], body.as_bytes()), 200);
    });
    assert!(
        said[0]["why"].as_str().unwrap().contains("BI-SNAP"),
        "{said:?}"
    );
}

#[test]
fn genuine_ones_are_handed_on_and_the_shops_answer_comes_back() {
    let shop = Shop::answering(&[&status("202 Accepted"), &status("500 Oops")]);
    let to = format!("{}/notify", shop.url);
    let said = heard(&["--forward", &to], 3, |url| {
        Program::keyed()
            .run(&["trigger", "akulaku.settlement", "--to", url])
            .says(0, &["HTTP 202"]);
        Program::keyed()
            .run(&["trigger", "akulaku.settlement", "--to", url])
            .says(1, &["HTTP 500"]);
        Program::keyed()
            .run(&["trigger", "akulaku.settlement", "--forge", "--to", url])
            .says(0, &["HTTP 403"]);
        // The shop is gone.
        Program::keyed()
            .run(&["trigger", "akulaku.settlement", "--to", url])
            .says(1, &["HTTP 503"]);
    });
    assert_eq!(said[0]["delivery"]["status"], 202);
    assert_eq!(said[3]["answered"], 503);
    let came = shop.all();
    assert_eq!(came.len(), 2, "a forged one is not handed on");
    assert!(came[0].head.starts_with("post /notify "));
}

#[test]
fn a_person_reads_what_came_in_a_table() {
    let mut child = Program::keyed().spawn(&["listen", "--port", "0", "--count", "1"]);
    let (line, mut rest) = first_line(&mut child);
    let url = line
        .strip_prefix("listening at ")
        .unwrap()
        .split(',')
        .next()
        .unwrap()
        .to_owned();
    // A probe.
    let answered = midtrans_ureq::ureq::get(&url).call();
    assert!(matches!(
        answered,
        Err(midtrans_ureq::ureq::Error::StatusCode(405))
    ));
    Program::keyed()
        .run(&["trigger", "akulaku.pending", "--to", &url])
        .says(0, &[]);
    let mut said = String::new();
    rest.read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success());
    for words in [
        "pending: the customer has not paid yet",
        "reported, not signed",
        "answered              200",
    ] {
        assert!(said.contains(words), "{words:?} is not in {said}");
    }
    assert!(said.contains("another method than POST"));
}

#[test]
fn what_cannot_be_listened_to_or_forwarded_to_is_refused() {
    let program = Program::keyed();
    program
        .line("listen --forward http://192.168.0.9/")
        .says(2, &["another machine"]);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    program
        .run(&["listen", "--port", &port])
        .says(1, &["cannot listen", "next: take another port"]);
}
