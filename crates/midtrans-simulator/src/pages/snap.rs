//! Snap's page: a choice of methods, the instructions of the one that was chosen, and the end.
//!
//! It stands alone in a window or in a frame on the shop's page, where it tells `snap.js` the
//! result.

mod words;

use maud::{Markup, html};
use midtrans_protocol::Rupiah;
use midtrans_protocol::time::WibTime;

use super::words::Words;
use super::{Frame, Language, button, choice_of_language, instructions};
use crate::gateway::snap::{Channel, SnapCheckout, SnapReturn, SnapState};
use crate::gateway::{Checkout, Choice, PayPage};
use words::SnapWords;

pub(crate) const SNAP_JS: &str = include_str!("snap/snap.js");
pub(crate) const SNAP_JS_PATH: &str = "/snap/snap.js";
pub(crate) const IN_FRAME: &str = include_str!("snap/page.js");
pub(crate) const IN_FRAME_PATH: &str = "/simulator/snap.js";

/// The surroundings of a page.
#[derive(Debug)]
pub(crate) struct SnapView<'a> {
    /// The page's own address, where its forms come back to.
    pub(crate) action: &'a str,
    /// The same page in the other language.
    pub(crate) elsewhere: &'a str,
    pub(crate) language: Language,
    /// True if it stands in a frame on the shop's page.
    pub(crate) is_framed: bool,
    /// What was wrong with the last choice.
    pub(crate) problems: &'a [String],
}

/// The page of a session.
pub(crate) fn snap(checkout: &SnapCheckout, view: &SnapView<'_>) -> Markup {
    let (words, own) = (Words::of(view.language), SnapWords::of(view.language));
    let content = html! {
        (choice_of_language(view.language, view.elsewhere))
        (price(checkout.amount, words))
        @for problem in view.problems { p role="alert" { (problem) } }
        @match &checkout.state {
            SnapState::Choosing { channels, was_denied } => {
                @if *was_denied { p role="alert" { (own.denied) } }
                (order(checkout, Some((own.choose_before, checkout.expires)), words))
                (choices(channels, view, own))
            }
            SnapState::Paying(paying) => { (payment(paying, checkout, view)) }
            SnapState::Over(status) => {
                (order(checkout, None, words))
                p.over role="status" {
                    (words.is_over) " " strong { (words.status(status)) } " (" code { (status) } ")."
                }
            }
            closed => {
                (order(checkout, None, words))
                p.over role="status" { (own.reason(closed).unwrap_or_default()) }
            }
        }
        (back(view, words, own))
    };
    let title = match &checkout.state {
        SnapState::Choosing { .. } => own.choose,
        SnapState::Paying(paying) => &paying.name,
        _ => words.done,
    };
    let class = match &checkout.state {
        SnapState::Paying(paying) => paying.payment_type.as_str(),
        _ => "snap",
    };
    let frame = Frame {
        title,
        kind: None,
        class,
    };
    frame.around(view.language, &content)
}

/// Tells `snap.js` the result. Without scripts, and for a frame that no `snap.js` opened, it says
/// that the window can be closed.
pub(crate) fn snap_result(
    token: &str,
    result: &SnapReturn,
    origin: &str,
    language: Language,
) -> Markup {
    let (words, own) = (Words::of(language), SnapWords::of(language));
    let content = html! {
        p #result role="status" data-token=(token) data-origin=(origin)
            data-event=(result.event.as_str()) data-result=(result.result) { (own.done) }
        script src=(IN_FRAME_PATH) {}
    };
    super::page(language, words.done, &content)
}

fn price(amount: Rupiah, words: &Words) -> Markup {
    html! {
        section.price {
            p { (words.amount) }
            p.amount { (amount) }
        }
    }
}

fn order(checkout: &SnapCheckout, until: Option<(&str, WibTime)>, words: &Words) -> Markup {
    html! {
        dl {
            dt { (words.order) }
            dd { (checkout.order_id) }
            @if let Some((name, until)) = until {
                dt { (name) }
                dd { (words.time(until)) }
            }
        }
        @if !checkout.items.is_empty() {
            h2 { (words.items) }
            ul { @for (name, quantity) in &checkout.items { li { span { (quantity) " × " (name) } } } }
        }
    }
}

fn choices(channels: &[Channel], view: &SnapView<'_>, own: &SnapWords) -> Markup {
    html! {
        @if channels.is_empty() { p role="alert" { (own.nothing_offered) } }
        form.methods method="post" action=(view.action) aria-label=(own.choose) {
            @for channel in channels {
                button type="submit" name="method" value=(channel.name) {
                    (own.title(channel.name, channel.title))
                }
            }
        }
    }
}

/// The chosen method's instructions. A provider's own page cannot stand in a frame, so a framed
/// page asks in its place.
fn payment(paying: &Checkout, checkout: &SnapCheckout, view: &SnapView<'_>) -> Markup {
    let (words, own) = (Words::of(view.language), SnapWords::of(view.language));
    let leads_away = paying.page == PayPage::Redirect && !view.is_framed;
    html! {
        dl {
            (instructions(&paying.page, words))
            dt { (words.order) }
            dd { (checkout.order_id) }
            dt { (words.pay_before) }
            dd { (words.time(paying.expires)) }
        }
        p.hint role="status" #waits data-waits="true" { strong { (own.waits) } ". " (own.goes_on) }
        form method="post" action=(view.action) aria-label=(words.your_choice) {
            @if leads_away {
                button.approve type="submit" name="action" value="provider" { (own.go_to) " " (paying.name) }
            } @else {
                @for choice in Choice::on(&paying.page) {
                    @if *choice != Choice::Leave { (button(*choice, &words.choice(*choice, paying))) }
                }
            }
            button.leave type="submit" name="action" value="change" { (own.change) }
        }
        script src=(IN_FRAME_PATH) {}
    }
}

fn back(view: &SnapView<'_>, words: &Words, own: &SnapWords) -> Markup {
    html! {
        form #back.back method="post" action=(view.action) {
            button.leave type="submit" name="action" value="back" {
                (if view.is_framed { own.close } else { words.back_to_shop })
            }
        }
    }
}
