//! The product page: the goods, the order form, and the buttons to pay with.

use maud::{Markup, PreEscaped, html};
use midtrans_axum::protocol::InvalidInput;

use super::{Needs, View, layout};
use crate::cart::{ARTICLE, MOST, OrderForm, PRICE, SHIPPING};
use crate::offer::groups;

const SHOE: &str = include_str!("shoe.svg");

/// The shoe, and the ways to pay it.
pub(crate) fn product(form: &OrderForm, error: Option<&InvalidInput>) -> View {
    // `customer_details.shipping_address.postal_code` is `postal_code` in the form.
    let wrong = error
        .and_then(|error| error.field().rsplit('.').next())
        .unwrap_or_default();
    let content = html! {
        div.shoe aria-hidden="true" { (PreEscaped(SHOE)) }
        h1 { (ARTICLE) }
        p.price { (PRICE) " " small { "a pair, plus " (SHIPPING) " shipping" } }
        p { "A light running shoe for warm evenings. It does not exist, and neither does the money: this shop talks to a "
            "simulated payment gateway." }
        @if let Some(error) = error {
            p.alert role="alert" { "Please check " strong { (words_of(wrong)) } ": we expect " (error.expected()) "." }
        }
        form method="post" action="/orders" {
            input type="hidden" name="order_id" value=(form.order_id);
            (field("quantity", "Pairs", &html! {
                select id="quantity" name="quantity" {
                    @for pieces in 1..=MOST { option value=(pieces) selected[pieces == form.quantity] { (pieces) } }
                }
            }))
            fieldset {
                legend { "Where to" }
                div.two {
                    (text("first_name", wrong, "First name", "given-name", &form.first_name))
                    (text("last_name", wrong, "Last name", "family-name", &form.last_name))
                }
                (text("email", wrong, "E-mail", "email", &form.email))
                (text("phone", wrong, "Phone", "tel", &form.phone))
                (text("address", wrong, "Address", "street-address", &form.address))
                div.two {
                    (text("postal_code", wrong, "Postal code", "postal-code", &form.postal_code))
                    (text("city", wrong, "City", "address-level2", &form.city))
                }
            }
            (payment_buttons())
        }
    };
    View {
        needs: Needs {
            leads_away: true,
            ..Needs::default()
        },
        ..layout("Running shoes", None, &content)
    }
}

/// The buttons to pay with, by group.
pub(super) fn payment_buttons() -> Markup {
    html! {
        fieldset.offers {
            legend { "Pay with" }
            @for offers in groups() {
                h2 { (offers[0].group) }
                div.grid {
                    @for offer in offers {
                        button.offer name="offer" value=(offer.id) { (offer.name) }
                    }
                }
            }
        }
    }
}

fn text(name: &str, wrong: &str, label: &str, autocomplete: &str, value: &str) -> Markup {
    // `payer_phone_number` is `phone` in the form.
    let is_wrong =
        (name == wrong || (name == "phone" && wrong.contains("phone"))).then_some("true");
    let input = html! {
        input id=(name) name=(name) value=(value) autocomplete=(autocomplete) aria-invalid=[is_wrong] required maxlength="100";
    };
    field(name, label, &input)
}

/// `postal_code` as people write it.
fn words_of(field: &str) -> String {
    field.replace('_', " ")
}

pub(super) fn field(name: &str, label: &str, control: &Markup) -> Markup {
    html! { p.field { label for=(name) { (label) } (control) } }
}
