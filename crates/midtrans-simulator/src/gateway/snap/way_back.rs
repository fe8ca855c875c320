//! The way from Snap's page back to the shop: the URL of a browser that was redirected, and the
//! callback of a popup.

use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;
use serde_json::{Value, json};

use super::page::SnapState;
use super::session::{Session, order_key};
use crate::gateway::fault::Place;
use crate::gateway::link::with_query;
use crate::gateway::payment::Payment;
use crate::gateway::rendering::ClaimedOutcome;
use crate::gateway::timeline::TimelineEvent;
use crate::gateway::{Fault, Gateway, Settings, rendering};
use crate::start_error::web_url;

/// The callback of `snap.js` that a result belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SnapEvent {
    /// `onSuccess`: paid.
    Success,
    /// `onPending`: a method was chosen and the payment waits.
    Pending,
    /// `onError`: refused, expired, cancelled or unknown.
    Error,
    /// `onClose`: no method was chosen.
    Close,
}

impl SnapEvent {
    /// The word in the message of the page to `snap.js`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Pending => "pending",
            Self::Error => "error",
            Self::Close => "close",
        }
    }
}

/// The way from Snap's page back to the shop.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SnapReturn {
    /// The callback in a popup.
    pub event: SnapEvent,
    /// The argument of the callback.
    pub result: Value,
    /// The URL that a browser goes to that was redirected to the page; `None` where the merchant
    /// has set none.
    pub location: Option<String>,
}

impl Gateway {
    /// The way from the page back to the shop, at this moment. The faults of a return that only
    /// concern what it says are drawn here.
    pub fn snap_return(&mut self, token: &str, now: WibTime) -> Option<SnapReturn> {
        self.tick(now);
        let number = self.shelves.sessions.of_token(token)?;
        let session = &self.shelves.sessions[number];
        let last = session.transactions.last();
        let index = last.and_then(|id| self.ledger.find(id));
        let state = self.snap_state(number, now);
        let is_open = matches!(state, SnapState::Choosing { .. } | SnapState::Linking(_));
        let index = index
            .filter(|index| !(is_open && self.ledger[*index].status == TransactionStatus::Cancel));
        Some(match index {
            Some(index) => self.told_return(number, index, now),
            None if is_open => self.unpaid_return(session),
            None => self.dead_return(session),
        })
    }

    /// The way back from a transaction, with the fault that applies to it.
    fn told_return(&mut self, number: usize, index: usize, now: WibTime) -> SnapReturn {
        let order_id = self.ledger[index].order_id.clone();
        let is_told = |fault| matches!(fault, Fault::ForgedReturn | Fault::BareReturn);
        let fault = self.draw_of(Place::Return, &order_id, is_told);
        let fault = fault.first().copied();
        let session = &self.shelves.sessions[number];
        let back = self.paid_return(session, &self.ledger[index], fault);
        if let Some(fault) = fault {
            self.note(index, now, TimelineEvent::FaultApplied(fault));
        }
        if let Some(url) = back.location.clone() {
            let forged = fault == Some(Fault::ForgedReturn);
            self.note(index, now, TimelineEvent::SentBack { url, forged });
        }
        back
    }

    /// The argument of `onError` for a page that is opened when all is over.
    pub fn snap_processed(&self) -> SnapReturn {
        SnapReturn {
            event: SnapEvent::Error,
            result: failed("406", "transaction has been processed"),
            location: None,
        }
    }

