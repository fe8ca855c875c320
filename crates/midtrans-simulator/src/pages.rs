//! Pay pages in the browser, each in one language. They work without JavaScript; every text of a
//! merchant is escaped.

mod authentication;
mod invoice;
mod language;
mod linking;
mod payment_link;
mod snap;
mod words;

use maud::{DOCTYPE, Markup, html};
use midtrans_protocol::Rupiah;
use midtrans_protocol::transaction::TransactionStatus;

use crate::gateway::{Checkout, Choice, Item, PayPage, picture_path};

pub(crate) use authentication::{LIBRARY, LIBRARY_PATH, PASSWORD, TELL, TELL_PATH, message};
pub(crate) use invoice::invoice;
pub(crate) use language::{Language, address_in};
pub(crate) use linking::linking;
pub(crate) use payment_link::payment_link;
pub(crate) use snap::{
    IN_FRAME, IN_FRAME_PATH, SNAP_JS, SNAP_JS_PATH, SnapView, snap, snap_card, snap_result,
};
use words::Words;

pub(crate) const STYLE: &str = include_str!("pages/page.css");
pub(crate) const STYLE_PATH: &str = "/simulator/page.css";
pub(crate) const SUBMIT: &str = include_str!("pages/submit.js");
pub(crate) const SUBMIT_PATH: &str = "/simulator/submit.js";
/// Takes a number, a bill key, a payment code or a QR code.
pub(crate) const ATM_PATH: &str = "/pay";

/// The page that `redirect_url` leads to. `action` is its own address, where the form comes back
/// to; `elsewhere` is the same page in the other language.
pub(crate) fn checkout(
    checkout: &Checkout,
    action: &str,
    language: Language,
    elsewhere: &str,
) -> Markup {
    let words = Words::of(language);
    let content = html! {
        (choice_of_language(language, elsewhere))
        section.price {
            p { (words.amount) }
            p.amount { (checkout.amount) }
        }
        @if checkout.page.qr_string().is_some() && !checkout.page.is_linked() {
            img.qr src=(picture_path(&checkout.transaction_id)) alt=(words.qr_code);
        }
        dl {
            (instructions(&checkout.page, words))
            dt { (words.order) }
            dd { (checkout.order_id) }
            dt { (words.pay_before) }
            dd { time datetime=(machine_time(checkout)) { (words.deadline(checkout)) } }
        }
        @if !checkout.items.is_empty() { (items(&checkout.items, words)) }
        @if let (TransactionStatus::Pending, PayPage::Authentication { asks_password, is_waiting, .. }) =
            (&checkout.status, &checkout.page)
        {
            (authentication::form(action, *asks_password, *is_waiting, words))
            form method="post" action=(action) { (button(Choice::Leave, words.back_to_shop)) }
        } @else if checkout.status == TransactionStatus::Pending {
            form method="post" action=(action) aria-label=(words.your_choice) {
                @for choice in Choice::on(&checkout.page) {
                    (button(*choice, &words.choice(*choice, checkout)))
                }
            }
            @if !checkout.page.goes_back() { p.hint { (words.or_let_it_expire) } }
        } @else {
            p.over role="status" {
                (words.is_over) " " strong { (words.status(&checkout.status)) }
                " (" code { (checkout.status) } "). " (words.nothing_to_pay)
            }
            @if checkout.page.goes_back() {
                form method="post" action=(action) { (button(Choice::Leave, words.back_to_shop)) }
            }
        }
    };
    let owner = match &checkout.page {
        PayPage::Authentication { bank, .. } => bank.unwrap_or(words.card_bank),
        _ => &checkout.name,
    };
    let frame = Frame {
        title: &checkout.name,
        kind: Some(words.kind(checkout)),
        owner: Some(owner),
        class: checkout.payment_type.as_str(),
    };
    frame.around(language, &content)
}

/// The page of a bank's machine, a store's counter or a wallet's scanner: asks for a number, a bill
/// key, a payment code or a QR code. `unknown` is one that no transaction has.
pub(crate) fn atm(language: Language, elsewhere: &str, unknown: Option<&str>) -> Markup {
    let words = Words::of(language);
    let action = address_in(language, ATM_PATH, None);
    let content = html! {
        (choice_of_language(language, elsewhere))
        @if unknown.is_some() { p role="alert" { (words.unknown_number) } }
        form method="post" action=(action) {
            label for="number" { (words.number_or_code) }
            input #number name="number" autocomplete="off" autocapitalize="off" spellcheck="false" required
                value=(unknown.unwrap_or_default());
            button.approve type="submit" { (words.find) }
        }
    };
    page(language, words.atm, &content)
}

/// Sends the browser back to the shop with a form, as Akulaku and the banks' pages do.
pub(crate) fn form_back(
    action: &str,
    response: &str,
    callback_key: Option<&str>,
    language: Language,
) -> Markup {
    let words = Words::of(language);
    let content = html! {
        p { (words.going_back) }
        form #way-back method="post" action=(action) {
            input type="hidden" name="response" value=(response);
            @if let Some(key) = callback_key { input type="hidden" name="callback_key" value=(key); }
            button.approve { (words.back_to_shop) }
        }
        script src=(SUBMIT_PATH) {}
    };
    page(language, words.done, &content)
}

