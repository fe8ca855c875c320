//! The page on which a card is typed. The gateway's library exchanges it for a token in the
//! browser: the fields of the card have no names, so no form can send them to the shop.

use maud::{Markup, html};

use super::product::field;
use super::{Libraries, Needs, View, layout};
use crate::cart::OrderForm;

/// The script that calls the gateway's library, with its address.
pub(crate) const SCRIPT: &str = include_str!("card.js");
pub(crate) const SCRIPT_PATH: &str = "/card.js";

/// Asks for the card that pays an order. `action` is where the token goes, with the fields `kept`.
pub(crate) fn card(
    form: &OrderForm,
    action: &str,
    kept: &[(String, String)],
    libraries: &Libraries,
) -> View {
    let content = html! {
        h1 { "Pay " (form.total()) " by card" }
        p { "Your card goes from this page straight to the gateway. This shop gets a token of it, which pays once." }
        p.alert #problem role="alert" hidden {}
        form #card method="post" action=(action) autocomplete="on" {
            @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
            input type="hidden" name="token_id" value="" autocomplete="off";
            (digits("card-number", "Card number", "cc-number", "23"))
            div.two {
                (digits("card-month", "Month", "cc-exp-month", "2"))
                (digits("card-year", "Year", "cc-exp-year", "4"))
                (digits("card-code", "CVV", "cc-csc", "4"))
            }
            p.buttons { button { "Pay " (form.total()) } }
            noscript { p.alert { "Paying by card needs JavaScript. Please go back, and pay another way." } }
        }
        p.note {
            "This is a demonstration: take a card of the gateway's sandbox, such as " code { "4811 1111 1111 1114" }
            " with any month to come and the CVV " code { "123" } ". The bank's password is " code { "112233" } "."
        }
        p { a href="/" { "Back to the shop" } }
        (libraries.card_scripts())
    };
    View {
        needs: Needs {
            library_from: libraries.card_origin(),
            library_calls: true,
            leads_away: true,
            ..Needs::default()
        },
        ..layout("Pay by card", None, &content)
    }
}

/// A field that has an id and no name.
fn digits(id: &str, label: &str, autocomplete: &str, longest: &str) -> Markup {
    let input = html! {
        input id=(id) inputmode="numeric" autocomplete=(autocomplete) maxlength=(longest) required;
    };
    field(id, label, &input)
}
