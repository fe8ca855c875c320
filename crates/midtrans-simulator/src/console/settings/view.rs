//! The page of the settings.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::change::{ADD_FAULT, ADVANCE, FieldError, REMOVE_FAULT, SAVE};
use crate::console::form::Form;
use crate::console::layout;
use crate::gateway::{Fault, Rule, Settings, UrlSetting};

const PATH: &str = "/console/settings";

/// All that the page shows.
pub(super) struct View<'a> {
    pub(super) merchants: Vec<&'a str>,
    pub(super) settings: &'a Settings,
    pub(super) rules: &'a [(u32, Rule)],
    pub(super) allowed_hosts: &'a BTreeSet<String>,
    pub(super) error: Option<&'a FieldError>,
    pub(super) typed: &'a Form,
}

impl View<'_> {
    pub(super) fn page(&self) -> Markup {
        let merchants: Vec<String> = self
            .merchants
            .iter()
            .map(|merchant| (*merchant).to_owned())
            .collect();
        html! {
            h1 { "Settings of " (self.settings.merchant_id) }
            @if let Some(error) = self.error { p.alert role="alert" { "Not changed: " (error.reason) "." } }
            @if merchants.len() > 1 { (layout::merchants(PATH, &merchants, &self.settings.merchant_id)) }
            section aria-labelledby="account-name" { h2 #account-name { "Account" } (self.account()) }
            section aria-labelledby="faults-name" { h2 #faults-name { "Faults" } (self.faults()) }
            section aria-labelledby="time-name" { h2 #time-name { "Time" } (self.time()) }
            section aria-labelledby="reset-name" {
                h2 #reset-name { "Reset" }
                form.actions method="post" action="/console/reset" { button #reset { "Forget everything" } }
                p.hint {
                    "For all merchants: transactions, notifications, calls and stored answers. Settings, the clock and the "
                    "faults of the start stay."
                }
            }
        }
    }

    fn account(&self) -> Markup {
        let hosts: Vec<&str> = self.allowed_hosts.iter().map(String::as_str).collect();
        html! {
            form.fields method="post" action=(PATH) {
                (self.merchant())
                @for setting in UrlSetting::ALL { (self.url(setting, &hosts)) }
                (check("lenient", self.settings.lenient, "Lenient: take charges that lack what the gateway's reference requires"))
                (check("kredivo_approved", self.settings.kredivo_approved, "Approved by Kredivo: take its charges without items and customer"))
                p { button #save name="action" value=(SAVE) { "Save" } }
            }
        }
    }

    fn url(&self, setting: UrlSetting, hosts: &[&str]) -> Markup {
        let name = setting.as_str();
        let (label, hint) = words_of(setting);
        let typed = if self.was_sent(SAVE) {
            self.typed.text(name)
        } else {
            self.settings.url_of(setting).as_deref()
        };
        html! {
            label for=(name) { (label) }
            input #(name) type="url" name=(name) value=(typed.unwrap_or_default()) placeholder="not set"
                aria-invalid=[self.is_wrong(name).then_some("true")] aria-describedby={ (name) "-hint" };
            p.hint #{ (name) "-hint" } {
                @if self.is_wrong(name) { (self.reason()) " " }
                (hint)
                @if setting == UrlSetting::Notification {
                    " To this machine" @for host in hosts { ", " (host) } "."
                }
            }
        }
    }

    fn faults(&self) -> Markup {
        let typed = if self.was_sent(ADD_FAULT) {
            self.typed.text("rule")
        } else {
            None
        };
        html! {
            div #rules data-live {
                @if self.rules.is_empty() { p.nothing { "Nothing goes wrong on purpose." } } @else { (self.rules_in_force()) }
            }
            form.fields method="post" action=(PATH) {
                (self.merchant())
                label for="rule" { "New rule" }
                input #rule name="rule" list="faults" autocomplete="off" spellcheck="false" required
                    value=(typed.unwrap_or_default()) placeholder="delay:90s,order=order-101,rate=5%,times=3"
                    aria-invalid=[self.is_wrong("rule").then_some("true")] aria-describedby="rule-hint";
                datalist #faults { @for fault in Fault::ALL { option value=(fault) {} } }
                p.hint #rule-hint {
                    @if self.is_wrong("rule") { (self.reason()) ". " }
                    "A fault, then any of " code { "order=ORDER" } ", " code { "rate=5%" } ", " code { "times=3" } ", with commas. "
                    "Faults: " @for (at, fault) in Fault::ALL.iter().enumerate() { @if at > 0 { ", " } code { (fault) } } "."
                }
                p { button #add name="action" value=(ADD_FAULT) { "Add" } }
            }
        }
    }

    fn rules_in_force(&self) -> Markup {
        html! {
            div.scroll #rule-rows tabindex="0" role="region" aria-labelledby="rules-caption" {
                table.cards role="table" {
                    caption #rules-caption { "Rules in force" }
                    thead role="rowgroup" { tr role="row" { th scope="col" role="columnheader" { "No." } th scope="col" role="columnheader" { "Rule" } th scope="col" role="columnheader" { "Take back" } } }
                    tbody role="rowgroup" { @for (number, rule) in self.rules { (self.rule(*number, rule)) } }
                }
            }
        }
    }

    fn rule(&self, number: u32, rule: &Rule) -> Markup {
        html! {
            tr role="row" {
                th scope="row" role="rowheader" { (number) }
                td role="cell" { code { (rule) } }
                td role="cell" {
                    form method="post" action=(PATH) {
                        (self.merchant())
                        input type="hidden" name="number" value=(number);
                        button #{ "remove-" (number) } name="action" value=(REMOVE_FAULT)
                            aria-label={ "Remove rule " (number) } { "Remove" }
                    }
                }
            }
        }
    }

    fn time(&self) -> Markup {
        html! {
            form.actions method="post" action=(PATH) {
                (self.merchant())
                label {
                    "Move the clock forward by"
                    input.short #count type="number" name="count" min="1" value="10" required
                        aria-invalid=[self.is_wrong("count").then_some("true")] aria-describedby="count-hint";
                }
                label {
                    "Unit"
                    select #unit name="unit" {
                        option value="minutes" { "minutes" }
                        option value="hours" { "hours" }
                        option value="days" { "days" }
                    }
                }
                button #advance name="action" value=(ADVANCE) { "Move" }
            }
            p.hint #count-hint {
                @if self.is_wrong("count") { (self.reason()) ". " }
                "For all merchants: expiries and repeated notifications come due. It cannot go back."
            }
        }
    }

    fn merchant(&self) -> Markup {
        html! { input type="hidden" name="merchant" value=(self.settings.merchant_id); }
    }

    fn was_sent(&self, action: &str) -> bool {
        self.error.is_some() && self.typed.text("action") == Some(action)
    }

    fn is_wrong(&self, field: &str) -> bool {
        self.error.is_some_and(|error| error.field == field)
    }

    fn reason(&self) -> &str {
        self.error.map_or("", |error| &error.reason)
    }
}

