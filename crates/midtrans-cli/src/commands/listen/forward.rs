//! Forwards notifications: a few at a time, and never to the listener itself.

use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use axum::http::header::VIA;
use axum::http::{HeaderMap, Uri};
use midtrans_protocol::webhook::endpoint::DEADLINE;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::delivery::{Delivered, Route};
use crate::failure::Failure;

/// The most requests in flight at a time, each with a thread.
pub(super) const AT_ONCE: usize = 16;

/// The shop that notifications are forwarded to.
#[derive(Debug)]
pub(super) struct Forward {
    url: Arc<str>,
    allowed: Arc<[String]>,
    /// This listener's name in the header `Via`.
    name: String,
    places: Semaphore,
}

impl Forward {
    /// Refuses a URL that may not be sent to.
    pub(super) fn new(url: &str, allowed: &[String]) -> Result<Self, Failure> {
        Route::new(url, allowed)?;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_nanos();
        let name = format!("midtrans-listen-{}-{now}", std::process::id());
        Ok(Self {
            url: url.into(),
            allowed: allowed.into(),
            name,
            places: Semaphore::new(AT_ONCE),
        })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Refuses to forward to the listener itself, which would never end.
    pub(super) fn refuse_itself(&self, own: SocketAddr) -> Result<(), Failure> {
        if leads_to(&self.url, own) {
            return Err(Failure::usage("--forward leads to this listener itself")
                .next("give the shop's URL, or let the listener take another port with --port"));
        }
        Ok(())
    }

    /// Returns whether a request was handed on by this listener, and has come back by a redirect, a
    /// proxy or another name.
    pub(super) fn has_come_back(&self, headers: &HeaderMap) -> bool {
        let names = headers
            .get_all(VIA)
            .iter()
            .filter_map(|value| value.to_str().ok());
        names
            .flat_map(|value| value.split([',', ' ']))
            .any(|name| name == self.name)
    }

    /// Forwards a notification; `None` when too many others are in flight.
    pub(super) async fn send(
        &self,
        body: Bytes,
        came_by: &HeaderMap,
    ) -> Option<Result<Delivered, Failure>> {
        let place = timeout(DEADLINE, self.places.acquire()).await.ok()?.ok()?;
        let (url, allowed, via) = (
            Arc::clone(&self.url),
            Arc::clone(&self.allowed),
            self.via(came_by),
        );
        let sent = tokio::task::spawn_blocking(move || {
            Ok(Route::new(&url, &allowed)?.via(via).send(&body))
        })
        .await;
        drop(place);
        sent.ok()
    }

    /// The `Via` header: those that it came through, and this listener's.
    fn via(&self, came_by: &HeaderMap) -> String {
        let earlier = came_by
            .get_all(VIA)
            .iter()
            .filter_map(|value| value.to_str().ok());
        earlier
            .chain([format!("1.1 {}", self.name).as_str()])
            .collect::<Vec<_>>()
            .join(", ")
    }
}

fn leads_to(url: &str, own: SocketAddr) -> bool {
    let Ok(uri) = url.parse::<Uri>() else {
        return false;
    };
    let Some(host) = uri.host().map(|host| host.trim_matches(['[', ']'])) else {
        return false;
    };
    let port = uri
        .port_u16()
        .unwrap_or(if uri.scheme_str() == Some("https") {
            443
        } else {
            80
        });
    let Ok(mut addresses) = (host, port).to_socket_addrs() else {
        return false;
    };
    addresses.any(|address| {
        let (to, at) = (address.ip(), own.ip());
        let is_here = to == at
            || (at.is_unspecified() && to.is_loopback())
            || (to.is_unspecified() && at.is_loopback());
        address.port() == own.port() && is_here
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn its_own_address_is_known_by_every_name() {
        let own = |text: &str| text.parse::<SocketAddr>().unwrap();
        for url in [
            "http://127.0.0.1:3000/n",
            "http://localhost:3000",
            "http://0.0.0.0:3000/",
        ] {
            assert!(leads_to(url, own("127.0.0.1:3000")), "{url}");
        }
        assert!(leads_to("http://127.0.0.1:3000/", own("0.0.0.0:3000")));
        assert!(leads_to("http://[::1]:3000/", own("[::]:3000")));
        assert!(leads_to("http://127.0.0.1/", own("127.0.0.1:80")));
        for url in [
            "http://127.0.0.1:3001/",
            "http://127.0.0.2:3000/",
            "http://[::1]:3000/",
            "/n",
            "",
        ] {
            assert!(!leads_to(url, own("127.0.0.1:3000")), "{url}");
        }
    }

    #[test]
    fn what_was_handed_on_is_known_again_behind_others() {
        let forward = Forward::new("http://127.0.0.1:3000/", &[]).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(VIA, HeaderValue::from_static("1.1 tunnel"));
        assert!(!forward.has_come_back(&headers));
        headers.append(VIA, forward.via(&headers).parse().unwrap());
        headers.append(VIA, HeaderValue::from_static("1.1 tunnel"));
        assert!(forward.has_come_back(&headers));
        let other = Forward::new("http://127.0.0.1:3000/", &[]).unwrap();
        assert!(
            !other.has_come_back(&headers),
            "another listener may be on the way"
        );
    }
}
