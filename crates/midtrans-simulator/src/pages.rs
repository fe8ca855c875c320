//! Pay pages in the browser: one page, one language. They work without JavaScript; whatever a
//! merchant put into an order is escaped.

mod language;
mod words;

use maud::{DOCTYPE, Markup, html};
use midtrans_protocol::{Rupiah, TransactionStatus};

use crate::gateway::{Checkout, Choice, Item, Provider};

pub(crate) use language::{Language, address_in};
use words::Words;

pub(crate) const STYLE: &str = include_str!("pages/page.css");
pub(crate) const STYLE_PATH: &str = "/simulator/page.css";
pub(crate) const SUBMIT: &str = include_str!("pages/submit.js");
pub(crate) const SUBMIT_PATH: &str = "/simulator/submit.js";

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
        dl {
            dt { (words.order) }
            dd { (checkout.order_id) }
            dt { (words.pay_before) }
            dd { time datetime=(machine_time(checkout)) { (words.time(checkout.expires)) } }
        }
        @if !checkout.items.is_empty() { (items(&checkout.items, words)) }
        @if checkout.status == TransactionStatus::Pending {
            form method="post" action=(action) aria-label=(words.your_choice) {
                (button(Choice::Approve, words.approve))
                (button(Choice::Decline, &words.decline(checkout.provider)))
                (button(Choice::Leave, words.leave))
            }
        } @else {
            p.over role="status" {
                (words.is_over) " " strong { (words.status(&checkout.status)) }
                " (" code { (checkout.status) } "). " (words.nothing_to_pay)
            }
            form method="post" action=(action) { (button(Choice::Leave, words.back_to_shop)) }
        }
    };
    page(
        language,
        checkout.provider.name(),
        Some(checkout.provider),
        &content,
    )
}

/// Sends the browser back to the shop with a form, as Akulaku does.
pub(crate) fn form_back(
    action: &str,
    response: &str,
    callback_key: &str,
    language: Language,
) -> Markup {
    let words = Words::of(language);
    let content = html! {
        p { (words.going_back) }
        form #way-back method="post" action=(action) {
            input type="hidden" name="response" value=(response);
            input type="hidden" name="callback_key" value=(callback_key);
            button.approve { (words.back_to_shop) }
        }
        script src=(SUBMIT_PATH) {}
    };
    page(
        language,
        Provider::Akulaku.name(),
        Some(Provider::Akulaku),
        &content,
    )
}

/// Where the customer would go back if the merchant had said where.
pub(crate) fn no_finish_url(language: Language) -> Markup {
    let words = Words::of(language);
    let content = html! {
        p role="status" { strong { (words.recorded) } }
        p { (words.no_finish_url) " " (words.set_it) " " a href="/console/settings" { (words.settings) } " " (words.or_with) " " code { "--finish-url" } "." }
    };
    page(language, words.done, None, &content)
}

/// Where a browser stays that is not to come back to the shop.
pub(crate) fn closed(language: Language) -> Markup {
    let words = Words::of(language);
    page(
        language,
        words.done,
        None,
        &html! { p role="status" { (words.closed) } p { (words.closed_on_purpose) } },
    )
}

/// A form that says none of the things that a customer can do. `again` is the pay page.
pub(crate) fn unknown_choice(language: Language, again: &str) -> Markup {
    let words = Words::of(language);
    let choices = [Choice::Approve, Choice::Decline, Choice::Leave].map(Choice::as_str);
    let content = html! {
        p role="alert" { (words.unknown_choice) }
        p { code { "choice=" (choices.join(", choice=")) } }
        p { a href=(again) { (words.choose_again) } }
    };
    page(language, words.not_done, None, &content)
}

/// No such transaction.
pub(crate) fn nothing_here(language: Language) -> Markup {
    let words = Words::of(language);
    page(
        language,
        words.not_found,
        None,
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

fn page(language: Language, title: &str, provider: Option<Provider>, content: &Markup) -> Markup {
    let words = Words::of(language);
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (title) " · " (words.simulated.trim_end_matches('.')) }
                link rel="stylesheet" href=(STYLE_PATH);
            }
            body class=(provider.map_or("neutral", Provider::as_str)) {
                main {
                    p.simulated { strong { (words.simulated) } " " (words.no_real_money(provider)) }
                    header {
                        h1 { (title) }
                        @if provider.is_some() { p { "PayLater" } }
                    }
                    div.content { (content) }
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
