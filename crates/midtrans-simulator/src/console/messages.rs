//! A transaction's notifications: body, attempts, the merchant's answers, and the next try.

use maud::{Markup, html};

use super::layout::{badge, fault, folded, status, time};
use crate::gateway::{DeliveryId, DeliveryState, Message, Outcome, Timeline};

/// The place of a notification on the page.
pub(super) fn anchor(id: DeliveryId) -> String {
    format!("n-{id}")
}

pub(super) fn link(id: DeliveryId) -> Markup {
    html! { a href={ "#" (anchor(id)) } { (id) } }
}

/// The status that a notification reports, if it is still known.
pub(super) fn tells(timeline: &Timeline, id: DeliveryId) -> Markup {
    let message = timeline.messages.iter().find(|message| message.id == id);
    html! {
        @if let Some(message) = message {
            ": " (message.transaction_status)
            @if let Some(applied) = message.fault { " " (fault(applied)) }
        }
    }
}

pub(super) fn all(timeline: &Timeline, address: &str) -> Markup {
    html! {
        @if timeline.messages.is_empty() { p.nothing { "None. No notification URL was set when something happened." } }
        @for message in &timeline.messages { (one(message, address)) }
    }
}

fn one(message: &Message, address: &str) -> Markup {
    let (id, anchor) = (message.id, anchor(message.id));
    html! {
        article.message #(anchor) aria-labelledby={ (anchor) "-name" } {
            h3 #{ (anchor) "-name" } { "Notification " (id) " " (status(&message.transaction_status)) }
            dl {
                dt { "Goes to" } dd { code { (message.goes_to()) } }
                dt { "State" } dd {
                    (state(message))
                    @if message.copies_to_follow() > 0 { ", and copies to follow: " (message.copies_to_follow()) }
                 }
                @if let Some(applied) = message.fault { dt { "On purpose" } dd { (fault(applied)) } }
            }
            @if !message.attempts.is_empty() { (attempts(message, &anchor)) }
            (folded(&format!("{anchor}-body"), "Body", &message.body))
            (buttons(message, address, &anchor))
        }
    }
}

fn state(message: &Message) -> Markup {
    match message.state {
        DeliveryState::Waiting(at) if message.attempts.is_empty() => {
            html! { (badge("open", "○", "waiting")) " first try at " (time(at)) " WIB" }
        }
        DeliveryState::Waiting(at) => {
            html! { (badge("open", "○", "waiting")) " next try at " (time(at)) " WIB" }
        }
        DeliveryState::UnderWay => badge("open", "→", "under way"),
        DeliveryState::Delivered => badge("good", "✓", "delivered"),
        DeliveryState::GivenUp => html! { (badge("bad", "✕", "failed")) " no more tries" },
    }
}

fn attempts(message: &Message, anchor: &str) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby={ (anchor) "-caption" } {
            table.cards role="table" {
                caption #{ (anchor) "-caption" } { "Attempts to deliver " (message.id) }
                thead role="rowgroup" { tr role="row" { th scope="col" role="columnheader" { "Time" } th scope="col" role="columnheader" { "Outcome" } th scope="col" role="columnheader" { "The merchant said" } } }
                tbody role="rowgroup" {
                    @for (number, attempt) in message.attempts.iter().enumerate() {
                        tr role="row" {
                            td role="cell" { (time(attempt.at)) }
                            td role="cell" { (outcome(&attempt.outcome)) @if *attempt.url != *message.url { " at " code { (attempt.url) } } }
                            td.whole role="cell" data-label="The merchant said" { (said(&attempt.outcome, &format!("{anchor}-said-{number}"))) }
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn outcome(outcome: &Outcome) -> Markup {
    match outcome {
        Outcome::Answered {
            status: status @ 200..=299,
            ..
        } => badge("good", "✓", &format!("answered {status}")),
        Outcome::Answered {
            status,
            location: Some(location),
            ..
        } => {
            html! { (badge("open", "→", &format!("answered {status}"))) " to " code { (location) } }
        }
        Outcome::Answered { status, .. } => badge("bad", "✕", &format!("answered {status}")),
        Outcome::TimedOut => badge("bad", "✕", "no answer in time"),
        Outcome::Unreachable => badge("bad", "✕", "not reachable"),
        Outcome::Forbidden => html! { (badge("bad", "✕", "not sent")) " this host is not allowed" },
    }
}

fn said(outcome: &Outcome, id: &str) -> Markup {
    match outcome {
        Outcome::Answered { body, .. } if body.is_empty() => html! { "nothing" },
        Outcome::Answered { body, .. } if body.len() <= SHORT && !body.contains('\n') => {
            html! { code { (body) } }
        }
        Outcome::Answered { body, .. } => folded(id, "Answer", body),
        _ => html! { "–" },
    }
}

const SHORT: usize = 60;

fn buttons(message: &Message, address: &str, anchor: &str) -> Markup {
    let resend = if message.waits() {
        "Send now"
    } else {
        "Send again"
    };
    html! {
        form.actions method="post" {
            input type="hidden" name="notification" value=(message.id);
            @if message.waits() || message.is_over() {
                button #{ (anchor) "-resend" } formaction={ (address) "/resend" } { (resend) }
            }
            button #{ (anchor) "-duplicate" } formaction={ (address) "/duplicate" } { "Send one more copy" }
        }
        @if message.waits() {
            form.actions method="post" action={ (address) "/delay" } {
                input type="hidden" name="notification" value=(message.id);
                label { "Later by" input.short #{ (anchor) "-minutes" } type="number" name="minutes" min="1" max="525600" value="5" required; "minutes" }
                button #{ (anchor) "-delay" } { "Delay" }
            }
        }
    }
}