/// The page in place of the way back, where no finish URL is set.
pub(crate) fn no_finish_url(language: Language) -> Markup {
    let words = Words::of(language);
    let content = html! {
        p role="status" { strong { (words.recorded) } }
        p {
            (words.no_finish_url)
            @if cfg!(feature = "console") {
                " " (words.set_it) " " a href="/console/settings" { (words.settings) } " " (words.or_with) " "
                code { "--finish-url" } "."
            }
        }
    };
    page(language, words.done, &content)
}

/// The page at which a browser stays that is not to come back to the shop.
pub(crate) fn closed(language: Language) -> Markup {
    let words = Words::of(language);
    page(
        language,
        words.done,
        &html! { p role="status" { (words.closed) } p { (words.closed_on_purpose) } },
    )
}

/// The answer to a form with an unknown choice. `again` is the pay page.
pub(crate) fn unknown_choice(language: Language, again: &str, known: &[Choice]) -> Markup {
    let words = Words::of(language);
    let choices: Vec<&str> = known.iter().map(|choice| choice.as_str()).collect();
    let content = html! {
        p role="alert" { (words.unknown_choice) }
        p { code { "choice=" (choices.join(", choice=")) } }
        p { a href=(again) { (words.choose_again) } }
    };
    page(language, words.not_done, &content)
}

/// No such transaction.
pub(crate) fn nothing_here(language: Language) -> Markup {
    let words = Words::of(language);
    page(
        language,
        words.not_found,
        &html! { p { (words.no_transaction) } },
    )
}

fn choice_of_language(language: Language, elsewhere: &str) -> Markup {
    let (here, other) = (Words::of(language), language.other());
    html! {
        nav aria-label=(here.choose_language) {
            span aria-current="true" { (here.language_name) }
            a href=(elsewhere) lang=(other.tag()) hreflang=(other.tag()) { (Words::of(other).language_name) }
        }
    }
}

/// The number, bill or code, with the words that belong to its shape.
fn instructions(page: &PayPage, words: &Words) -> Markup {
    let rows = match page {
        PayPage::Redirect | PayPage::Scan { .. } | PayPage::Wallet { .. } => {
            return Markup::default();
        }
        PayPage::Authentication { masked_card, .. } => {
            return html! { dt { (words.card) } dd.instruction { (masked_card) } };
        }
        PayPage::Prompt { account, .. } => {
            return html! { dt { (words.account) } dd.instruction { (account) } };
        }
        PayPage::Number { bank, number } => [(words.bank, bank), (words.virtual_account, number)],
        PayPage::Bill {
            biller_code,
            bill_key,
        } => [(words.biller_code, biller_code), (words.bill_key, bill_key)],
        PayPage::Code { store, code } => [(words.store, store), (words.payment_code, code)],
    };
    html! {
        @for (name, value) in rows { dt { (name) } dd.instruction { (value) } }
    }
}

fn items(items: &[Item], words: &Words) -> Markup {
    html! {
        h2 { (words.items) }
        ul {
            @for item in items {
                li { span { (item.quantity) " × " (item.name) } span { (signed(together(item))) } }
            }
        }
    }
}

fn button(choice: Choice, text: &str) -> Markup {
    html! { button class=(choice.as_str()) type="submit" name="choice" value=(choice.as_str()) { (text) } }
}

fn page(language: Language, title: &str, content: &Markup) -> Markup {
    let frame = Frame {
        title,
        kind: None,
        owner: None,
        class: "neutral",
    };
    frame.around(language, content)
}

/// The frame of every page, with the notice that no money moves.
struct Frame<'a> {
    title: &'a str,
    /// The kind of payment; `None` where nothing is paid.
    kind: Option<&'a str>,
    /// The provider or the bank in whose place the page stands.
    owner: Option<&'a str>,
    /// Chooses the colours.
    class: &'a str,
}

impl Frame<'_> {
    fn around(&self, language: Language, content: &Markup) -> Markup {
        let words = Words::of(language);
        html! {
            (DOCTYPE)
            html lang=(language.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · " (words.simulated.trim_end_matches('.')) }
                    link rel="stylesheet" href=(STYLE_PATH);
                }
                body class=(self.class) {
                    main {
                        p.simulated { strong { (words.simulated) } " " (words.no_real_money(self.owner)) }
                        header {
                            h1 { (self.title) }
                            @if let Some(kind) = self.kind { p { (kind) } }
                        }
                        div.content { (content) }
                    }
                }
            }
        }
    }
}

fn machine_time(checkout: &Checkout) -> String {
    format!("{}+07:00", checkout.expires.to_string().replace(' ', "T"))
}

/// An order of impossible size is cut off where numbers end; its charge was refused anyway.
fn together(item: &Item) -> i64 {
    item.price
        .saturating_mul(i64::try_from(item.quantity).unwrap_or(i64::MAX))
}

fn signed(price: i64) -> String {
    let sign = if price < 0 { "−" } else { "" };
    format!("{sign}{}", Rupiah::new(price.unsigned_abs()))
}
