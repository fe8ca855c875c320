//! The checks of a page of Snap before it is sent. What a charge has too, the charge's own checks
//! judge.

use super::card_options;
use super::read::{CALLBACKS, CHECKOUT};
use super::{Callbacks, Checkout};
use crate::InvalidInput;
use crate::charge::check::{self, LONG};
use crate::charge::{Address, Problems, join};

pub(super) fn checkout(checkout: &Checkout) -> Result<(), InvalidInput> {
    let mut problems = Problems::default();
    let order = &checkout.transaction_details;
    if let Err(error) = order
        .order_id()
        .check_on_snap("transaction_details.order_id")
    {
        problems.add("transaction_details.order_id", error.expected().to_owned());
    }
    check::items(&checkout.item_details, order.gross_amount(), &mut problems);
    if let Some(customer) = &checkout.customer_details {
        check::customer(customer, &mut problems);
        for (name, place) in [
            ("billing_address", &customer.billing_address),
            ("shipping_address", &customer.shipping_address),
        ] {
            if let Some(place) = place {
                address(&join("customer_details", name), place, &mut problems);
            }
        }
    }
    check::sellers(&checkout.seller_details, &mut problems);
    payments(checkout, &mut problems);
    methods(checkout, &mut problems);
    if let Some(callbacks) = &checkout.callbacks {
        self::callbacks(callbacks, &mut problems);
    }
    let texts = [
        ("custom_field1", &checkout.custom_field1),
        ("custom_field2", &checkout.custom_field2),
        ("custom_field3", &checkout.custom_field3),
        ("user_id", &checkout.user_id),
    ];
    problems.limit("", &texts, LONG);
    let page = checkout.page_expiry.as_ref();
    if page.is_some_and(|page| page.start_time().is_some()) {
        let expected = "nothing: the page's own expiry is counted from now";
        problems.add("page_expiry.start_time", expected);
    }
    problems.refuse_known("", &checkout.extra, Some(CHECKOUT));
    problems.end()
}

/// Snap's addresses are shorter than a charge's.
fn address(path: &str, place: &Address, problems: &mut Problems) {
    problems.limit(path, &[("city", &place.city)], 100);
    problems.limit(path, &[("postal_code", &place.postal_code)], 10);
}

/// An unknown word passes; a text that can be no word does not.
fn payments(checkout: &Checkout, problems: &mut Problems) {
    for (at, payment) in checkout.enabled_payments.iter().enumerate() {
        let word = payment.as_str();
        let is_word = (1..=LONG).contains(&word.len())
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_word {
            let expected = "the name of a payment method, such as bca_va";
            problems.add(format!("enabled_payments[{at}]"), expected);
        }
    }
}

fn methods(checkout: &Checkout, problems: &mut Problems) {
    if let Some(card) = &checkout.credit_card {
        card_options::check(card, problems);
    }
    checkout.virtual_accounts.check(problems);
    if let Some(bill) = &checkout.echannel {
        bill.check(problems);
    }
    if let Some(gopay) = &checkout.gopay {
        gopay.check(checkout.user_id.is_some(), problems);
    }
    for (path, callback) in [("shopeepay", &checkout.shopeepay), ("dana", &checkout.dana)] {
        if let Some(callback) = callback {
            callback.check(path, problems);
        }
    }
    if let Some(texts) = &checkout.cstore {
        texts.check(problems);
    }
}

fn callbacks(callbacks: &Callbacks, problems: &mut Problems) {
    let texts = [("finish", &callbacks.finish), ("error", &callbacks.error)];
    problems.limit("callbacks", &texts, LONG);
    problems.refuse_known("callbacks", &callbacks.extra, Some(CALLBACKS));
    for (name, url) in texts {
        let is_blank = |url: &String| url.trim().is_empty();
        if url.as_ref().is_some_and(is_blank) {
            problems.add(join("callbacks", name), "an address, or nothing");
        }
    }
}
