//! The parts that all pages of the console share.

use maud::{DOCTYPE, Markup, html};
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;

use super::{LIVE_PATH, STYLE_PATH};
use crate::gateway::Fault;

/// The sections of the console.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Transactions,
    Calls,
    Settings,
}

impl Section {
    const ALL: [Self; 3] = [Self::Transactions, Self::Calls, Self::Settings];

    const fn name(self) -> &'static str {
        match self {
            Self::Transactions => "Transactions",
            Self::Calls => "Calls",
            Self::Settings => "Settings",
        }
    }

    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Transactions => "/console",
            Self::Calls => "/console/calls",
            Self::Settings => "/console/settings",
        }
    }
}

/// A page of the console.
pub(super) struct Page<'a> {
    pub(super) section: Section,
    pub(super) title: &'a str,
    /// Its own address, where it can be loaded again. Without one, it does not change by itself.
    pub(super) here: Option<&'a str>,
    pub(super) now: WibTime,
}

impl Page<'_> {
    pub(super) fn with(&self, content: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · Midtrans simulator" }
                    link rel="stylesheet" href=(STYLE_PATH);
                    @if self.here.is_some() { script src=(LIVE_PATH) defer {} }
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    header {
                        p.simulated { strong { "Simulated gateway." } " No real money moves here." }
                        div.bar {
                            nav aria-label="Console" { (self.sections()) }
                            p.clock #clock data-live { "Gateway time " (time(self.now)) " WIB" }
                            @if let Some(here) = self.here { p.refresh { a #refresh href=(here) { "Refresh" } } }
                        }
                    }
                    main #main tabindex="-1" { (content) }
                }
            }
        }
    }

    fn sections(&self) -> Markup {
        html! {
            ul {
                @for section in Section::ALL {
                    li { a href=(section.path()) aria-current=[(section == self.section).then_some("page")] { (section.name()) } }
                }
            }
        }
    }
}

/// A time, for people and for programs. The page says once that it is Western Indonesia's time.
pub(super) fn time(at: WibTime) -> Markup {
    let text = at.to_string();
    let (day, clock) = text.split_once(' ').unwrap_or((&text, ""));
    html! { time datetime={ (day) "T" (clock) "+07:00" } { span { (day) } " " span { (clock) } } }
}

/// A status in its own word, with a sign beside the colour.
pub(super) fn status(status: &TransactionStatus) -> Markup {
    let (kind, sign) = match status {
        TransactionStatus::Pending => ("open", "○"),
        TransactionStatus::Authorize => ("open", "◐"),
        TransactionStatus::Settlement | TransactionStatus::Capture => ("good", "✓"),
        TransactionStatus::Refund | TransactionStatus::PartialRefund => ("back", "↩"),
        _ => ("bad", "✕"),
    };
    badge(kind, sign, status.as_str())
}

pub(super) fn badge(kind: &str, sign: &str, word: &str) -> Markup {
    html! { span class=(format!("badge {kind}")) { span aria-hidden="true" { (sign) } " " (word) } }
}

/// The badge of a fault.
pub(super) fn fault(fault: Fault) -> Markup {
    badge("fault", "⚡", &format!("fault {fault}"))
}

/// A text of several lines, behind a summary. `id` lets it stay open while the page changes.
pub(super) fn folded(id: &str, summary: &str, text: &str) -> Markup {
    html! {
        details #(id) {
            summary #{ (id) "-summary" } { (summary) }
            // Scrolls from the keyboard, too.
            pre tabindex="0" { (super::pretty::pretty(text)) }
        }
    }
}

/// Each merchant has calls and settings of its own.
pub(super) fn merchants(path: &str, merchants: &[String], shown: &str) -> Markup {
    html! {
        form.filter method="get" action=(path) aria-label="Merchant" {
            label {
                "Merchant"
                select name="merchant" #merchant {
                    @for merchant in merchants { option value=(merchant) selected[merchant == shown] { (merchant) } }
                }
            }
            button { "Show" }
        }
    }
}
