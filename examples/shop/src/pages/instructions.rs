//! Instructions to pay: a part of the order's page for each shape of the gateway's instructions.

use maud::{Markup, html};
use midtrans_axum::protocol::instructions::Instructions;

use crate::orders::{Order, ToPay};

/// The part of the order's page that says how to pay.
pub(super) fn instructions(order: &Order, to_pay: &ToPay) -> Markup {
    html! {
        section.pay {
            (how(order, &to_pay.instructions))
            @if let Some(until) = to_pay.until {
                p { "Pay until " time { (until) " WIB" } "." }
            }
            @if let (Some(machine), None) = (&to_pay.machine, &order.pay_page) {
                p.note {
                    "This is a demonstration: pay it at "
                    a href=(machine) target="_blank" rel="noopener" { "the simulator's machine" }
                    ", which asks for the number."
                }
            }
            form method="post" action={ "/orders/" (order.form.order_id) "/cancel" } {
                button.plain { "Cancel, and pay another way" }
            }
        }
    }
}

fn how(order: &Order, instructions: &Instructions) -> Markup {
    let total = order.form.total();
    match instructions {
        Instructions::Redirect(_) => html! {
            @if let Some(url) = &order.pay_page {
                p.buttons {
                    a.button href=(url.as_str()) { "Continue to " (order.form.payment_type.name()) }
                }
            }
        },
        Instructions::VirtualAccount { bank, va_number } => html! {
            p { "Transfer exactly " strong { (total) } " to this virtual account:" }
            (code("Bank", "bank", &bank.to_uppercase()))
            (code("Virtual account number", "va_number", va_number))
        },
        Instructions::Bill {
            biller_code,
            bill_key,
        } => html! {
            p { "Pay exactly " strong { (total) } " at the bank's machine or in its app, as a bill:" }
            (code("Company code", "biller_code", biller_code))
            (code("Bill number", "bill_key", bill_key))
        },
        Instructions::PaymentCode {
            store,
            payment_code,
        } => html! {
            p {
                "Show this code at the counter"
                @if let Some(store) = store { " of " strong { (capitalized(store)) } }
                " and pay " strong { (total) } ":"
            }
            (code("Payment code", "payment_code", payment_code))
        },
        Instructions::ConfirmInApp => html! {
            p { "Confirm the payment of " strong { (total) } " in your app." }
        },
        // Wallets, which this shop does not offer, and what later versions know.
        _ => {
            html! { p { "This shop cannot show how to pay here. Please cancel, and pay another way." } }
        }
    }
}

/// A number to copy: one click selects all of it.
fn code(label: &str, id: &str, text: &str) -> Markup {
    html! {
        p.code { span.label { (label) } output id=(id) { (text) } }
    }
}

/// `indomaret` as it is written above its door.
fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
