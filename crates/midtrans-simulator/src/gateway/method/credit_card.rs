//! Cards: the charge is answered at once, or after the customer has authenticated on a page.
//! ([Cards](https://docs.midtrans.com/reference/charge-transactions-on-card))

mod fields;

use std::ops::RangeInclusive;
use std::time::Duration;

use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;
use serde_json::{Value, json};

use super::{Desk, Instructions, Method, Opening, Refunds, text_of};
use crate::gateway::card::{
    self, Card, CardPayment, Outcome, Proof, Secure, Terms, Token, saved_fields,
};
use crate::gateway::keys::{Added, Keys};
use crate::gateway::page_address::PageAddress;
use crate::gateway::pay_page::PayPage;
use crate::gateway::refusal::Refusal;
use fields::{is_true, terms};

#[derive(Debug)]
pub(super) struct CreditCard;

impl Method for CreditCard {
    fn payment_type(&self) -> &'static str {
        "credit_card"
    }

    fn name(&self, instructions: &Instructions) -> String {
        match text_of(instructions, "card_type").as_str() {
            "debit" => "Debit card".to_owned(),
            _ => "Credit card".to_owned(),
        }
    }

    /// One table of the gateway's begins at 10,000, and its own sample charges 9,000.
    fn amounts(&self, _: &Value) -> RangeInclusive<u64> {
        1..=999_999_999
    }

    fn default_expiry(&self) -> Duration {
        SECURE_TIME
    }

    fn longest_expiry(&self, _: &Value) -> Option<Duration> {
        None
    }

    fn check(&self, charge: &Value, problems: &mut Vec<String>) {
        fields::check(charge, problems);
    }

    fn open(&self, charge: &Value, desk: &mut Desk<'_>) -> Result<Opening, Refusal> {
        let own = &charge["credit_card"];
        let card = card_of(own, desk)?;
        if card.secure == Secure::Version1 {
            return Err(Refusal::NoAccess);
        }
        let terms = terms(own);
        let by_merchant = own["initiated_by"] == "merchant";
        let is_secure = is_true(&own["authentication"]) && !by_merchant;
        let mut instructions = shown(&card, &terms);
        let opening = if is_secure {
            instructions.insert("three_ds_version".to_owned(), "2".into());
            Opening::pending(instructions)
        } else {
            let amount = desk.numbers.amount.get();
            let ids = &mut *desk.numbers.ids;
            let outcome = terms.outcome(&card, amount, Proof::None, ids);
            instructions.extend(saved(&card, &terms, &outcome, desk));
            answered(instructions, outcome, desk.now)
        };
        if let Some(token_id) = own["token_id"].as_str() {
            desk.tokens.spend(token_id);
        }
        Ok(Opening {
            card: Some(Box::new(CardPayment {
                card,
                terms,
                is_secure,
                returns_by_form: own["callback_type"] == "form",
                open_until: None,
            })),
            ..opening
        })
    }

    fn charge_message(&self) -> &'static str {
        "Success, Credit Card transaction is successful"
    }

    fn charged(&self) -> Added {
        &[
            ("order_id", &["redirect_url"]),
            (
                "fraud_status",
                &[
                    "approval_code",
                    "eci",
                    "masked_card",
                    "bank",
                    "card_type",
                    "saved_token_id",
                    "saved_token_id_expired_at",
                    "installment_term",
                    "channel_response_code",
                    "channel_response_message",
                    "point_balance_amount",
                    "point_redeem_amount",
                    "point_redeem_quantity",
                    "three_ds_version",
                    "three_ds_challenge_completion",
                    "on_us",
                    "expiry_time",
                ],
            ),
        ]
    }

    fn notified(&self) -> Added {
        &[
            (
                "transaction_id",
                &["three_ds_version", "three_ds_challenge_completion"],
            ),
            (
                "settlement_time",
                &["saved_token_id_expired_at", "saved_token_id"],
            ),
            (
                "refund_amount",
                &[
                    "point_redeem_quantity",
                    "point_redeem_amount",
                    "point_balance_amount",
                ],
            ),
            ("order_id", &["on_us"]),
            ("merchant_id", &["masked_card", "installment_term"]),
            ("expiry_time", &["eci"]),
            (
                "currency",
                &[
                    "channel_response_message",
                    "channel_response_code",
                    "card_type",
                    "bank",
                    "approval_code",
                ],
            ),
        ]
    }

    fn echoed(&self) -> Keys {
        &[
            "masked_card",
            "approval_code",
            "bank",
            "eci",
            "saved_token_id",
            "saved_token_id_expired_at",
            "installment_term",
            "point_balance_amount",
            "point_redeem_amount",
            "point_redeem_quantity",
            "channel_response_code",
            "channel_response_message",
            "three_ds_version",
            "on_us",
        ]
    }

    fn echoed_last(&self) -> Keys {
        &["card_type", "challenge_completion"]
    }

    /// Only a FAQ names a time (about six months), and no page of the API does, so none is held.
    fn refunds(&self, _: &Instructions) -> Refunds {
        Refunds::Always
    }

    fn pay_page(&self, instructions: &Instructions) -> PayPage {
        PayPage::Authentication {
            bank: None,
            masked_card: text_of(instructions, "masked_card"),
            asks_password: true,
            is_waiting: false,
        }
    }

    fn pages(&self) -> &'static [PageAddress] {
        const { &[PageAddress::path("/v2/3ds/redirect/{id}")] }
    }
}

