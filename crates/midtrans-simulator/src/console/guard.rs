//! Who may use the console. It listens on this machine only, but any page in a browser on this machine can send requests
//! here: by forms (cross-site request forgery) and by a name that leads to 127.0.0.1 (DNS rebinding).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, Method, StatusCode, Uri};

use crate::courier::is_loopback;
use crate::shared::Shared;

pub(super) async fn check(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    match refusal(request.method(), request.headers(), public(&shared).as_ref()) {
        Some(reason) => (StatusCode::FORBIDDEN, reason).into_response(),
        None => next.run(request).await,
    }
}

/// Whether a browser came by a name that is not ours: another site's page, whose name leads here (DNS rebinding). Whoever is
/// no browser may use any name.
pub(crate) fn is_rebound(shared: &Shared, headers: &HeaderMap) -> bool {
    let is_browser = headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-site");
    if !is_browser {
        return false;
    }
    let host = headers.get(HOST).and_then(|value| value.to_str().ok()).and_then(|host| host.parse().ok());
    let public = public(shared);
    !host.is_some_and(|host: Authority| is_ours(&host, public.as_ref()))
}

fn public(shared: &Shared) -> Option<Authority> {
    let public = shared.quietly(|accounts, _| accounts.first().settings().url.clone());
    public.parse::<Uri>().ok().and_then(|url| url.authority().cloned())
}

/// Why a request is not taken. `public` is where browsers find the simulator if not at its own address.
fn refusal(method: &Method, headers: &HeaderMap, public: Option<&Authority>) -> Option<&'static str> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host: Option<Authority> = text(HOST).and_then(|host| host.parse().ok());
    let Some(host) = host.filter(|host| is_ours(host, public)) else {
        return Some("The console is for this machine: use 127.0.0.1, localhost, or the simulator's public URL.\n");
    };
    if matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    // Who is no browser sends neither header.
    let is_foreign_site = headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none");
    let is_foreign_origin = headers.contains_key(ORIGIN)
        && !text(ORIGIN).is_some_and(|origin| {
            let origin: Option<Authority> = origin.parse::<Uri>().ok().and_then(|origin| origin.authority().cloned());
            origin.is_some_and(|origin| origin == host || Some(&origin) == public)
        });
    (is_foreign_site || is_foreign_origin).then_some("Another site's page may not use the console.\n")
}

fn is_ours(host: &Authority, public: Option<&Authority>) -> bool {
    let name = host.host().trim_matches(['[', ']']).to_ascii_lowercase();
    is_loopback(&name) || public.is_some_and(|public| public.host().eq_ignore_ascii_case(host.host()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::HeaderName;

    use super::*;

    fn is_taken(method: &Method, headers: &[(&str, &str)]) -> bool {
        let pair = |(name, value): &(&str, &str)| {
            (HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap())
        };
        let public = Authority::from_static("pay.test:8443");
        refusal(method, &headers.iter().map(pair).collect(), Some(&public)).is_none()
    }

    #[test]
    fn only_names_of_this_machine_and_the_public_one_are_hosts() {
        for host in
            ["127.0.0.1:8180", "localhost:8180", "LOCALHOST", "[::1]:8180", "127.0.0.2", "pay.test:8443", "pay.test"]
        {
            assert!(is_taken(&Method::GET, &[("host", host)]), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "pay.test.evil.example:8180", "10.0.0.1", "", "a b"] {
            assert!(!is_taken(&Method::GET, &[("host", host)]), "{host}");
            assert!(!is_taken(&Method::POST, &[("host", host)]), "{host}");
        }
        assert!(!is_taken(&Method::GET, &[]));
    }

    #[test]
    fn only_the_consoles_own_pages_and_programs_change_anything() {
        let host = ("host", "127.0.0.1:8180");
        assert!(is_taken(&Method::POST, &[host]), "a program");
        assert!(is_taken(
            &Method::POST,
            &[host, ("origin", "http://127.0.0.1:8180"), ("sec-fetch-site", "same-origin")]
        ));
        assert!(
            is_taken(&Method::POST, &[("host", "pay.test"), ("origin", "https://pay.test:8443")]),
            "behind a proxy"
        );
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "http://evil.example"),
            ("origin", "http://127.0.0.1:3000"),
            ("origin", "http://localhost:8180"),
            ("origin", "null"),
            ("origin", ""),
        ] {
            assert!(!is_taken(&Method::POST, &[host, (name, value)]), "{name}: {value}");
            assert!(is_taken(&Method::GET, &[host, (name, value)]), "a link from elsewhere only shows");
        }
    }
}
