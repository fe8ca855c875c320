//! The URLs of the dashboard: set at the start, on the console and in the state file.

use midtrans_simulator::gateway::{Choice, FinishRedirect, Settings};
use midtrans_simulator::{Account, Builder, Simulator, StartError};
use serde_json::{Value, json};

use crate::api_caller::ApiCaller;

fn urls_of(settings: &Settings) -> [Option<&str>; 6] {
    [
        &settings.finish_url,
        &settings.unfinish_url,
        &settings.error_url,
        &settings.notification_url,
        &settings.pay_account_url,
        &settings.recurring_url,
    ]
    .map(|url| url.as_deref())
}

#[cfg(feature = "console")]
const NAMES: [&str; 6] = [
    "finish_url",
    "unfinish_url",
    "error_url",
    "notification_url",
    "pay_account_notification_url",
    "recurring_notification_url",
];

fn url_number(number: usize) -> String {
    format!("http://127.0.0.1:7/{number}")
}

fn with_all(builder: Builder) -> Builder {
    builder
        .finish_url(url_number(0))
        .unfinish_url(url_number(1))
        .error_url(url_number(2))
        .notification_url(url_number(3))
        .pay_account_notification_url(url_number(4))
        .recurring_notification_url(url_number(5))
}

#[test]
fn every_url_of_the_dashboard_is_set_at_the_start() {
    let second = Account::new("G2", "SB-Mid-server-two", "SB-Mid-client-two")
        .unfinish_url(url_number(1))
        .error_url(url_number(2))
        .pay_account_notification_url(url_number(4))
        .recurring_notification_url(url_number(5));
    let simulator = with_all(Simulator::builder()).merchant(second);
    let simulator = simulator.in_process().unwrap();
    let all: Vec<String> = (0..6).map(url_number).collect();
    simulator.with_accounts(|accounts, _| {
        assert_eq!(
            urls_of(accounts.first().settings()),
            [0, 1, 2, 3, 4, 5].map(|number: usize| Some(all[number].as_str()))
        );
        let second = accounts.of_merchant("G2").unwrap();
        assert_eq!(
            urls_of(second.settings()),
            [
                None,
                Some(all[1].as_str()),
                Some(&all[2]),
                None,
                Some(&all[4]),
                Some(&all[5])
            ]
        );
    });
}

#[test]
fn a_url_of_a_family_on_a_host_that_is_not_allowed_is_said_at_the_start_by_its_name() {
    type Set = fn(Builder, &str) -> Builder;
    let setters: [(&str, Set); 3] = [
        ("notification_url", |builder, url| {
            builder.notification_url(url)
        }),
        ("pay_account_notification_url", |builder, url| {
            builder.pay_account_notification_url(url)
        }),
        ("recurring_notification_url", |builder, url| {
            builder.recurring_notification_url(url)
        }),
    ];
    for (name, set) in setters {
        let builder = set(Simulator::builder(), "http://shop:3000/x");
        let error = builder.serve_blocking().unwrap_err();
        let StartError::HostNotAllowed { setting, host } = &error else {
            panic!("{error}");
        };
        assert_eq!((*setting, host.as_str()), (name, "shop"));
        assert!(error.to_string().starts_with(name), "{error}");
        let error = set(Simulator::builder(), "javascript:alert(1)").in_process();
        assert!(matches!(error, Err(StartError::Url(url)) if url.setting() == name));
    }
    // Browsers are sent anywhere.
    let builder = Simulator::builder().unfinish_url("https://shop.example/a");
    assert!(
        builder
            .error_url("https://shop.example/b")
            .serve_blocking()
            .is_ok()
    );
}

#[test]
fn preferences_take_web_addresses_only() {
    let path = "/snap/v3/merchant-preferences";
    let mut api = ApiCaller::new();
    for name in ["finish_payment_return_url", "error_payment_return_url"] {
        let body = json!({ name: "javascript:alert(1)", "display_name": "x" });
        let refused = api.call_with("PATCH", path, &[], &body.to_string());
        assert_eq!(refused.http, 400, "{}", refused.text);
        assert_eq!(
            refused.json["error_messages"],
            json!([format!("{name} is not a valid URL")])
        );
    }
    let read = api.call_with("GET", path, &[], "");
    assert_eq!(
        read.json["finish_payment_return_url"],
        "http://127.0.0.1:3000/finish"
    );
    assert_ne!(read.json["display_name"], "x", "nothing has changed");
    let body = json!({"finish_payment_return_url": "", "error_payment_return_url": null});
    let reply = api.call_with("PATCH", path, &[], &body.to_string());
    assert_eq!(reply.json["finish_payment_return_url"], Value::Null, "none");
}