    fn paid_return(
        &self,
        session: &Session,
        payment: &Payment,
        fault: Option<Fault>,
    ) -> SnapReturn {
        let claim = match fault {
            Some(Fault::ForgedReturn) => ClaimedOutcome::forged_of(payment),
            _ => ClaimedOutcome::true_of(payment),
        };
        let code = claim.code;
        let event = match claim.status {
            TransactionStatus::Settlement
            | TransactionStatus::Capture
            | TransactionStatus::Authorize
                if code == 200 =>
            {
                SnapEvent::Success
            }
            // A card under review waits, too.
            _ if code == 201 => SnapEvent::Pending,
            _ => SnapEvent::Error,
        };
        let base = match event {
            SnapEvent::Error if has_error_url(payment) => self.error_url(session),
            _ => self.finish_url(session),
        };
        if fault == Some(Fault::BareReturn) {
            return SnapReturn {
                event,
                result: json!({}),
                location: base,
            };
        }
        let query = [
            ("order_id", session.order_id.clone()),
            ("status_code", code.to_string()),
            ("transaction_status", claim.status.to_string()),
        ];
        let location = base.map(|base| with_pairs(&base, &query));
        let mut result = result_of(payment, &self.settings);
        result["transaction_status"] = claim.status.as_str().into();
        result["status_code"] = code.to_string().into();
        if event == SnapEvent::Error {
            result["status_message"] = json!([result["status_message"]]);
        }
        if let Some(location) = &location {
            result["finish_redirect_url"] = location.as_str().into();
        }
        SnapReturn {
            event,
            result,
            location,
        }
    }

    /// Without a transaction there is no status to tell.
    fn unpaid_return(&self, session: &Session) -> SnapReturn {
        let base = self.settings.unfinish_url.clone();
        let base = base.or_else(|| self.finish_url(session));
        let query = [("order_id", session.order_id.clone())];
        SnapReturn {
            event: SnapEvent::Close,
            result: Value::Null,
            location: base.map(|base| with_pairs(&base, &query)),
        }
    }

    fn dead_return(&self, session: &Session) -> SnapReturn {
        let query = [("order_id", session.order_id.clone())];
        let base = self.error_url(session);
        SnapReturn {
            event: SnapEvent::Error,
            result: failed("407", "transaction has been expired"),
            location: base.map(|base| with_pairs(&base, &query)),
        }
    }

    fn finish_url(&self, session: &Session) -> Option<String> {
        let own = callback(session, "finish");
        own.map(str::to_owned)
            .or_else(|| self.settings.finish_url.clone())
    }

    fn error_url(&self, session: &Session) -> Option<String> {
        let own = callback(session, "error");
        own.map(str::to_owned)
            .or_else(|| self.settings.error_url.clone())
            .or_else(|| self.finish_url(session))
    }

    /// Pays with the finish URL that the session of a transaction names, if it names one.
    pub(in crate::gateway) fn with_own_finish_url<T>(
        &mut self,
        index: Option<usize>,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let own = index.and_then(|index| {
            let payment = &self.ledger[index];
            let number = self.shelves.sessions.find(&order_key(&payment.order_id))?;
            let session = &self.shelves.sessions[number];
            let is_of_it = session.transactions.contains(&payment.id);
            let url = callback(session, "finish");
            url.filter(|_| is_of_it).map(str::to_owned)
        });
        let Some(own) = own else {
            return work(self);
        };
        let before = self.settings.finish_url.replace(own);
        let done = work(self);
        self.settings.finish_url = before;
        done
    }
}

/// A URL that the session itself names. One that is no web address counts as not set: it would be
/// the action of a form on a pay page.
fn callback<'a>(session: &'a Session, name: &'static str) -> Option<&'a str> {
    let url = session.request["callbacks"][name].as_str();
    url.filter(|url| web_url(name, url).is_ok())
}

/// `callbacks.error` does not apply to paylater methods and GoPay.
fn has_error_url(payment: &Payment) -> bool {
    !["akulaku", "kredivo", "gopay"].contains(&payment.method.payment_type())
}

/// The argument of `onSuccess` and `onPending`. Keys that only the merchant's server may see are
/// left out.
fn result_of(payment: &Payment, settings: &Settings) -> Value {
    let status = rendering::status(payment, settings);
    let mut result: Value = serde_json::from_str(&status).unwrap_or_default();
    if let Some(fields) = result.as_object_mut() {
        for name in [
            "signature_key",
            "merchant_id",
            "metadata",
            "refunds",
            "refund_amount",
        ] {
            fields.remove(name);
        }
        for name in ["custom_field1", "custom_field2", "custom_field3"] {
            fields.remove(name);
        }
    }
    result
}

fn failed(code: &str, message: &str) -> Value {
    json!({ "status_code": code, "status_message": [message] })
}

fn with_pairs(url: &str, pairs: &[(&str, String)]) -> String {
    with_query(url, &serde_urlencoded::to_string(pairs).unwrap_or_default())
}