/// The card of a charge: by a token at the ordinary host, and by its number or by Google Pay at the
/// host for these.
fn card_of(own: &Value, desk: &Desk<'_>) -> Result<Card, Refusal> {
    let is_bare = !own["card"].is_null() || !own["google_pay_token"].is_null();
    if is_bare && !desk.is_for_numbers {
        return Err(Refusal::NoAccess);
    }
    if !own["card"].is_null() {
        let value = |name: &str| match &own["card"][name] {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let named = |problems: Vec<String>| {
            let place = |problem| format!("credit_card.card.{problem}");
            Refusal::Invalid(problems.into_iter().map(place).collect())
        };
        return card::read(&FULL_NUMBER, value, desk.now).map_err(named);
    }
    if is_bare {
        return Ok(Card::of_google_pay(desk.now));
    }
    let id = own["token_id"].as_str().unwrap_or_default();
    let token = desk.tokens.get(id, desk.now).ok_or(Refusal::NoToken)?;
    let Token { card, amount, .. } = token;
    if amount.is_some_and(|amount| amount != desk.numbers.amount.get()) {
        let problem =
            "transaction_details.gross_amount must be equal to token request gross_amount";
        return Err(Refusal::Invalid(vec![problem.to_owned()]));
    }
    Ok(card.clone())
}

/// What every answer says about the card.
fn shown(card: &Card, terms: &Terms) -> Instructions {
    let mut fields = Instructions::from_iter([
        ("masked_card".to_owned(), card.masked().into()),
        ("card_type".to_owned(), card.kind().into()),
        ("on_us".to_owned(), terms.is_on_us(card).into()),
    ]);
    if let Some(months) = terms.instalments {
        fields.insert("installment_term".to_owned(), json!(months));
    }
    fields
}

/// The fields of a card that is saved along with an accepted payment.
fn saved(card: &Card, terms: &Terms, outcome: &Outcome, desk: &mut Desk<'_>) -> Instructions {
    if !terms.saves || outcome.status == TransactionStatus::Deny {
        return Instructions::new();
    }
    let (id, ends) = desk.tokens.save(card.clone(), desk.numbers.ids, desk.now);
    saved_fields(&id, ends)
}

/// The opening of a charge that is answered at once.
fn answered(mut instructions: Instructions, outcome: Outcome, now: WibTime) -> Opening {
    instructions.extend(outcome.fields);
    Opening {
        status: outcome.status,
        fraud: outcome.fraud,
        message: Some(outcome.message),
        expires: now.checked_add(RESERVED),
        ..Opening::pending(instructions)
    }
}

/// The fields of a charge with the whole number. Without a CVV it counts as one that the customer
/// has agreed to before.
const FULL_NUMBER: card::Fields = card::Fields {
    number: "number",
    month: "expiry_month",
    year: "expiry_year",
    cvv: "cvv",
    needs_cvv: false,
};
/// One page says ten minutes, a newer one fifteen.
const SECURE_TIME: Duration = Duration::from_secs(600);
/// The money is released after seven days, and the status changes after eight.
pub(in super::super) const RESERVED: Duration = Duration::from_secs(8 * 86_400);