/// The label of a URL, and the hint below it.
const fn words_of(setting: UrlSetting) -> (&'static str, &'static str) {
    match setting {
        UrlSetting::Finish => ("Finish URL", "The page for customers who have paid."),
        UrlSetting::Unfinish => (
            "Unfinish URL",
            "The page for customers who leave Snap without a choice. Not set: the finish URL.",
        ),
        UrlSetting::Error => (
            "Error URL",
            "The page for customers whose payment on Snap failed. Not set: the finish URL.",
        ),
        UrlSetting::Notification => (
            "Notification URL",
            "Notifications of what happens from now on go there.",
        ),
        UrlSetting::PayAccountNotification => (
            "Pay account notification URL",
            "For linked GoPay accounts. Not set: the notification URL.",
        ),
        UrlSetting::RecurringNotification => (
            "Recurring notification URL",
            "For subscriptions. Not set: the notification URL.",
        ),
    }
}

/// An unchecked box sends nothing, and nothing means "as it is": so the hidden field says no.
fn check(name: &str, is_set: bool, label: &str) -> Markup {
    html! {
        p.check {
            input type="hidden" name=(name) value="no";
            input #(name) type="checkbox" name=(name) value="yes" checked[is_set];
            label for=(name) { (label) }
        }
    }
}
