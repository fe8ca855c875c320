//! A proxy's address, read as strictly as the strictest HTTP client does, so that every client
//! accepts it.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::Uri;

/// Returns the address with its scheme and without a path, or `None` for what is no address of an
/// HTTP proxy.
pub(super) fn read(value: &str) -> Option<String> {
    let with_scheme = if value.contains("://") {
        value.to_owned()
    } else {
        format!("http://{value}")
    };
    // A password that is not percent-encoded may end the address early: then something stands
    // behind it.
    if with_scheme.contains('#') {
        return None;
    }
    let uri: Uri = with_scheme.parse().ok()?;
    let scheme = uri
        .scheme_str()
        .filter(|scheme| matches!(*scheme, "http" | "https"))?;
    let authority = uri.authority()?.as_str();
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
        return None;
    }
    let (user, place) = authority
        .rsplit_once('@')
        .map_or((None, authority), |(user, place)| (Some(user), place));
    let is_good = is_place(place) && user.is_none_or(is_userinfo);
    is_good.then(|| format!("{scheme}://{authority}"))
}

/// Returns whether the text is a host with or without a port.
fn is_place(place: &str) -> bool {
    let (host, port) = match place.rsplit_once(':') {
        // The last colon of an IPv6 address.
        Some(_) if place.ends_with(']') => (place, None),
        Some((host, port)) => (host, Some(port)),
        None => (place, None),
    };
    is_host(host) && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[') {
        return address
            .strip_suffix(']')
            .is_some_and(|address| address.parse::<Ipv6Addr>().is_ok());
    }
    let labels = host.strip_suffix('.').unwrap_or(host);
    let is_name = labels
        .split('.')
        .all(|label| !label.is_empty() && label.bytes().all(is_of_a_name));
    // A host that ends in a number is an address.
    let ends_in_a_number = labels
        .rsplit('.')
        .next()
        .is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    is_name && (!ends_in_a_number || host.parse::<Ipv4Addr>().is_ok())
}

const fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Returns whether the text is percent-encoded UTF-8, without a bare `%` or `@`.
fn is_userinfo(text: &str) -> bool {
    let mut decoded = Vec::new();
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match (byte, tail) {
            (b'%', [high, low, tail @ ..]) => {
                let (Some(high), Some(low)) = (digit(*high), digit(*low)) else {
                    return false;
                };
                decoded.push(high << 4 | low);
                rest = tail;
            }
            (b'%' | b'@', _) => return false,
            _ => decoded.push(*byte),
        }
    }
    String::from_utf8(decoded).is_ok()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn an_address_has_a_scheme_or_gets_one() {
        for (value, address) in [
            ("http://proxy.internal:3128", "http://proxy.internal:3128"),
            ("HTTP://proxy.internal:3128/", "http://proxy.internal:3128"),
            ("https://proxy.internal", "https://proxy.internal"),
            ("proxy.internal:3128", "http://proxy.internal:3128"),
            ("localhost", "http://localhost"),
            ("10.0.0.7:3128", "http://10.0.0.7:3128"),
            ("[::1]:3128", "http://[::1]:3128"),
            ("http://[::1]", "http://[::1]"),
            ("user:p%40ss@proxy:3128", "http://user:p%40ss@proxy:3128"),
            ("http://user:@my_proxy.", "http://user:@my_proxy."),
        ] {
            assert_eq!(read(value).as_deref(), Some(address), "{value}");
        }
    }

    #[test]
    fn what_is_no_address_of_an_http_proxy_is_none() {
        for value in [
            " ",
            "http://",
            "http:///",
            "://proxy",
            "http//proxy",
            "htp://proxy",
            "ftp://proxy",
            "socks5://proxy:1080",
            "socks5h://proxy",
            "proxy:",
            "proxy:0",
            "proxy:port",
            "proxy:65536",
            "proxy:3128/path",
            "proxy:3128?a=b",
            "http://proxy:3128 ",
            "pro xy:3128",
            "http://user:secret@",
            "http://user:se#cret@proxy:3128",
            "http://user:12#cret@proxy:3128",
            "http://user:12/cret@proxy:3128",
            "http://user:12?cret@proxy:3128",
            "http://user:s@cret@proxy:3128",
            "http://user:%ff@proxy",
            "http://user:%4@proxy",
            "http://user:%zz@proxy",
            "http://1.2.3",
            "http://1.2.3.4.5",
            "http://999.1.1.1",
            "http://[::1",
            "http://::1",
            "http://a..b",
            "http://pröxy",
        ] {
            assert_eq!(read(value), None, "{value}");
        }
    }
}
