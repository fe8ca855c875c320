//! The checks of a card charge before it is sent.

use serde_json::Value;

use super::full_pan::month;
use super::read::text_or_integer;
use super::words::as_truth;
use super::{CreditCard, GooglePayToken};
use crate::Charge;
use crate::card::{CardExpiry, CardNumber, CardToken, SecurityCode};
use crate::charge::{Field, Problems, Shape};
use crate::method::PaymentMethod;
use crate::method::credit_card::{
    CallbackType, CardBank, CardTransactionType, DynamicDescriptor, Initiator,
};

/// The fields of the card object. Numbers are read as texts and integers, texts are sent.
const CARD: &[Field] = &[
    Field::required("number", Shape::Checked(is_number, NUMBER)),
    Field::required(
        "expiry_month",
        Shape::Checked(is_month, CardExpiry::EXPECTED_MONTH),
    ),
    Field::required(
        "expiry_year",
        Shape::Checked(is_year, CardExpiry::EXPECTED_YEAR),
    ),
    Field::optional("cvv", Shape::Checked(is_code, SecurityCode::EXPECTED)),
];

const NUMBER: &str = "a card number of 13 to 19 digits whose check digit is right";

const DESCRIPTOR: &[Field] = &[
    Field::optional("merchant_name", Shape::Text),
    Field::optional("city_name", Shape::Text),
    Field::optional("country_code", Shape::Text),
];

pub(super) const FIELDS: &[Field] = &[
    Field::optional("token_id", Shape::Checked(is_token, CardToken::EXPECTED)),
    Field::optional("card", Shape::Exact(CARD)),
    Field::optional(
        "google_pay_token",
        Shape::Checked(GooglePayToken::is_token, GooglePayToken::EXPECTED),
    ),
    Field::optional("authentication", Shape::Checked(is_truth, "true or false")),
    Field::optional("callback_type", Shape::Text),
    Field::optional("bank", Shape::Text),
    Field::optional("channel", Shape::Text),
    Field::optional("installment_term", Shape::Count),
    Field::optional("bins", Shape::Texts),
    Field::optional("type", Shape::Text),
    Field::optional("save_token_id", Shape::Bool),
    Field::optional("point_redeem_amount", Shape::SignedRupiah),
    Field::optional("initiated_by", Shape::Text),
    Field::optional("dynamic_descriptor", Shape::Exact(DESCRIPTOR)),
];

fn is_token(value: &Value) -> bool {
    value.as_str().is_some_and(CardToken::is_token)
}

fn is_number(value: &Value) -> bool {
    text_or_integer(value.clone()).is_some_and(|text| CardNumber::new(text).is_ok())
}

fn is_month(value: &Value) -> bool {
    text_or_integer(value.clone())
        .is_some_and(|text| CardExpiry::new(&month(&text), "2030").is_ok())
}

fn is_year(value: &Value) -> bool {
    text_or_integer(value.clone()).is_some_and(|text| CardExpiry::new("01", &text).is_ok())
}

fn is_code(value: &Value) -> bool {
    text_or_integer(value.clone()).is_some_and(|text| SecurityCode::new(text).is_ok())
}

fn is_truth(value: &Value) -> bool {
    as_truth(value).is_some()
}

/// Collects what the gateway or every bank would refuse.
pub(super) fn check(card: &CreditCard, charge: &Charge, problems: &mut Problems) {
    problems.refuse_known("credit_card", &card.extra, CreditCard::FIELDS);
    check_source(card, problems);
    check_words(card, problems);
    check_bins(card, problems);
    if card.installment_term == Some(0) {
        problems.add("credit_card.installment_term", "at least 1 month");
    }
    let gross = charge.transaction_details().gross_amount().get();
    let fits =
        |points: i64| points == -1 || u64::try_from(points).is_ok_and(|points| points <= gross);
    if card.point_redeem_amount.is_some_and(|points| !fits(points)) {
        problems.add(
            "credit_card.point_redeem_amount",
            "at most the gross amount, not negative; or -1 for all points of a card of Mandiri",
        );
    }
    if let Some(descriptor) = &card.dynamic_descriptor {
        check_descriptor(descriptor, problems);
    }
}

fn check_source(card: &CreditCard, problems: &mut Problems) {
    let sources = [
        card.token_id.is_some(),
        card.card.is_some(),
        card.google_pay_token.is_some(),
    ];
    if sources.iter().filter(|is_there| **is_there).count() != 1 {
        problems.add(
            "credit_card.token_id",
            "a token of the card; or else one of card and google_pay_token, and never two of them",
        );
    }
}

/// Collects the words that the gateway does not document. They are its whole list, and a typing
/// error would change what is charged.
fn check_words(card: &CreditCard, problems: &mut Problems) {
    if let Some(CardBank::Unknown(_)) = card.bank {
        problems.add(
            "credit_card.bank",
            "bca, bni, mandiri, cimb, bri, danamon, maybank or mega",
        );
    }
    if let Some(CallbackType::Unknown(_)) = card.callback_type {
        problems.add("credit_card.callback_type", "js_event or form");
    }
    if let Some(CardTransactionType::Unknown(_)) = card.transaction_type {
        problems.add("credit_card.type", "authorize or authorize_capture");
    }
    if let Some(Initiator::Unknown(_)) = card.initiated_by {
        problems.add("credit_card.initiated_by", "customer or merchant");
    }
}

fn check_bins(card: &CreditCard, problems: &mut Problems) {
    for (at, bin) in card.bins.iter().enumerate() {
        let is_digits =
            (1..=8).contains(&bin.len()) && bin.bytes().all(|digit| digit.is_ascii_digit());
        let is_bank = !matches!(CardBank::from(bin.as_str()), CardBank::Unknown(_));
        if !is_bank && !is_digits {
            problems.add(
                format!("credit_card.bins[{at}]"),
                "the first digits of a card number, at most 8, or the name of a bank such as bni",
            );
        }
    }
}

fn check_descriptor(descriptor: &DynamicDescriptor, problems: &mut Problems) {
    let path = "credit_card.dynamic_descriptor";
    problems.limit(path, &[("merchant_name", &descriptor.merchant_name)], 25);
    problems.limit(path, &[("city_name", &descriptor.city_name)], 13);
    let is_country =
        |code: &String| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if descriptor
        .country_code
        .as_ref()
        .is_some_and(|code| !is_country(code))
    {
        problems.add(
            "credit_card.dynamic_descriptor.country_code",
            "two capital letters of ISO 3166-1, such as ID",
        );
    }
}
