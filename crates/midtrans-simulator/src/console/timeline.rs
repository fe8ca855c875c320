//! A transaction's timeline in words, with the actor of each line.

use maud::{Markup, html};
use midtrans_protocol::time::WibTime;

use super::layout::{fault, status, time};
use super::messages;
use crate::gateway::{Attempt, Choice, Command, DeliveryId, Entry, Timeline, TimelineEvent};

/// A line of the timeline. Attempts to deliver are kept with their notification, and stand between
/// the others here.
enum Line<'a> {
    Entry(&'a TimelineEvent),
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

/// The gateway notes a call when it answers it, behind what the call has done. A reader expects the
/// call before its effects.
fn causes_first(entries: &[Entry]) -> Vec<&Entry> {
    let mut read: Vec<&Entry> = Vec::with_capacity(entries.len());
    for entry in entries {
        let is_cause = matches!(&entry.what, TimelineEvent::Called { operation, status_code: 200..=202, .. } if operation != "status");
        let effects = if is_cause {
            read.iter()
                .rev()
                .take_while(|other| other.at == entry.at && is_effect(&other.what))
                .count()
        } else {
            0
        };
        read.insert(read.len() - effects, entry);
    }
    read
}

const fn is_effect(what: &TimelineEvent) -> bool {
    matches!(
        what,
        TimelineEvent::StatusChanged(_) | TimelineEvent::NotificationCreated(_)
    )
}

const fn who(what: &TimelineEvent) -> &'static str {
    match what {
        TimelineEvent::Called { .. } => "Merchant",
        TimelineEvent::StatusChanged(_) | TimelineEvent::NotificationCreated(_) => "Gateway",
        TimelineEvent::BankConfirmed(_) => "Bank",
        TimelineEvent::Visited | TimelineEvent::Chose(_) => "Customer",
        TimelineEvent::SentBack { .. } | TimelineEvent::NotSentBack => "Browser",
        TimelineEvent::FaultApplied(_) => "Simulator",
        TimelineEvent::ConsoleCommand(_) => "Console",
    }
}

fn entry(what: &TimelineEvent, timeline: &Timeline) -> Markup {
    match what {
        TimelineEvent::Called {
            call,
            operation,
            status_code,
            fault: applied,
        } => html! {
            "called " a href=(super::calls::address(&timeline.summary.merchant_id, *call)) { (operation) } ": "
            @if *status_code == 0 { "no answer" } @else { (status_code) }
            @if let Some(applied) = applied { " " (fault(*applied)) }
        },
        TimelineEvent::StatusChanged(word) => html! { "status is now " (status(word)) },
        TimelineEvent::NotificationCreated(id) => {
            html! { "made notification " (messages::link(*id)) (messages::tells(timeline, *id)) }
        }
        TimelineEvent::BankConfirmed(amount) => html! { "confirmed a refund of " (amount) },
        TimelineEvent::Visited => html! { "opened the pay page" },
        TimelineEvent::Chose(Choice::Approve) => html! { "approved" },
        TimelineEvent::Chose(Choice::OtherWallet) => html! { "paid with another wallet" },
        TimelineEvent::Chose(Choice::Decline) => html! { "declined" },
        TimelineEvent::Chose(Choice::Leave) => html! { "left the pay page without paying" },
        TimelineEvent::FaultApplied(applied) => html! { (fault(*applied)) },
        TimelineEvent::SentBack { url, forged } => html! {
            "sent back to " code { (url) }
            @if *forged { ", with parameters that are not true" }
        },
        TimelineEvent::NotSentBack => html! { "not sent back to the shop" },
        TimelineEvent::ConsoleCommand(Command::Refund(Some(amount))) => {
            html! { "refund of " (amount) }
        }
        TimelineEvent::ConsoleCommand(command) => html! { (command.as_str()) },
    }
}
