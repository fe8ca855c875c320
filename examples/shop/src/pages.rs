//! The shop's pages. They work without JavaScript, and maud escapes every text that is put into
//! them.

mod instructions;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use midtrans_axum::protocol::InvalidInput;
use midtrans_axum::protocol::decision::{Extent, Failure};
use midtrans_axum::protocol::webhook::landing::Landing;
use midtrans_inbox::Outcome;

use crate::cart::{ARTICLE, MOST, OrderForm, PRICE, SHIPPING};
use crate::offer::OFFERS;
use crate::orders::{Order, Payment};

const STYLE: &str = include_str!("pages/style.css");
const SHOE: &str = include_str!("pages/shoe.svg");

/// The pause before an undecided page looks again, in seconds.
const AGAIN: u32 = 3;

/// The same where there is a number to copy, which the page would take out of the selection.
const WITH_NUMBER: u32 = 10;

/// The shoe, and the ways to pay it.
pub(crate) fn product(form: &OrderForm, error: Option<&InvalidInput>) -> Markup {
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
            div.buttons { (payment_buttons()) }
        }
    };
    layout("Running shoes", None, &content)
}

fn payment_buttons() -> Markup {
    html! {
        @for offer in &OFFERS {
            button name="payment_type" value=(offer.payment_type) { "Pay with " (offer.name) }
        }
    }
}

/// The page of an order.
pub(crate) fn order(order: &Order) -> Markup {
    let content = html! {
        (standing(order))
        @if let Some(to_pay) = &order.to_pay { (instructions::instructions(order, to_pay)) }
        (summary(&order.form))
        @if order.payment.may_be_charged_again() {
            form.buttons method="post" action={ "/orders/" (order.form.order_id) "/pay" } { (payment_buttons()) }
        }
        p { a href="/" { "Back to the shop" } }
    };
    let seconds = match (&order.to_pay, &order.pay_page) {
        (Some(_), None) => WITH_NUMBER,
        _ => AGAIN,
    };
    let again = order.payment.is_undecided().then(|| seconds.to_string());
    layout("Your order", again.as_deref(), &content)
}

/// The customer is back from the pay page.
pub(crate) fn landing(order: &Order, landing: &Landing) -> Markup {
    let content = html! {
        p.welcome { "Welcome back from " (order.form.payment_type.name()) "." }
        (standing(order))
        @if let (Some(hint), true) = (landing.hint(), order.payment.is_undecided()) {
            p.note { "Your browser brought the word " q { (hint) } ". We don't take a browser's word for it, so we wait for "
                "the gateway to tell us itself." }
        }
        (summary(&order.form))
        p.buttons { a.button href={ "/orders/" (order.form.order_id) } { "See your order" } }
    };
    // On to the order's own address: loading this page again could post Akulaku's form again.
    let onwards = format!("{AGAIN}; url=/orders/{}", order.form.order_id);
    layout(
        "Welcome back",
        order.payment.is_undecided().then_some(onwards.as_str()),
        &content,
    )
}

