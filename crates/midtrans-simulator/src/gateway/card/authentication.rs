//! 3-D Secure: a customer shows to the card's bank that the card is theirs, on a page of the
//! gateway. ([3-D Secure](https://docs.midtrans.com/reference/card-feature-3d-secure-3ds))

use std::time::Duration;

use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;
use serde::{Deserialize, Serialize};

use super::super::Gateway;
use super::super::body::Body;
use super::super::customer::FinishRedirect;
use super::super::ledger::IllegalTransition;
use super::super::method::Instructions;
use super::super::pay_page::PayPage;
use super::super::payment::Payment;
use super::super::reference::Reference;
use super::super::rendering::ClaimedOutcome;
use super::super::row;
use super::super::settings::Settings;
use super::{Card, Outcome, Secure, Terms};

/// The time after which the bank answers for a [slow](Secure::Slow) card.
const OPEN_FOR: Duration = Duration::from_secs(60);

/// The card of a transaction.
#[derive(Debug, Serialize, Deserialize)]
pub(in super::super) struct CardPayment {
    pub(in super::super) card: Card,
    pub(in super::super) terms: Terms,
    /// True if the customer authenticates on a page.
    pub(in super::super) is_secure: bool,
    /// True if the browser goes back with a form; else the page tells the page around it.
    pub(in super::super) returns_by_form: bool,
    /// The customer's part of the authentication is done, and the bank's answer is open until then.
    #[serde(with = "row::maybe_time")]
    pub(in super::super) open_until: Option<WibTime>,
}

impl CardPayment {
    pub(in super::super) fn page(&self) -> PayPage {
        PayPage::Authentication {
            bank: self.card.bank(),
            masked_card: self.card.masked(),
            asks_password: self.card.secure.asks(),
            is_waiting: self.open_until.is_some(),
        }
    }
}

impl Gateway {
    /// Carries out the customer's part of an authentication.
    pub(in super::super) fn authenticate(
        &mut self,
        index: usize,
        is_right: bool,
        now: WibTime,
    ) -> Result<(), IllegalTransition> {
        let payment = &self.ledger[index];
        let Some(own) = payment.card.as_ref().filter(|_| payment.is_pending()) else {
            return Err(IllegalTransition);
        };
        // The bank has the password, and says nothing yet.
        if own.open_until.is_some() {
            return Err(IllegalTransition);
        }
        let secure = own.card.secure;
        if !is_right || secure == Secure::Fails {
            let outcome = Outcome::not_authenticated(&own.terms, &own.card);
            return self.conclude(index, outcome, now);
        }
        if secure.asks() {
            let is_over = secure != Secure::Slow;
            let fields = &mut self.ledger.change(index).instructions;
            for name in ["three_ds_challenge_completion", "challenge_completion"] {
                fields.insert(name.to_owned(), is_over.into());
            }
        }
        if secure == Secure::Slow {
            let until = now.checked_add(OPEN_FOR).unwrap_or(now);
            self.ledger.open_card(index, until);
            return Ok(());
        }
        self.ask_bank(index, now)
    }

    /// Carries out the bank's part of an authentication.
    pub(in super::super) fn ask_bank(
        &mut self,
        index: usize,
        now: WibTime,
    ) -> Result<(), IllegalTransition> {
        let payment = &self.ledger[index];
        let Some(own) = payment.card.as_ref().filter(|_| payment.is_pending()) else {
            return Err(IllegalTransition);
        };
        let proof = own.card.secure.proof();
        let amount = payment.amount.get();
        let outcome = own.terms.outcome(&own.card, amount, proof, &mut self.ids);
        self.conclude(index, outcome, now)
    }

