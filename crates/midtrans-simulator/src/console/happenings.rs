//! A transaction's timeline in words: who did what.

use maud::{Markup, html};
use midtrans_protocol::WibTime;

use super::layout::{fault, status, time};
use super::messages;
use crate::gateway::{Attempt, Choice, Command, DeliveryId, Entry, Happening, Timeline};

/// A line of the timeline. Attempts to deliver are kept with their notification, and stand between
/// the others here.
enum Line<'a> {
    Entry(&'a Happening),
    Attempt(DeliveryId, &'a Attempt),
}

pub(super) fn table(timeline: &Timeline) -> Markup {
    html! {
        div.scroll #timeline-rows tabindex="0" role="region" aria-labelledby="timeline-caption" {
            table {
                caption #timeline-caption { "What happened, in order. Times are WIB." }
                thead { tr { th scope="col" { "Time" } th scope="col" { "Who" } th scope="col" { "What" } } }
                tbody {
                    @for (at, line) in lines(timeline) {
                        tr {
                            td { (time(at)) }
                            @match line {
                                Line::Entry(what) => { td { (who(what)) } td { (entry(what, timeline)) } }
                                Line::Attempt(id, attempt) => {
                                    td { "Merchant" }
                                    td { (messages::outcome(&attempt.outcome)) " to notification " (messages::link(id)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn lines(timeline: &Timeline) -> Vec<(WibTime, Line<'_>)> {
    let attempts = timeline.messages.iter().flat_map(|message| {
        message
            .attempts
            .iter()
            .map(|attempt| (attempt.at, Line::Attempt(message.id, attempt)))
    });
    let entries = causes_first(&timeline.entries)
        .into_iter()
        .map(|entry| (entry.at, Line::Entry(&entry.what)));
    let mut lines: Vec<_> = entries.chain(attempts).collect();
    // Within a second, what was noted first stays first.
    lines.sort_by_key(|(at, _)| *at);
    lines
}

/// The gateway notes a call when it answers it, behind what the call has done. Whoever reads
/// expects it before that.
fn causes_first(entries: &[Entry]) -> Vec<&Entry> {
    let mut read: Vec<&Entry> = Vec::with_capacity(entries.len());
    for entry in entries {
        let is_cause = matches!(entry.what, Happening::Called { operation, status_code: 200..=202, .. } if operation != "status");
        let is_effect = |other: &&&Entry| {
            other.at == entry.at && matches!(other.what, Happening::Became(_) | Happening::Told(_))
        };
        let effects = if is_cause {
            read.iter().rev().take_while(is_effect).count()
        } else {
            0
        };
        read.insert(read.len() - effects, entry);
    }
    read
}

const fn who(what: &Happening) -> &'static str {
    match what {
        Happening::Called { .. } => "Merchant",
        Happening::Became(_) | Happening::Told(_) => "Gateway",
        Happening::BankConfirmed(_) => "Bank",
        Happening::Visited | Happening::Chose(_) => "Customer",
        Happening::SentBack { .. } | Happening::NotSentBack => "Browser",
        Happening::Struck(_) => "Simulator",
        Happening::Ordered(_) => "Console",
    }
}

fn entry(what: &Happening, timeline: &Timeline) -> Markup {
    match what {
        Happening::Called {
            call,
            operation,
            status_code,
            fault: struck,
        } => html! {
            "called " a href=(super::calls::address(&timeline.summary.merchant_id, *call)) { (operation) } ": "
            @if *status_code == 0 { "no answer" } @else { (status_code) }
            @if let Some(struck) = struck { " " (fault(*struck)) }
        },
        Happening::Became(word) => html! { "status is now " (status(word)) },
        Happening::Told(id) => {
            html! { "made notification " (messages::link(*id)) (messages::tells(timeline, *id)) }
        }
        Happening::BankConfirmed(amount) => html! { "confirmed a refund of " (amount) },
        Happening::Visited => html! { "opened the pay page" },
        Happening::Chose(Choice::Approve) => html! { "approved" },
        Happening::Chose(Choice::Decline) => html! { "declined" },
        Happening::Chose(Choice::Leave) => html! { "left the pay page without paying" },
        Happening::Struck(struck) => html! { (fault(*struck)) },
        Happening::SentBack { url, forged } => html! {
            "sent back to " code { (url) }
            @if *forged { ", with parameters that are not true" }
        },
        Happening::NotSentBack => html! { "not sent back to the shop" },
        Happening::Ordered(Command::Refund(Some(amount))) => html! { "refund of " (amount) },
        Happening::Ordered(command) => html! { (command.as_str()) },
    }
}
