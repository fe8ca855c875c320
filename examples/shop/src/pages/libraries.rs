//! The gateway's libraries for shops' pages: cards, and Snap.

use maud::{Markup, html};

use super::{CARD_SCRIPT_PATH, SNAP_SCRIPT_PATH};
use crate::policy::origin;

/// The addresses of the gateway's libraries, and the key that they call with.
#[derive(Clone)]
pub(crate) struct Libraries {
    pub(crate) card_url: String,
    pub(crate) snap_url: String,
    pub(crate) client_key: String,
    /// `sandbox` or `production`.
    pub(crate) environment: &'static str,
}

impl Libraries {
    /// Those of the gateway at this address.
    pub(crate) fn at(gateway: &str, client_key: String) -> Self {
        let base = gateway.trim_end_matches('/');
        Self {
            card_url: format!("{base}/v2/assets/js/midtrans-new-3ds.min.js"),
            snap_url: format!("{base}/snap/snap.js"),
            client_key,
            environment: "sandbox",
        }
    }

    /// The origin of the card library, and of the calls that it makes.
    pub(crate) fn card_origin(&self) -> Option<String> {
        origin(&self.card_url)
    }

    /// The origin of Snap's library, and of the page in its frame.
    pub(crate) fn snap_origin(&self) -> Option<String> {
        origin(&self.snap_url)
    }

    /// The scripts of a page with a card, or with a link to its bank.
    pub(super) fn card_scripts(&self) -> Markup {
        html! {
            script #midtrans-script src=(self.card_url) data-environment=(self.environment)
                data-client-key=(self.client_key) defer {}
            script src=(CARD_SCRIPT_PATH) defer {}
        }
    }

    /// The scripts of a page with a link to Snap.
    pub(super) fn snap_scripts(&self) -> Markup {
        html! {
            script src=(self.snap_url) data-client-key=(self.client_key) defer {}
            script src=(SNAP_SCRIPT_PATH) defer {}
        }
    }
}
