//! The proxy of the environment: which variable counts, and what is an error.

use std::ffi::OsString;

use midtrans_transport::{EnvironmentProxy, ProxyError};

const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

fn read(set: &[(&str, &str)]) -> Result<Option<EnvironmentProxy>, ProxyError> {
    let value = |name: &str| {
        set.iter()
            .find(|(variable, _)| *variable == name)
            .map(|(_, value)| OsString::from(value))
    };
    EnvironmentProxy::from_lookup(value)
}

fn address(set: &[(&str, &str)]) -> Option<String> {
    read(set)
        .expect("it can be read")
        .map(|proxy| proxy.address().to_owned())
}

#[test]
fn the_first_variable_that_is_set_and_not_empty_counts() {
    let all = VARIABLES.map(|name| (name, name));
    for (at, name) in VARIABLES.iter().enumerate() {
        let expected = format!("http://{name}");
        assert_eq!(address(&all[at..]).as_deref(), Some(expected.as_str()));
        let mut empty_before = all;
        empty_before[..at]
            .iter_mut()
            .for_each(|(_, value)| *value = "");
        assert_eq!(address(&empty_before).as_deref(), Some(expected.as_str()));
    }
    assert_eq!(
        address(&[
            ("HTTP_PROXY", "proxy:1"),
            ("http_proxy", "proxy:1"),
            ("NO_PROXY", "a")
        ]),
        None
    );
}

#[test]
fn a_variable_that_cannot_be_read_is_an_error_although_a_later_one_can() {
    for (at, name) in VARIABLES.iter().enumerate() {
        let mut set = VARIABLES.map(|name| (name, "proxy:3128"));
        set[at].1 = "proxy:MARKED";
        let error = read(&set[at..]).expect_err("no port is a word");
        assert_eq!(error.variable(), *name);
        assert!(
            error
                .to_string()
                .starts_with(&format!("{name}: expected the address of an HTTP proxy, ")),
            "{error}"
        );
        assert!(!format!("{error} {error:?} {error:#?}").contains("MARKED"));
    }
}

#[test]
fn where_no_host_has_a_proxy_its_address_does_not_matter() {
    assert_eq!(
        address(&[("HTTPS_PROXY", "socks5://proxy"), ("NO_PROXY", "*")]),
        None
    );
    assert_eq!(
        address(&[("HTTPS_PROXY", "socks5://proxy"), ("no_proxy", "a,*")]),
        None
    );
    assert!(
        read(&[
            ("HTTPS_PROXY", "socks5://proxy"),
            ("NO_PROXY", "a"),
            ("no_proxy", "*")
        ])
        .is_err()
    );
}

#[cfg(unix)]
#[test]
fn a_value_that_is_not_utf_8_is_an_error() {
    use std::os::unix::ffi::OsStringExt;

    for (variable, begins) in [
        ("HTTPS_PROXY", "HTTPS_PROXY: "),
        ("NO_PROXY", "NO_PROXY: expected names"),
    ] {
        let error = EnvironmentProxy::from_lookup(|name| match name {
            _ if name == variable => Some(OsString::from_vec(b"proxy\xff".to_vec())),
            "HTTPS_PROXY" => Some("proxy".into()),
            _ => None,
        });
        let error = error.expect_err("it cannot be read").to_string();
        assert!(error.starts_with(begins), "{error}");
    }
}

#[test]
fn a_password_is_not_shown() {
    let proxy = read(&[("HTTPS_PROXY", "http://user:MARKED@proxy:3128")])
        .expect("an address")
        .expect("a proxy");
    assert!(!format!("{proxy:?} {proxy:#?} {:?}", proxy.invalid_address()).contains("MARKED"));
    assert_eq!(proxy.invalid_address().variable(), "HTTPS_PROXY");
    assert_eq!(proxy.address(), "http://user:MARKED@proxy:3128");
}