#[cfg(feature = "console")]
#[test]
fn the_console_shows_and_saves_every_url() {
    use crate::console::page;
    use crate::console_json::told;

    let simulator = Simulator::builder().serve_blocking().unwrap();
    let path = "/console/settings";
    for (number, name) in NAMES.into_iter().enumerate() {
        let url = url_number(number).replace('/', "%2F").replace(':', "%3A");
        let form = format!("action=save&{name}={url}");
        assert_eq!(
            told(&simulator, path, Some(&form)),
            (200, json!({"done": true}))
        );
        assert_eq!(told(&simulator, path, None).1[name], url_number(number));
    }
    let shown = page(&simulator, path);
    for (number, name) in NAMES.into_iter().enumerate() {
        assert!(shown.contains(&format!("name=\"{name}\"")), "{name}");
        assert!(shown.contains(&url_number(number)), "{name}");
    }
    for name in &NAMES[3..] {
        let form = format!("action=save&{name}=http%3A%2F%2Felsewhere%2Fx");
        let (status, error) = told(&simulator, path, Some(&form));
        assert_eq!((status, &error["field"]), (400, &json!(name)));
        assert!(
            error["error"]
                .as_str()
                .unwrap()
                .contains("--allow-host elsewhere")
        );
        let form = format!("action=save&{name}=");
        assert_eq!(told(&simulator, path, Some(&form)).0, 200);
        assert_eq!(told(&simulator, path, None).1[*name], Value::Null);
    }
    let set = told(&simulator, path, None).1;
    assert_eq!(set["error_url"], url_number(2), "what is not named stays");
}

#[cfg(feature = "state")]
#[test]
fn the_state_file_keeps_every_url_and_what_is_given_now_wins() {
    use crate::state::{File, builder};

    let file = File::new("urls");
    drop(with_all(builder(&file)).in_process().unwrap());
    let next = builder(&file).unfinish_url(url_number(9));
    let next = next
        .recurring_notification_url(url_number(8))
        .in_process()
        .unwrap();
    let expected: Vec<String> = [0, 9, 2, 3, 4, 8].map(url_number).to_vec();
    next.with_accounts(|accounts, _| {
        let expected: Vec<_> = expected.iter().map(|url| Some(url.as_str())).collect();
        assert_eq!(urls_of(accounts.first().settings()).to_vec(), expected);
    });
}

/// The URL would be the action of a form on the provider's page.
#[test]
fn a_callback_that_is_no_web_address_counts_as_not_set() {
    let mut api = ApiCaller::new();
    let script = "javascript:alert(1)";
    let body = json!({
        "transaction_details": {"order_id": "order-1", "gross_amount": 44_000},
        "callbacks": {"finish": script, "error": script},
        "item_details": [{"id": "a", "name": "Sepatu", "price": 44_000, "quantity": 1}],
        "customer_details": {"first_name": "Siti", "last_name": "Rahma", "email": "siti@example.com",
            "phone": "08123456789"},
    });
    let made = api.post("/snap/v1/transactions", &body.to_string());
    assert_eq!(made.http, 201, "taken, as at the gateway: {}", made.text);
    let token = made.text_of("token");
    api.gateway
        .snap_choose(token, "akulaku", api.now)
        .unwrap()
        .unwrap();
    let way = api.choose("order-1", Choice::Approve);
    assert!(
        matches!(&way, FinishRedirect::Form { action, .. } if action == "http://127.0.0.1:3000/finish"),
        "{way:?}"
    );
    let back = api.gateway.snap_return(token, api.now).unwrap();
    assert!(
        back.location
            .unwrap()
            .starts_with("http://127.0.0.1:3000/finish?")
    );
}
