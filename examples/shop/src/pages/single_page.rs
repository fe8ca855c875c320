//! The shop in one page.

use maud::{Markup, html};

use super::product::field;
use super::{Libraries, Needs, View, layout};
use crate::cart::{ARTICLE, MOST, PRICE, SHIPPING};

pub(crate) const SCRIPT_PATH: &str = "/single-page.js";

pub(crate) fn single_page(libraries: &Libraries) -> View {
    let content: Markup = html! {
        h1 { (ARTICLE) }
        p.price { (PRICE) " " small { "a pair, plus " (SHIPPING) " shipping" } }
        p { "This page is plain JavaScript: it asks the shop for a token, opens Snap over itself, and asks the shop how the "
            "payment stands." }
        form #buy {
            (field("quantity", "Pairs", &html! {
                select id="quantity" { @for pieces in 1..=MOST { option value=(pieces) { (pieces) } } }
            }))
            p.buttons { button { "Pay" } }
        }
        p #status role="status" {}
        noscript { p.alert { "This page needs JavaScript. " a href="/" { "The shop" } " does not." } }
        script src=(libraries.snap_url) data-client-key=(libraries.client_key) defer {}
        script src=(SCRIPT_PATH) defer {}
    };
    View {
        needs: Needs {
            library_from: libraries.snap_origin(),
            frame_from: libraries.snap_origin(),
            looks_again: true,
            ..Needs::default()
        },
        ..layout("Running shoes", None, &content)
    }
}
