//! The page of a payment link.

use maud::{Markup, html};
use midtrans_protocol::Rupiah;

use super::{Language, Words, page};
use crate::gateway::payment_links::{LinkCheckout, LinkState};

pub(crate) fn payment_link(link: &LinkCheckout, action: &str, language: Language) -> Markup {
    let (words, own) = match language {
        Language::Indonesian => (Words::of(language), &INDONESIAN),
        Language::English => (Words::of(language), &ENGLISH),
    };
    let content = html! {
        @if let Some(amount) = link.amount {
            section.price {
                p { (words.amount) }
                p.amount { (Rupiah::new(amount)) }
            }
        }
        @if let Some(reason) = own.reason(link.state) {
            p.over role="status" { (reason) }
        } @else {
            form method="post" action=(action) {
                @if link.amount.is_none() {
                    label for="amount" { (words.amount) }
                    input #amount name="amount" inputmode="numeric" required
                        value=(link.preset.map(|amount| amount.to_string()).unwrap_or_default());
                }
                @if link.asks_for_contact {
                    (asked("first_name", own.name, "name"))
                    (asked("email", own.email, "email"))
                    (asked("phone", own.phone, "tel"))
                }
                button.approve type="submit" { (own.pay) }
            }
        }
    };
    page(
        language,
        link.title.as_deref().unwrap_or(own.title),
        &content,
    )
}

fn asked(name: &str, label: &str, autocomplete: &str) -> Markup {
    html! {
        label for=(name) { (label) }
        input id=(name) name=(name) autocomplete=(autocomplete) required;
    }
}

struct LinkWords {
    title: &'static str,
    pay: &'static str,
    name: &'static str,
    email: &'static str,
    phone: &'static str,
    expired: &'static str,
    used_up: &'static str,
    deleted: &'static str,
}

impl LinkWords {
    const fn reason(&self, state: LinkState) -> Option<&'static str> {
        match state {
            LinkState::Open => None,
            LinkState::Expired => Some(self.expired),
            LinkState::UsedUp => Some(self.used_up),
            LinkState::Deleted => Some(self.deleted),
        }
    }
}

const INDONESIAN: LinkWords = LinkWords {
    title: "Pembayaran",
    pay: "Bayar",
    name: "Nama",
    email: "Email",
    phone: "Nomor telepon",
    expired: "Tautan pembayaran ini sudah kedaluwarsa.",
    used_up: "Tautan pembayaran ini sudah digunakan.",
    deleted: "Toko telah menghapus tautan pembayaran ini.",
};

const ENGLISH: LinkWords = LinkWords {
    title: "Payment",
    pay: "Pay",
    name: "Name",
    email: "E-mail",
    phone: "Phone number",
    expired: "This payment link has expired.",
    used_up: "This payment link has been used.",
    deleted: "The shop has deleted this payment link.",
};