fn standing(order: &Order) -> Markup {
    let (class, title, words) = match order.payment {
        _ if order.is_in_review => (
            "wait",
            "We are looking into it",
            "Something about this payment does not fit, and we have to look at it. Please do not pay again.".to_owned(),
        ),
        Payment::Open if order.to_pay.is_none() => (
            "wait",
            "We are checking",
            "We asked the gateway for this payment and have no answer yet. Please do not order again: we find out."
                .to_owned(),
        ),
        Payment::Open | Payment::Became(Outcome::Pending)
            if order.to_pay.is_some() && order.pay_page.is_none() =>
        (
            "wait",
            "Waiting for your payment",
            "This page looks again by itself.".to_owned(),
        ),
        Payment::Open | Payment::Became(Outcome::Pending) => (
            "wait",
            "We are checking",
            "The payment is not confirmed yet. If you have not paid, you can still do it; this page looks again by \
            itself."
                .to_owned(),
        ),
        Payment::Became(Outcome::Paid) => ("good", "Paid", "Thank you! Your shoes are on their way.".to_owned()),
        Payment::Became(Outcome::Failed(failure)) => ("bad", "Not paid", failed(failure)),
        Payment::Became(Outcome::NotCharged) => {
            ("wait", "Not paid yet", "The gateway never got the charge, so you owe nothing.".to_owned())
        }
        Payment::Refused => ("bad", "Not paid", "The payment could not be started. Nothing was charged.".to_owned()),
        Payment::Became(Outcome::Refunded(Extent::Full) | Outcome::Disputed(Extent::Full)) => {
            ("bad", "Given back", "The money of this order went back to you.".to_owned())
        }
        Payment::Became(Outcome::Refunded(Extent::Partial) | Outcome::Disputed(Extent::Partial)) => {
            ("good", "Paid", "Your shoes are on their way. Some of the money went back to you.".to_owned())
        }
    };
    html! {
        section.standing.(class) role="status" {
            h1 { (title) }
            p { (words) }
            @if !order.payment.is_undecided() && order.payment != Payment::Refused {
                p.source { "Confirmed by asking the gateway." }
            }
        }
    }
}

fn failed(failure: Failure) -> String {
    let words = match failure {
        Failure::Denied => "The payment was refused.",
        Failure::Expired => "The time to pay is over.",
        Failure::Cancelled => "The payment was cancelled.",
        _ => "The payment failed.",
    };
    format!("{words} Nothing was charged. You are welcome to try again.")
}

fn summary(form: &OrderForm) -> Markup {
    html! {
        dl {
            dt { "Order" } dd { code { (form.order_id) } }
            dt { (form.pieces()) " × " (ARTICLE) } dd { (form.goods()) }
            dt { "1 × Ongkos kirim" } dd { (SHIPPING) }
            dt { strong { "Total" } } dd { strong { (form.total()) } }
            dt { "For" } dd { (form.first_name) }
        }
    }
}

fn text(name: &str, wrong: &str, label: &str, autocomplete: &str, value: &str) -> Markup {
    let is_wrong = (name == wrong).then_some("true");
    let input = html! {
        input id=(name) name=(name) value=(value) autocomplete=(autocomplete) aria-invalid=[is_wrong] required maxlength="100";
    };
    field(name, label, &input)
}

/// `postal_code` as people write it.
fn words_of(field: &str) -> String {
    field.replace('_', " ")
}

fn field(name: &str, label: &str, control: &Markup) -> Markup {
    html! { p.field { label for=(name) { (label) } (control) } }
}

pub(crate) fn unknown_order() -> Markup {
    notice("No such order", "There is no order at this address.")
}

pub(crate) fn landing_without_order() -> Markup {
    notice(
        "Welcome back",
        "We are checking your payment. Your browser did not tell us which order it is about.",
    )
}

pub(crate) fn unreadable_form() -> Markup {
    notice(
        "That did not work",
        "The order form was incomplete. Please go back and try again.",
    )
}

pub(crate) fn nowhere() -> Markup {
    notice("Nothing here", "There is no page at this address.")
}

pub(crate) fn broken() -> Markup {
    notice(
        "Out of order",
        "Something in this shop does not work. Please do not pay again before you have seen your order.",
    )
}

fn notice(title: &str, words: &str) -> Markup {
    layout(
        title,
        None,
        &html! { h1 { (title) } p { (words) } p { a href="/" { "To the shop" } } },
    )
}

fn layout(title: &str, refresh: Option<&str>, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                @if let Some(refresh) = refresh { meta http-equiv="refresh" content=(refresh); }
                link rel="icon" href="data:,";
                title { (title) " · Toko Merapi" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { a href="/" { "Toko Merapi" } span { "demo shop" } }
                main { (content) }
                footer {
                    "A demonstration of Midtrans for Rust. Nothing is sold here. " a href="/inbox" { "How the inbox is doing" }
                }
            }
        }
    }
}
