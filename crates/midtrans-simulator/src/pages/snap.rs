//! Snap's page: a choice of methods, the instructions of the one that was chosen, and the end.
//!
//! It stands alone in a window or in a frame on the shop's page, where it tells `snap.js` the
//! result.

mod words;

use maud::{Markup, html};
use midtrans_protocol::Rupiah;
use midtrans_protocol::time::WibTime;

use super::linking::LinkWords;
use super::words::Words;
use super::{Frame, Language, authentication, button, choice_of_language, instructions, items};
use crate::gateway::pay_accounts::LinkPage;
use crate::gateway::snap::{Channel, SnapCheckout, SnapReturn, SnapState};
use crate::gateway::{Checkout, Choice, PayPage, picture_path};
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
    /// The address's parameters.
    pub(crate) query: &'a [(String, String)],
    /// What was wrong with the last choice.
    pub(crate) problems: &'a [String],
}

/// The page of a session.
pub(crate) fn snap(checkout: &SnapCheckout, view: &SnapView<'_>) -> Markup {
    let (words, own) = (Words::of(view.language), SnapWords::of(view.language));
    let content = html! {
        (choice_of_language(view.language, view.elsewhere))
        (price(checkout.amount, words))
        @for problem in view.problems { p.over role="alert" { (problem) } }
        @match &checkout.state {
            SnapState::Choosing { channels, was_denied } => {
                @if *was_denied { p.over role="alert" { (own.denied) } }
                (order(checkout, Some((own.choose_before, checkout.expires)), words))
                (choices(channels, view, own))
            }
            SnapState::Linking(account) => { (linking(account, checkout, view)) }
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
        SnapState::Linking(_) => LinkWords::of(view.language).title,
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
        owner: None,
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
            (items(&checkout.items, words))
        }
    }
}

fn choices(channels: &[Channel], view: &SnapView<'_>, own: &SnapWords) -> Markup {
    html! {
        @if channels.is_empty() { p.over role="alert" { (own.nothing_offered) } }
        form.methods method="post" action=(view.action) aria-label=(own.choose) {
            @for channel in channels {
                button type="submit" name="method" value=(channel.name) {
                    (own.title(channel.name, channel.title))
                }
            }
        }
    }
}

/// The question whether the shop may use the customer's GoPay account.
fn linking(account: &LinkPage, checkout: &SnapCheckout, view: &SnapView<'_>) -> Markup {
    let (words, own) = (Words::of(view.language), LinkWords::of(view.language));
    html! {
        p { (own.ask) }
        dl {
            dt { (own.phone) }
            dd { (account.masked_phone) }
            dt { (words.order) }
            dd { (checkout.order_id) }
        }
        form method="post" action=(view.action) {
            button.approve type="submit" name="link" value="confirm" { (own.confirm) }
            button.decline type="submit" name="link" value="refuse" { (own.refuse) }
        }
    }
}

/// The chosen method's instructions. A provider's own page cannot stand in a frame, so a framed
/// page asks in its place.
fn payment(paying: &Checkout, checkout: &SnapCheckout, view: &SnapView<'_>) -> Markup {
    let (words, own) = (Words::of(view.language), SnapWords::of(view.language));
    let leads_away = paying.page == PayPage::Redirect && !view.is_framed;
    html! {
        @if paying.page.qr_string().is_some() {
            img.qr src=(picture_path(&paying.transaction_id)) alt=(words.qr_code);
        }
        dl {
            (instructions(&paying.page, words))
            dt { (words.order) }
            dd { (checkout.order_id) }
            dt { (words.pay_before) }
            dd { (words.deadline(paying)) }
        }
        p.hint role="status" #waits data-waits="true" { strong { (own.waits) } ". " (own.goes_on) }
        @if let PayPage::Authentication { asks_password, is_waiting, .. } = &paying.page {
            (authentication::form(view.action, *asks_password, *is_waiting, words))
        } @else {
            (actions(paying, view, leads_away))
        }
        script src=(IN_FRAME_PATH) {}
    }
}

fn actions(paying: &Checkout, view: &SnapView<'_>, leads_away: bool) -> Markup {
    let (words, own) = (Words::of(view.language), SnapWords::of(view.language));
    html! {
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
    }
}

/// The form for a card. Its fields have the names of the gateway's token request.
pub(crate) fn snap_card(checkout: &SnapCheckout, view: &SnapView<'_>) -> Markup {
    let (words, own) = (Words::of(view.language), SnapWords::of(view.language));
    let content = html! {
        (choice_of_language(view.language, view.elsewhere))
        (price(checkout.amount, words))
        @for problem in view.problems { p.over role="alert" { (problem) } }
        form.card method="post" action=(view.action) {
            input type="hidden" name="method" value="credit_card";
            label for="card_number" { (words.card) }
            input #card_number name="card_number" inputmode="numeric" autocomplete="cc-number" required;
            label for="card_exp_month" { (own.month) }
            input #card_exp_month name="card_exp_month" inputmode="numeric" autocomplete="cc-exp-month" required;
            label for="card_exp_year" { (own.year) }
            input #card_exp_year name="card_exp_year" inputmode="numeric" autocomplete="cc-exp-year" required;
            label for="card_cvv" { "CVV" }
            input #card_cvv name="card_cvv" inputmode="numeric" autocomplete="off" required;
            p.hint { (own.test_card) " " code { "4811 1111 1111 1114" } ", " code { "123" } }
            button.approve type="submit" { (own.pay_by_card) }
        }
        form.back method="get" action=(view.action) {
            @for (name, value) in view.query { input type="hidden" name=(name) value=(value); }
            button.leave type="submit" { (own.change) }
        }
    };
    let frame = Frame {
        title: own.title("credit_card", ""),
        kind: None,
        owner: None,
        class: "snap",
    };
    frame.around(view.language, &content)
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
