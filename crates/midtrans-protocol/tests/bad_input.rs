//! Bad input: refused when made with the leaf field named and its value not shown, or survived
//! with what is known.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::{ORDER, answered, charge, expected, key, keys, received, settlement, signed, with};
use midtrans_protocol::card::{CardExpiry, CardNumber, SecurityCode};
use midtrans_protocol::decision::Review;
use midtrans_protocol::instructions::Instructions;
use midtrans_protocol::method::{Bank, BankTransfer, CardBank, CreditCard, Ovo, PaymentType};
use midtrans_protocol::reply::ReplyError;
use midtrans_protocol::webhook::Rejection;
use midtrans_protocol::{
    Charge, Decision, InvalidInput, OrderId, Rupiah, ServerKey, TransactionDetails, decide, decode,
    notification,
};
use serde_json::{Value, json};

/// Fails unless the error names this field and shows none of these texts.
#[track_caller]
fn assert_refused(error: &InvalidInput, field: &str, hidden: &str) {
    assert_eq!(error.field(), field);
    for shown in [error.to_string(), format!("{error:?}")] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

fn order() -> TransactionDetails {
    let id = OrderId::new(ORDER).expect("a valid order id");
    TransactionDetails::new(id, Rupiah::new(125_000)).expect("a price")
}

/// The error of a charge in JSON with these fields beside order and payment type.
fn refused(payment_type: &str, fields: Value) -> InvalidInput {
    let charge = json!({
        "payment_type": payment_type,
        "transaction_details": {"order_id": ORDER, "gross_amount": 125_000},
    });
    Charge::from_json(&with(charge, fields).to_string()).expect_err("refused")
}

#[test]
fn a_card_number_with_a_wrong_check_digit_is_refused() {
    let error = CardNumber::new("4000 0000 0000 0417").unwrap_err();
    assert_refused(&error, "card_number", "0417");
    assert!(error.expected().contains("check digit"), "{error}");
    for number in [
        "400000000000",
        "40000000000000000000",
        "4000x00000000416",
        "",
    ] {
        assert_eq!(CardNumber::new(number).unwrap_err().field(), "card_number");
    }
}

#[test]
fn a_card_number_with_a_wrong_check_digit_is_refused_in_json_too() {
    let card = json!({"number": "4000000000000417", "expiry_month": "12", "expiry_year": "2030"});
    let error = refused("credit_card", json!({"credit_card": {"card": card}}));
    assert_refused(&error, "credit_card.card.number", "0417");
}

#[test]
fn an_expired_month_is_refused_by_the_date_that_the_caller_gives() {
    let expiry = CardExpiry::new("11", "2026").expect("a month");
    let error = expiry
        .not_before("2026-12-01 00:00:00".parse().expect("a time"))
        .unwrap_err();
    assert_refused(&error, "card_exp_month", "11");
    assert!(error.expected().contains("ask for another one"), "{error}");
    for month in ["13", "00", "1", "Nov"] {
        let error = CardExpiry::new(month, "2030").unwrap_err();
        assert_eq!(error.field(), "card_exp_month", "{month}");
    }
}

#[test]
fn a_cvv_of_two_digits_is_refused() {
    for code in ["41", "41741", "4a7", " 417", ""] {
        let error = SecurityCode::new(code).unwrap_err();
        assert_eq!(error.field(), "card_cvv", "{code}");
        assert!(code.is_empty() || !error.to_string().contains(code));
    }
    assert!(SecurityCode::new("417").is_ok() && SecurityCode::new("4175").is_ok());
}

#[test]
fn a_va_number_with_letters_is_refused() {
    let mut transfer = BankTransfer::new(Bank::Bca);
    transfer.va_number = Some("O417I".to_owned());
    let error = Charge::builder(order(), transfer).build().unwrap_err();
    assert_refused(&error, "bank_transfer.va_number", "O417I");
}

#[test]
fn an_unknown_bank_is_refused_unless_it_is_spelled_as_a_bank() {
    let transfer = |bank: &str| Charge::builder(order(), BankTransfer::new(Bank::from(bank)));
    for bank in ["Bank Baru", "BARU", "bca ", "bank-baru"] {
        let error = transfer(bank).build().unwrap_err();
        assert_refused(&error, "bank_transfer.bank", bank);
    }
    assert!(transfer("BCA").build().is_ok(), "a known one in capitals");
    assert!(
        transfer("baru").build().is_ok(),
        "one that this version does not know"
    );
}

#[test]
fn an_unknown_bank_of_a_card_is_refused() {
    let token = midtrans_protocol::card::CardToken::new("a-token").expect("a token");
    let card = CreditCard::token(token).installment(CardBank::from("baru"), 3);
    let error = Charge::builder(order(), card).build().unwrap_err();
    assert_refused(&error, "credit_card.bank", "baru");
}

#[test]
fn a_phone_number_that_is_none_is_refused() {
    for phone in ["", "0812-3456-7890", "call me", "+6591234567", "08"] {
        let error = Charge::builder(order(), Ovo::new(phone))
            .build()
            .unwrap_err();
        assert_eq!(error.field(), "ovo.payer_phone_number", "{phone}");
        assert!(phone.len() < 3 || !error.to_string().contains(phone));
    }
}

#[test]
fn an_items_price_with_decimals_in_json_is_refused() {
    for price in [json!(125_000.5), json!("125000.00"), json!("125.000")] {
        let lines = json!([{"id": "a", "name": "Kebaya", "price": price, "quantity": 1}]);
        let error = refused("gopay", json!({ "item_details": lines }));
        assert_refused(&error, "item_details[0].price", &price.to_string());
        assert!(error.expected().contains("whole rupiah"), "{error}");
    }
}

/// The instructions of a pending answer with these fields; the raw body has to be there.
fn told(fields: Value) -> Option<Instructions> {
    let pending = json!({"status_code": "201", "transaction_status": "pending"});
    let answer = with(with(settlement(), pending), fields);
    let transaction = answered(&answer);
    assert_eq!(transaction.details().raw().as_str(), answer.to_string());
    transaction.instructions()
}

#[test]
fn a_reply_without_the_promised_number_survives_and_tells_nothing() {
    for (payment_type, fields) in [
        ("bank_transfer", json!({"va_numbers": []})),
        ("bank_transfer", json!({"permata_va_number": ""})),
        ("echannel", json!({"biller_code": "70012"})),
        ("cstore", json!({"store": "indomaret"})),
        ("gopay", json!({"actions": []})),
        ("credit_card", json!({"redirect_url": ""})),
    ] {
        let fields = with(fields, json!({ "payment_type": payment_type }));
        assert!(told(fields).is_none(), "{payment_type}");
    }
}

#[test]
fn a_reply_with_two_va_numbers_tells_the_first_and_keeps_both() {
    let two = json!({"payment_type": "bank_transfer", "va_numbers": [
        {"bank": "bca", "va_number": "417"}, {"bank": "bni", "va_number": "418"},
    ]});
    let Some(Instructions::VirtualAccount { bank, va_number }) = told(two.clone()) else {
        panic!("a virtual account");
    };
    assert_eq!((bank.as_str(), va_number.as_str()), ("bca", "417"));
    let numbers: Option<Vec<Value>> = answered(&with(settlement(), two))
        .details()
        .raw()
        .field("va_numbers");
    assert_eq!(numbers.map(|numbers| numbers.len()), Some(2));
}

#[test]
fn a_reply_with_unknown_actions_tells_the_known_ones() {
    let actions = json!([
        {"name": "pay-by-thought", "method": "GET", "url": "https://api.midtrans.com/x"},
        {"name": "deeplink-redirect", "method": "GET", "url": "gojek://gopay/417"},
    ]);
    let told_of = |actions: Value| told(json!({"payment_type": "gopay", "actions": actions}));
    let Some(Instructions::Wallet(wallet)) = told_of(actions.clone()) else {
        panic!("a wallet");
    };
    assert_eq!(wallet.deeplink.as_deref(), Some("gojek://gopay/417"));
    assert!(told_of(json!([actions[0]])).is_none(), "and no others");
}

#[test]
fn a_reply_with_an_unknown_bank_tells_its_number() {
    let fields = json!({"payment_type": "bank_transfer",
        "va_numbers": [{"bank": "bank baru", "va_number": "417"}]});
    let Some(Instructions::VirtualAccount { bank, va_number }) = told(fields) else {
        panic!("a virtual account");
    };
    assert_eq!((bank.as_str(), va_number.as_str()), ("bank baru", "417"));
}

#[test]
fn a_notification_of_an_unknown_method_is_genuine_or_not_as_always_and_kept() {
    let unknown = json!({"payment_type": "barter", "goat": {"name": "Bambang"}});
    let body = signed(&with(settlement(), unknown));
    let notification = notification::verify(&body, &keys()).expect("genuine");
    let payment_type = notification.reported().payment_type();
    assert!(matches!(payment_type, Some(PaymentType::Unknown(_))));
    assert_eq!(notification.reported().raw().as_str().as_bytes(), body);
    assert_eq!(
        decide(&expected(ORDER, 125_000), &notification),
        Decision::Paid
    );
    let stranger = ServerKey::new("SB-Mid-server-a-stranger").expect("a key");
    let rejection = notification::verify(&body, &stranger.into());
    assert!(matches!(rejection, Err(Rejection::Forged)));
}

#[test]
fn an_unknown_status_of_an_unknown_method_is_reviewed() {
    let odd = json!({"payment_type": "barter", "transaction_status": "grazing"});
    let body = signed(&with(settlement(), odd));
    let notification = notification::verify(&body, &key().into()).expect("genuine");
    assert_eq!(
        decide(&expected(ORDER, 125_000), &notification),
        Decision::Review(Review::UnknownStatus)
    );
}

#[test]
fn a_token_that_was_used_or_is_too_old_is_an_error_that_asks_for_a_new_one() {
    let body = include_str!("../fixtures/core--error--411-token.json");
    match decode(&charge(), received(200, body)) {
        Err(ReplyError::Api(error)) => {
            assert_eq!(error.code(), 411);
            assert!(error.is_token_refused() && !error.is_retryable());
            assert!(!error.outcome_unknown());
            assert!(error.to_string().contains("for a new token"), "{error}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_retired_method_without_a_file_is_carried_as_it_is() {
    let json = format!(
        r#"{{"payment_type":"mandiri_clickpay","transaction_details":{{"order_id":"{ORDER}","gross_amount":125000}},"mandiri_clickpay":{{"input1":"4170","token":"000000"}}}}"#
    );
    let charge = Charge::from_json(&json).expect("a charge");
    assert_eq!(String::from_utf8(charge.to_json()).expect("UTF-8"), json);
}
