//! The names under which the simulator answers. A browser believes that a page belongs to the name
//! it was asked for by; a stranger's name may lead to this machine (DNS rebinding), and a plain
//! `GET` over HTTP carries nothing else to tell it by.

use std::collections::BTreeSet;
use std::net::IpAddr;

use http::Uri;
use http::uri::Authority;

use crate::courier::is_loopback;
use crate::gateway::hosts::is_for_numbers;

/// Names of this machine, the public URL's host, and what was named at the start.
#[derive(Debug)]
pub(crate) struct Hosts {
    public: Option<Authority>,
    names: BTreeSet<String>,
    /// True if it listens on every address: then each of them is one of its own. An address is no
    /// name that could be rebound.
    any_address: bool,
}

impl Hosts {
    pub(crate) fn new(
        public_url: &str,
        mut names: BTreeSet<String>,
        listens_at: Option<IpAddr>,
    ) -> Self {
        names.extend(listens_at.map(|address| address.to_string()));
        let public = public_url
            .parse::<Uri>()
            .ok()
            .and_then(|url| url.authority().cloned());
        Self {
            public,
            names,
            any_address: listens_at.is_some_and(|address| address.is_unspecified()),
        }
    }

    pub(crate) fn has(&self, host: &Authority) -> bool {
        let name = host.host().trim_matches(['[', ']']).to_ascii_lowercase();
        // The gateway's host for card numbers, before any name of ours.
        let name = match name.split_once('.') {
            Some((first, rest)) if is_for_numbers(first) => rest.to_owned(),
            _ => name,
        };
        is_loopback(&name)
            || self.names.contains(&name)
            || self.is_public(&name)
            || (self.any_address && name.parse::<IpAddr>().is_ok())
    }

    /// Returns true if a page of this origin is one of the simulator's own, seen through a proxy.
    #[cfg(feature = "console")]
    pub(crate) fn is_public_origin(&self, origin: &Authority) -> bool {
        self.public.as_ref() == Some(origin)
    }

    fn is_public(&self, host: &str) -> bool {
        self.public.as_ref().is_some_and(|public| {
            public
                .host()
                .trim_matches(['[', ']'])
                .eq_ignore_ascii_case(host)
        })
    }
}
