//! The shop's pages. They work without JavaScript, and maud escapes every text that is put into
//! them.

mod card;
mod instructions;
mod libraries;
mod product;
mod qr;
mod single_page;

use maud::{DOCTYPE, Markup, html};
use midtrans_axum::protocol::decision::{Extent, Failure};
use midtrans_axum::protocol::instructions::Shape;
use midtrans_axum::protocol::webhook::landing::Landing;
use midtrans_inbox::Outcome;

pub(crate) use card::{SCRIPT as CARD_SCRIPT, SCRIPT_PATH as CARD_SCRIPT_PATH, card};
pub(crate) use libraries::Libraries;
pub(crate) use product::product;
pub(crate) use single_page::{SCRIPT_PATH as SINGLE_PAGE_SCRIPT_PATH, single_page};

use crate::cart::{ARTICLE, OrderForm, SHIPPING};
use crate::orders::{Order, Payment};
use crate::policy::{Needs, origin};
use product::payment_buttons;

/// The style and the script of all pages, with their addresses.
pub(crate) const STYLE: &str = include_str!("pages/style.css");
pub(crate) const STYLE_PATH: &str = "/shop.css";
pub(crate) const SCRIPT: &str = include_str!("pages/shop.js");
pub(crate) const SCRIPT_PATH: &str = "/shop.js";

/// The script that opens Snap's popup, with its address.
pub(crate) const SNAP_SCRIPT: &str = include_str!("pages/snap.js");
pub(crate) const SNAP_SCRIPT_PATH: &str = "/snap.js";

/// A page, and what it needs from elsewhere.
pub(crate) struct View {
    pub(crate) markup: Markup,
    pub(crate) needs: Needs,
}

/// The pause before an undecided page looks again, in seconds.
const AGAIN: u32 = 3;

/// The same where there is a number to copy, which the page would take out of the selection.
const WITH_NUMBER: u32 = 10;

/// The page of an order. `libraries` send the customer to the card's bank or to Snap, and back to
/// `finish_url`.
pub(crate) fn order(order: &Order, libraries: &Libraries, finish_url: &str) -> View {
    let goes_on = order.pay_page.is_some();
    let goes_to_bank = goes_on && order.form.offer.asks_for_card();
    let goes_to_snap = goes_on && order.page.is_some();
    let may_be_charged_again = order.payment.may_be_charged_again();
    let content = html! {
        (standing(order))
        @if let Some(to_pay) = &order.to_pay { (instructions::instructions(order, to_pay, finish_url)) }
        (summary(&order.form))
        @if may_be_charged_again {
            form method="post" action={ "/orders/" (order.form.order_id) "/pay" } { (payment_buttons()) }
        }
        p { a href="/" { "Back to the shop" } }
        @if goes_to_bank { (libraries.card_scripts()) }
        @if goes_to_snap { (libraries.snap_scripts()) }
    };
    let seconds = match order
        .to_pay
        .as_ref()
        .map(|to_pay| to_pay.instructions.shape())
    {
        Some(Shape::VirtualAccount | Shape::Bill | Shape::PaymentCode) => WITH_NUMBER,
        _ => AGAIN,
    };
    let again = order.payment.is_undecided().then(|| Again {
        seconds,
        page: format!("/orders/{}", order.form.order_id),
        // Whatever changes the page's words.
        state: format!(
            "{:?} {} {}",
            order.payment,
            order.is_in_review,
            order.to_pay.is_some()
        ),
    });
    let picture = order
        .to_pay
        .as_ref()
        .and_then(|to_pay| to_pay.picture.as_ref());
    View {
        needs: Needs {
            picture_from: picture.and_then(|url| origin(url.as_str())),
            library_from: match (goes_to_bank, goes_to_snap) {
                (true, _) => libraries.card_origin(),
                (_, true) => libraries.snap_origin(),
                _ => None,
            },
            frame_from: libraries.snap_origin().filter(|_| goes_to_snap),
            looks_again: again.is_some(),
            leads_away: may_be_charged_again,
            ..Needs::default()
        },
        ..layout("Your order", again.as_ref(), &content)
    }
}

/// The customer is back from the pay page.
pub(crate) fn landing(order: &Order, landing: &Landing) -> View {
    let content = html! {
        p.welcome { "Welcome back from " (order.form.offer.place()) "." }
        (standing(order))
        @if let (Some(hint), true) = (landing.hint(), order.payment.is_undecided()) {
            p.note { "Your browser brought the word " q { (hint) } ". We don't take a browser's word for it, so we wait for "
                "the gateway to tell us itself." }
        }
        (summary(&order.form))
        p.buttons { a.button href={ "/orders/" (order.form.order_id) } { "See your order" } }
    };
    // On to the order's own address: loading this page again could post Akulaku's form again.
    let onwards = order.payment.is_undecided().then(|| Again {
        seconds: AGAIN,
        page: format!("/orders/{}", order.form.order_id),
        state: String::new(),
    });
    View {
        needs: Needs {
            looks_again: onwards.is_some(),
            ..Needs::default()
        },
        ..layout("Welcome back", onwards.as_ref(), &content)
    }
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

pub(crate) fn unknown_order() -> View {
    notice("No such order", "There is no order at this address.")
}

pub(crate) fn landing_without_order() -> View {
    notice(
        "Welcome back",
        "We are checking your payment. Your browser did not tell us which order it is about.",
    )
}

pub(crate) fn unreadable_form() -> View {
    notice(
        "That did not work",
        "The order form was incomplete. Please go back and try again.",
    )
}

pub(crate) fn nowhere() -> View {
    notice("Nothing here", "There is no page at this address.")
}

pub(crate) fn broken() -> View {
    notice(
        "Out of order",
        "Something in this shop does not work. Please do not pay again before you have seen your order.",
    )
}

fn notice(title: &str, words: &str) -> View {
    layout(
        title,
        None,
        &html! { h1 { (title) } p { (words) } p { a href="/" { "To the shop" } } },
    )
}

/// A page that looks again whether anything is new.
struct Again {
    seconds: u32,
    /// The address that knows.
    page: String,
    /// The state that this page shows; empty if it shows none.
    state: String,
}

fn layout(title: &str, again: Option<&Again>, content: &Markup) -> View {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                @if let Some(again) = again {
                    // With JavaScript the page is replaced only when there is news.
                    noscript { meta http-equiv="refresh" content={ (again.seconds) "; url=" (again.page) }; }
                }
                link rel="icon" href="data:,";
                title { (title) " · Toko Merapi" }
                link rel="stylesheet" href=(STYLE_PATH);
                script src=(SCRIPT_PATH) defer {}
            }
            body {
                header { a href="/" { "Toko Merapi" } span { "demo shop" } }
                main data-again=[again.map(|it| it.seconds)] data-page=[again.map(|it| &it.page)]
                    data-state=[again.map(|it| &it.state)] { (content) }
                footer {
                    "A demonstration of Midtrans for Rust. Nothing is sold here. " a href="/inbox" { "How the inbox is doing" }
                }
            }
        }
    };
    View {
        markup,
        needs: Needs::default(),
    }
}
