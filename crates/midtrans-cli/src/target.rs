//! Checks the URL that notifications are sent to: this machine, and hosts that were allowed by
//! name.

use std::net::{IpAddr, ToSocketAddrs};

use http::Uri;

use crate::failure::Failure;

/// Refuses a URL that may not be sent to. A `localhost` that is another machine's address is
/// refused too.
pub(crate) fn check(url: &str, allowed: &[String]) -> Result<(), Failure> {
    let unusable = || {
        Failure::usage("the URL is not usable").next(
            "use an absolute URL without user name and fragment, such as http://127.0.0.1:3000/midtrans/notification",
        )
    };
    let uri: Uri = url.parse().map_err(|_| unusable())?;
    let host = uri.host().map(bare).ok_or_else(unusable)?;
    let has_user = uri
        .authority()
        .is_some_and(|authority| authority.as_str().contains('@'));
    if !matches!(uri.scheme_str(), Some("http" | "https")) || url.contains('#') || has_user {
        return Err(unusable());
    }
    let is_allowed = allowed.iter().any(|name| bare(name) == host);
    if is_allowed || is_this_machine(&host, uri.port_u16().unwrap_or(80)) {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "{host} is another machine, and only this one is sent to unless you say so"
    ))
    .next(format!("add --allow-host {host}, if it is yours")))
}

pub(crate) fn is_this_machine(host: &str, port: u16) -> bool {
    if host == "localhost" {
        let found = (host, port).to_socket_addrs();
        return found
            .is_ok_and(|mut addresses| addresses.all(|address| address.ip().is_loopback()));
    }
    host.parse::<IpAddr>()
        .is_ok_and(|address| address.is_loopback())
}

fn bare(host: &str) -> String {
    host.trim_matches(['[', ']']).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_sent_to_unless_a_host_was_allowed() {
        let allowed = ["Shop.Example".to_owned()];
        for url in [
            "http://127.0.0.1:3000/n",
            "http://[::1]/",
            "https://127.3.2.1/?x=a@b",
            "http://shop.example/x",
        ] {
            assert!(check(url, &allowed).is_ok(), "{url}");
        }
        for url in [
            "http://192.168.0.7/",
            "http://127.0.0.1.evil.example/",
            "http://127.0.0.1@evil.example/",
            "http://evil.example/#@127.0.0.1",
            "ftp://127.0.0.1/",
            "127.0.0.1:3000",
            "/n",
            "",
        ] {
            assert!(check(url, &allowed).is_err(), "{url}");
        }
    }
}
