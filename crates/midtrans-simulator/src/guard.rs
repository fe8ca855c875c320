//! Guards against other sites. The simulator may listen on this machine only, but any page in a
//! browser on this machine can send requests here: by a name that leads to 127.0.0.1 (DNS
//! rebinding), to every route, and by forms (cross-site request forgery), to the console.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::HOST;
#[cfg(feature = "console")]
use http::header::{HeaderValue, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, StatusCode};
#[cfg(feature = "console")]
use http::{Method, Uri};

use crate::hosts::Hosts;
use crate::shared::Shared;

/// Refuses callers that ask for none of the simulator's own names, on every route.
pub(crate) async fn check_host(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    match asked_host(request.headers(), &shared.parts.hosts) {
        Some(_) => next.run(request).await,
        None => (StatusCode::FORBIDDEN, UNKNOWN_HOST).into_response(),
    }
}

/// Refuses requests to the console that another site's page sent.
#[cfg(feature = "console")]
pub(crate) async fn check_site(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    if is_foreign(request.method(), request.headers(), &shared.parts.hosts) {
        return (StatusCode::FORBIDDEN, FOREIGN_SITE).into_response();
    }
    next.run(request).await
}

fn asked_host(headers: &HeaderMap, hosts: &Hosts) -> Option<Authority> {
    let host: Authority = headers.get(HOST)?.to_str().ok()?.parse().ok()?;
    hosts.has(&host).then_some(host)
}

/// A request that only looks may come by a link. A program that is no browser sends neither header.
#[cfg(feature = "console")]
fn is_foreign(method: &Method, headers: &HeaderMap, hosts: &Hosts) -> bool {
    if matches!(*method, Method::GET | Method::HEAD) {
        return false;
    }
    let is_foreign_site = headers
        .get("sec-fetch-site")
        .is_some_and(|site| site != "same-origin" && site != "none");
    let own = asked_host(headers, hosts);
    let is_foreign_origin = headers.get(ORIGIN).is_some_and(|origin| {
        authority_of(origin)
            .is_none_or(|origin| Some(&origin) != own.as_ref() && !hosts.is_public_origin(&origin))
    });
    is_foreign_site || is_foreign_origin
}

/// The authority of an `Origin` header; `None` for `null` and for anything that is no URL.
#[cfg(feature = "console")]
fn authority_of(origin: &HeaderValue) -> Option<Authority> {
    let origin: Uri = origin.to_str().ok()?.parse().ok()?;
    origin.authority().cloned()
}

const UNKNOWN_HOST: &str = "The simulator does not go by this name: use 127.0.0.1, localhost or its public URL, or start it \
                            with --host and the name.\n";
#[cfg(feature = "console")]
const FOREIGN_SITE: &str = "Another site's page may not use the console.\n";

#[cfg(test)]
#[cfg(feature = "console")]
mod tests {
    use std::net::Ipv4Addr;

    use http::header::HeaderName;

    use super::*;

    fn header((name, value): &(&str, &str)) -> (HeaderName, HeaderValue) {
        (
            HeaderName::try_from(*name).unwrap(),
            HeaderValue::from_str(value).unwrap(),
        )
    }

    fn is_taken(method: &Method, headers: &[(&str, &str)]) -> bool {
        let names = ["simulator".to_owned()].into();
        let hosts = Hosts::new(
            "https://pay.test:8443/sim",
            names,
            Some(Ipv4Addr::LOCALHOST.into()),
        );
        let headers = headers.iter().map(header).collect();
        asked_host(&headers, &hosts).is_some() && !is_foreign(method, &headers, &hosts)
    }

    #[test]
    fn only_names_of_this_machine_and_the_public_one_are_hosts() {
        for host in [
            "127.0.0.1:8180",
            "localhost:8180",
            "LOCALHOST",
            "[::1]:8180",
            "127.0.0.2",
            "pay.test:8443",
            "pay.test",
            "simulator:8180",
        ] {
            assert!(is_taken(&Method::GET, &[("host", host)]), "{host}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example",
            "pay.test.evil.example:8180",
            "10.0.0.1",
            "",
            "a b",
        ] {
            assert!(!is_taken(&Method::GET, &[("host", host)]), "{host}");
            assert!(!is_taken(&Method::POST, &[("host", host)]), "{host}");
        }
        assert!(!is_taken(&Method::GET, &[]));
    }

    fn hosts(listens_at: Ipv4Addr) -> Hosts {
        Hosts::new("http://0.0.0.0:8180", [].into(), Some(listens_at.into()))
    }

    #[test]
    fn on_every_address_each_address_is_a_host_and_no_name_is() {
        let has = |hosts: &Hosts, host: &'static str| hosts.has(&Authority::from_static(host));
        let everywhere = hosts(Ipv4Addr::UNSPECIFIED);
        assert!(
            has(&everywhere, "10.0.0.1:8180")
                && has(&everywhere, "[fd00::1]:8180")
                && has(&everywhere, "localhost")
        );
        assert!(!has(&everywhere, "evil.example") && !has(&everywhere, "10.0.0.1.evil.example"));
        let one = hosts(Ipv4Addr::new(10, 0, 0, 1));
        assert!(has(&one, "10.0.0.1:8180") && !has(&one, "10.0.0.2:8180"));
    }

    #[test]
    fn only_the_consoles_own_pages_and_programs_change_anything() {
        let host = ("host", "127.0.0.1:8180");
        assert!(is_taken(&Method::POST, &[host]), "a program");
        assert!(is_taken(
            &Method::POST,
            &[
                host,
                ("origin", "http://127.0.0.1:8180"),
                ("sec-fetch-site", "same-origin")
            ]
        ));
        assert!(
            is_taken(
                &Method::POST,
                &[("host", "pay.test"), ("origin", "https://pay.test:8443")]
            ),
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
            assert!(
                !is_taken(&Method::POST, &[host, (name, value)]),
                "{name}: {value}"
            );
            assert!(
                is_taken(&Method::GET, &[host, (name, value)]),
                "a link from elsewhere only shows"
            );
        }
    }
}
