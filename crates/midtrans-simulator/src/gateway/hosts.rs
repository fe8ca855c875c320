//! The host that a call names: one of the gateway's takes charges with a whole card number.
//! ([Full PAN](https://docs.midtrans.com/reference/card-feature-full-pan))

use http::Request;
use http::header::HOST;
use http::uri::Authority;

/// Returns true at the host for charges with a card number or by Google Pay: `panapi`, alone or
/// before any name of the simulator.
pub(super) fn takes_numbers<T>(request: &Request<T>) -> bool {
    let named = request.headers().get(HOST);
    let named = named.and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let authority = named.as_ref().or_else(|| request.uri().authority());
    authority.is_some_and(|authority| is_for_numbers(authority.host()))
}

/// Returns true for a host's name that begins with the word.
pub(crate) fn is_for_numbers(host: &str) -> bool {
    let first = host.split('.').next().unwrap_or_default();
    first.eq_ignore_ascii_case(WORD)
}

/// The first word of the gateway's host for card numbers.
const WORD: &str = "panapi";
