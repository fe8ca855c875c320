//! The page of an invoice, in place of the gateway's PDF.

use maud::{Markup, html};

use super::{Language, Words, address_in, page};
use crate::gateway::invoices::{InvoicePage, InvoiceWay};

pub(crate) fn invoice(invoice: &InvoicePage, language: Language) -> Markup {
    let (words, own) = (Words::of(language), InvoiceWords::of(language));
    let content = html! {
        section.price {
            p { (words.amount) }
            p.amount { (invoice.amount) }
        }
        dl {
            dt { (own.number) }
            dd { (invoice.number) }
            dt { (own.customer) }
            dd { (invoice.customer) }
            dt { (own.due) }
            dd { (words.time(invoice.due)) }
            dt { (own.status) }
            dd { code { (invoice.status) } }
        }
        ul {
            @for line in &invoice.lines {
                li { (line.description) ": " (line.quantity) " × " (line.price) }
            }
            @for (name, amount) in &invoice.taxes { li { (name) ": " (amount) } }
        }
        @for way in &invoice.ways { (pay(way, own, language)) }
        @if invoice.ways.is_empty() { p.over role="status" { (own.nothing) } }
        p.hint { (own.no_pdf) }
    };
    page(language, &invoice.title, &content)
}

fn pay(way: &InvoiceWay, own: &InvoiceWords, language: Language) -> Markup {
    match way {
        InvoiceWay::Link(path) => html! {
            p { a href=(address_in(language, path, None)) { (own.pay) } }
        },
        InvoiceWay::Account { bank, number, page } => html! {
            p { code { (bank) } " " strong { (number) } ": "
                a href=(address_in(language, page, None)) { (own.pay) } }
        },
    }
}

struct InvoiceWords {
    number: &'static str,
    customer: &'static str,
    due: &'static str,
    status: &'static str,
    pay: &'static str,
    nothing: &'static str,
    no_pdf: &'static str,
}

impl InvoiceWords {
    const fn of(language: Language) -> &'static Self {
        match language {
            Language::Indonesian => &INDONESIAN,
            Language::English => &ENGLISH,
        }
    }
}

const INDONESIAN: InvoiceWords = InvoiceWords {
    number: "Nomor invoice",
    customer: "Pelanggan",
    due: "Jatuh tempo",
    status: "Status",
    pay: "Bayar",
    nothing: "Tidak ada yang perlu dibayar di sini.",
    no_pdf: "Di Midtrans alamat ini berisi PDF.",
};

const ENGLISH: InvoiceWords = InvoiceWords {
    number: "Invoice number",
    customer: "Customer",
    due: "Due",
    status: "Status",
    pay: "Pay",
    nothing: "There is nothing to pay here.",
    no_pdf: "At the gateway this address has a PDF.",
};
