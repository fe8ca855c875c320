//! The output of a running inbox: a line at the start, and one per event.

use std::net::SocketAddr;

use midtrans_inbox::{Event, Level};
use serde_json::json;

use crate::context::say;
use crate::terminal::plain;

/// Prints lines for people or JSON objects for programs. None holds a body, a key or a customer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Journal {
    json: bool,
}

impl Journal {
    pub(super) const fn new(json: bool) -> Self {
        Self { json }
    }

    pub(super) fn begins(self, address: SocketAddr, place: &str, has_token: bool) {
        let url = format!("http://{address}");
        if self.json {
            let orders = has_token.then(|| format!("{url}/orders/{{id}}"));
            say(&format!(
                "{}\n",
                json!({"listening": url, "inbox": place, "orders": orders})
            ));
            return;
        }
        let orders = match has_token {
            true => format!("{url}/orders/{{id}}, with the token"),
            false => "off: set MIDTRANS_INBOX_TOKEN or --token-file to turn it on".to_owned(),
        };
        say(&format!(
            "listening at {url}; Ctrl-C ends it\n  inbox    {}\n  webhook  {url}/notification\n  orders   {orders}\n  metrics  \
             {url}/metrics\n",
            plain(place)
        ));
    }

    pub(super) fn event(self, event: &Event<'_>) {
        let level = match event.level() {
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        };
        self.line(level, &event.to_string());
    }

    pub(super) fn line(self, level: &str, words: &str) {
        say(&if self.json {
            format!("{}\n", json!({"level": level, "event": words}))
        } else {
            format!("{level:<5}  {}\n", plain(words))
        });
    }
}