    fn conclude(
        &mut self,
        index: usize,
        outcome: Outcome,
        now: WibTime,
    ) -> Result<(), IllegalTransition> {
        if !self.ledger.allows(index, &outcome.status, now) {
            return Err(IllegalTransition);
        }
        let is_accepted = outcome.status != TransactionStatus::Deny;
        let saved = is_accepted.then(|| self.saved_card(index, now)).flatten();
        let payment = self.ledger.change(index);
        payment.fraud = outcome.fraud;
        payment.message = Some(outcome.message);
        payment.instructions.extend(outcome.fields);
        payment.instructions.extend(saved.into_iter().flatten());
        if payment.instructions.contains_key("challenge_completion") {
            for name in ["three_ds_challenge_completion", "challenge_completion"] {
                payment.instructions.insert(name.to_owned(), true.into());
            }
        }
        if let Some(own) = &mut payment.card {
            own.open_until = None;
        }
        self.advance(index, outcome.status, now)
    }

    /// Saves the card of a transaction whose merchant asked for it.
    fn saved_card(&mut self, index: usize, now: WibTime) -> Option<Instructions> {
        let own = self.ledger[index].card.as_ref()?;
        let card = own.terms.saves.then(|| own.card.clone())?;
        let (id, ends) = self.tokens.save(card, &mut self.ids, now);
        Some(saved_fields(&id, ends))
    }

    /// The way on for a browser after the customer's part.
    pub(in super::super) fn way_on(
        &self,
        index: usize,
        claim: &ClaimedOutcome<'_>,
        reference: Reference<'_>,
    ) -> FinishRedirect {
        let payment = &self.ledger[index];
        let response = response(payment, claim, &self.settings);
        let named = callback_url(reference);
        let by_form = payment.card.as_ref().is_some_and(|own| own.returns_by_form);
        match named.or_else(|| self.settings.finish_url.clone().filter(|_| by_form)) {
            Some(action) => FinishRedirect::Form {
                action,
                response,
                callback_key: None,
            },
            None if by_form => FinishRedirect::NoFinishUrl,
            None => FinishRedirect::Message { response },
        }
    }
}

/// The fields of an answer with a saved card.
pub(in super::super) fn saved_fields(id: &str, ends: WibTime) -> Instructions {
    Instructions::from_iter([
        ("saved_token_id".to_owned(), id.into()),
        (
            "saved_token_id_expired_at".to_owned(),
            ends.to_string().into(),
        ),
    ])
}

/// The URL to which the gateway's library for browsers wants the browser to go back, as the query
/// of the page says. No page documents the name of the parameter.
fn callback_url(reference: Reference<'_>) -> Option<String> {
    let Reference::Page(page) = reference else {
        return None;
    };
    let (_, query) = page.split_once('?')?;
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    let named = pairs.into_iter().find(|(name, _)| name == CALLBACK_URL);
    named
        .map(|(_, url)| url)
        .filter(|url| url.starts_with("http://") || url.starts_with("https://"))
}

/// The JSON that the browser brings. It has no signature: it is a hint.
fn response(payment: &Payment, claim: &ClaimedOutcome<'_>, settings: &Settings) -> String {
    let field = |name: &str| payment.instructions.get(name);
    let body = Body::default()
        .text("status_code", &claim.code.to_string())
        .text("status_message", payment.charge_message())
        .maybe_json("channel_response_code", field("channel_response_code"))
        .maybe_json(
            "channel_response_message",
            field("channel_response_message"),
        )
        .maybe_json("bank", field("bank"))
        .maybe_json("eci", field("eci"))
        .text("transaction_id", &payment.id)
        .text("order_id", &payment.order_id)
        .text("merchant_id", &settings.merchant_id)
        .text("gross_amount", payment.gross_amount().as_str())
        .text("currency", "IDR")
        .text(
            "payment_type",
            payment.method.answered_type(&payment.instructions),
        )
        .text("transaction_time", &payment.made.to_string())
        .text("transaction_status", claim.status.as_str())
        .maybe_text("fraud_status", payment.fraud_word());
    body.maybe_json("approval_code", field("approval_code"))
        .maybe_json("masked_card", field("masked_card"))
        .maybe_json("card_type", field("card_type"))
        .maybe_json("three_ds_version", field("three_ds_version"))
        .maybe_json("challenge_completion", field("challenge_completion"))
        .finish()
}

/// The parameter of the page that names the way back.
const CALLBACK_URL: &str = "callback_url";
