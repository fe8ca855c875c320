//! Instructions to pay: a part of the order's page for each shape of the gateway's instructions.

use maud::{Markup, html};
use midtrans_axum::protocol::instructions::{Instructions, Wallet};

use super::qr;
use crate::orders::{Order, ToPay};

/// The part of the order's page that says how to pay.
pub(super) fn instructions(order: &Order, to_pay: &ToPay, finish_url: &str) -> Markup {
    html! {
        section.pay {
            (how(order, to_pay, finish_url))
            @if let Some(until) = to_pay.until {
                p.until {
                    span.left hidden { "Time left " strong data-seconds-left=(to_pay.seconds_left) {} }
                    span { "Pay until " time { (until) " WIB" } "." }
                }
            }
            @if let (Some(machine), None) = (&to_pay.machine, &order.pay_page) {
                p.note {
                    "This is a demonstration: pay it at "
                    a href=(machine) target="_blank" rel="noopener" { "the simulator's page" }
                    ", in place of the bank, the counter or the phone."
                }
            }
            @if to_pay.may_be_cancelled {
                form method="post" action={ "/orders/" (order.form.order_id) "/cancel" } {
                    button.plain { "Cancel, and pay another way" }
                }
            }
        }
    }
}

fn how(order: &Order, to_pay: &ToPay, finish_url: &str) -> Markup {
    let (total, name) = (order.form.total(), order.form.offer.name());
    match &to_pay.instructions {
        Instructions::Redirect(_) => html! {
            @if let Some(url) = &order.pay_page {
                @let place = order.form.offer.place();
                @if let Some(page) = &order.page {
                    p { "Choose how to pay " strong { (total) } ", and pay it there." }
                    p.buttons {
                        a.button #choose href=(url.as_str()) data-token=(page.token) data-back=(finish_url) { "Choose and pay" }
                    }
                } @else if order.form.offer.asks_for_card() {
                    p { "Your bank asks you to confirm the payment of " strong { (total) } "." }
                    p.buttons { a.button #bank href=(url.as_str()) data-back=(finish_url) { "Continue to " (place) } }
                } @else {
                    p.buttons { a.button href=(url.as_str()) { "Continue to " (place) } }
                }
            }
        },
        Instructions::VirtualAccount { bank, va_number } => html! {
            p { "Transfer exactly " strong { (total) } " to this virtual account:" }
            (code("Bank", "bank", &bank.to_uppercase()))
            (copied("Virtual account number", "va_number", va_number))
        },
        Instructions::Bill {
            biller_code,
            bill_key,
        } => html! {
            p { "Pay exactly " strong { (total) } " at the bank's machine or in its app, as a bill:" }
            (copied("Company code", "biller_code", biller_code))
            (copied("Bill number", "bill_key", bill_key))
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
            (copied("Payment code", "payment_code", payment_code))
        },
        Instructions::Wallet(wallet) => self::wallet(order, to_pay, wallet),
        Instructions::ConfirmInApp => html! {
            p.prompt { "Open " strong { (name) } " and confirm the payment of " strong { (total) } "." }
        },
        Instructions::Wait => html! {
            p.prompt { "Your bank is still deciding about the payment of " strong { (total) } "." }
        },
        Instructions::Nothing => html! {
            p.prompt { "There is nothing left to do. We are asking the gateway about " strong { (total) } "." }
        },
        // What later versions know.
        _ => {
            html! { p { "This shop cannot show how to pay here. Please cancel, and pay another way." } }
        }
    }
}

/// A link for the phone that shows this page, and a code for another one.
fn wallet(order: &Order, to_pay: &ToPay, wallet: &Wallet) -> Markup {
    let (total, name) = (order.form.total(), order.form.offer.name());
    let label = format!("QR code to pay {total}");
    let drawn = || {
        wallet
            .qr_string
            .as_deref()
            .and_then(|text| qr::drawn(text, &label))
    };
    let picture = match &to_pay.picture {
        Some(picture) => {
            Some(html! { img src=(picture.as_str()) alt=(label) width="280" height="280"; })
        }
        None => drawn(),
    };
    html! {
        div.wallet {
            @if let Some(link) = &to_pay.app_link {
                p.open { a.button href=(link) { "Open " (name) } }
            }
            @if let Some(picture) = picture {
                figure {
                    (picture)
                    figcaption { "Scan it with any wallet or bank app that reads QRIS, and pay " strong { (total) } "." }
                }
            } @else if to_pay.app_link.is_some() {
                p { "Pay " strong { (total) } " in the app on your phone." }
            }
        }
    }
}

/// A word that belongs to a number.
fn code(label: &str, id: &str, text: &str) -> Markup {
    html! {
        p.code { span.label { (label) } output id=(id) { (text) } }
    }
}

/// A number to copy: one click selects all of it, and the script puts a button beside it.
fn copied(label: &str, id: &str, text: &str) -> Markup {
    html! {
        p.code { span.label { (label) } output id=(id) data-copy=(label.to_lowercase()) { (text) } }
    }
}

/// `indomaret` as it is written above its door.
fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
