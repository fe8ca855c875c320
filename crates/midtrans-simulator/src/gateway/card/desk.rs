//! The calls that a shop's page makes with the client key, and those about a card without a
//! payment: tokens, saved cards, points and banks.

use http::Uri;
use midtrans_protocol::time::WibTime;
use serde_json::Value;

use super::super::answer::Answer;
use super::super::body::Body;
use super::super::refusal::Refusal;
use super::super::{Gateway, number};
use super::form::{self, Fields};
use super::outcome::{BALANCE, RUPIAH_A_POINT, has_points};
use super::{Scheme, bank, table};

/// The parameters of a call's query, decoded.
#[derive(Debug)]
pub(in super::super) struct Query(Vec<(String, String)>);

impl Query {
    pub(in super::super) fn of(uri: &Uri) -> Self {
        let pairs = uri.query().map(serde_urlencoded::from_str);
        Self(pairs.and_then(Result::ok).unwrap_or_default())
    }

    pub(in super::super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl Gateway {
    /// ([Get token](https://docs.midtrans.com/reference/get-token))
    pub(in super::super) fn make_token(
        &mut self,
        query: &Query,
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let amount = match query.get("gross_amount") {
            None | Some("") => None,
            Some(text) => {
                let amount = number::price(&Value::from(text));
                let amount = amount.and_then(|amount| u64::try_from(amount).ok());
                Some(amount.ok_or_else(|| {
                    Refusal::Invalid(vec!["gross_amount is not an integer".to_owned()])
                })?)
            }
        };
        let card = match query.get("token_id").filter(|id| !id.is_empty()) {
            Some(saved) => {
                let token = self.tokens.get(saved, now).filter(|token| token.is_saved);
                let card = token.ok_or(Refusal::NoToken)?.card.clone();
                check_cvv(query.get("card_cvv")).map_err(Refusal::Invalid)?;
                card
            }
            None => {
                let value = |name: &str| query.get(name).map(str::to_owned);
                form::read(&NEW_CARD, value, now).map_err(Refusal::Invalid)?
            }
        };
        let hash = format!("{}-{}", card.masked(), self.ids.uuid());
        let id = self.tokens.once(card, amount, &mut self.ids, now);
        let body = Body::default()
            .text("status_code", "200")
            .text(
                "status_message",
                "Credit card token is created as Token ID.",
            )
            .text("token_id", &id)
            .text("hash", &hash);
        Ok(Answer::ok(200, body.finish()))
    }

    /// ([Register card](https://docs.midtrans.com/reference/register-card))
    pub(in super::super) fn register_card(
        &mut self,
        query: &Query,
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        let fields = Fields {
            needs_cvv: false,
            ..NEW_CARD
        };
        let value = |name: &str| query.get(name).map(str::to_owned);
        let card = form::read(&fields, value, now).map_err(Refusal::Invalid)?;
        let masked = card.masked();
        let (id, _) = self.tokens.save(card, &mut self.ids, now);
        let body = Body::default()
            .text("status_code", "200")
            .text("saved_token_id", &id)
            .text("transaction_id", &self.ids.uuid())
            .text("masked_card", &masked);
        Ok(Answer::ok(200, body.finish()))
    }

    /// The token stays good for the charge.
    /// ([Point inquiry](https://docs.midtrans.com/reference/point-inquiry))
    pub(in super::super) fn points(&self, token_id: &str, now: WibTime) -> Result<Answer, Refusal> {
        let token = self.tokens.get(token_id, now).ok_or(Refusal::NoToken)?;
        if !has_points(&token.card) {
            return Err(Refusal::NoAccess);
        }
        let body = Body::default()
            .text("status_code", "200")
            .text(
                "status_message",
                "Success, Credit Card Point inquiry is successful",
            )
            .raw("point_balance", &BALANCE.to_string())
            .text(
                "point_balance_amount",
                &format!("{}.00", BALANCE * RUPIAH_A_POINT),
            )
            .text("transaction_time", &now.to_string());
        Ok(Answer::ok(200, body.finish()))
    }
}

/// The bank of a card's first six to eight digits. Of cards that are no bank's in particular only
/// the scheme is known. The class is ours. ([BIN](https://docs.midtrans.com/reference/bin-api))
pub(in super::super) fn bin(digits: &str) -> Result<Answer, Refusal> {
    let is_bin =
        (6..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let bank = bank::of(digits).filter(|_| is_bin);
    if bank.is_none() && !(is_bin && table::begins(digits)) {
        return Err(Refusal::UnknownBin);
    }
    let kind = if bank.is_some_and(|bank| bank.is_debit) {
        "DEBIT"
    } else {
        "CREDIT"
    };
    let code = bank.map(|bank| bank.word.to_ascii_uppercase());
    let data = Body::default()
        .text("country_name", "INDONESIA")
        .text("country_code", "ID")
        .text("brand", Scheme::of(digits).as_str())
        .text("bin_type", kind)
        .text("bin_class", "CLASSIC")
        .text("bin", digits)
        .text("bank_code", code.as_deref().unwrap_or_default())
        .text("bank", bank.map_or("", |bank| bank.name))
        .raw("registration_required", "false");
    let body = Body::default().raw("data", &data.finish());
    Ok(Answer::ok(200, body.finish()))
}

fn check_cvv(cvv: Option<&str>) -> Result<(), Vec<String>> {
    let is_cvv =
        |cvv: &str| (3..=4).contains(&cvv.len()) && cvv.bytes().all(|byte| byte.is_ascii_digit());
    match cvv.unwrap_or_default() {
        "" => Err(vec!["card_cvv is required".to_owned()]),
        cvv if is_cvv(cvv) => Ok(()),
        _ => Err(vec!["card_cvv must be 3 or 4 digits".to_owned()]),
    }
}

const NEW_CARD: Fields = Fields {
    number: "card_number",
    month: "card_exp_month",
    year: "card_exp_year",
    cvv: "card_cvv",
    needs_cvv: true,
};
