//! `POST /v1.0/transaction-history-detail`
//!
//! Reads a transaction of the history. [Gateway
//! page](https://docs.midtrans.com/reference/transaction-history-detail-api)

use std::fmt;
use std::marker::PhantomData;

use http::{Method, Request, StatusCode};
use serde::Serialize;

use super::TransactionRecord;
use crate::account::{Account, Host};
use crate::charge::read::checked;
use crate::charge::{Field, Shape};
use crate::json::to_json;
use crate::operation::{Operation, Replay};
use crate::reply::{ReplyError, answers};
use crate::{Environment, InvalidInput};

/// Reads a transaction of the history. `A` is your account for BI-SNAP.
pub struct GetTransaction<A> {
    body: Body,
    account: PhantomData<fn() -> A>,
}

#[derive(Clone, Serialize)]
struct Body {
    #[serde(
        rename = "originalPartnerReferenceNo",
        skip_serializing_if = "Option::is_none"
    )]
    partner_reference_no: Option<String>,
    #[serde(rename = "additionalInfo", skip_serializing_if = "Info::is_empty")]
    info: Info,
}

#[derive(Clone, Default, Serialize)]
struct Info {
    #[serde(rename = "referenceNo", skip_serializing_if = "Option::is_none")]
    reference_no: Option<String>,
}

impl Info {
    const fn is_empty(&self) -> bool {
        self.reference_no.is_none()
    }
}

impl<A> GetTransaction<A> {
    /// The transaction with this id of yours: the order id of a payment.
    ///
    /// # Errors
    /// [`InvalidInput`] unless it has 1 to 64 characters.
    pub fn by_partner_reference(id: impl Into<String>) -> Result<Self, InvalidInput> {
        Self::checked(Body {
            partner_reference_no: Some(id.into()),
            info: Info::default(),
        })
    }

    /// The transaction with this id of the gateway's.
    ///
    /// # Errors
    /// [`InvalidInput`] unless it has 1 to 64 characters.
    pub fn by_reference(id: impl Into<String>) -> Result<Self, InvalidInput> {
        Self::checked(Body {
            partner_reference_no: None,
            info: Info {
                reference_no: Some(id.into()),
            },
        })
    }

    /// Reads the request from the JSON that the gateway documents.
    ///
    /// # Errors
    /// [`InvalidInput`] names the first field that is missing or wrong.
    pub fn from_json(json: &str) -> Result<Self, InvalidInput> {
        const BODY: &[Field] = &[
            Field::optional("originalPartnerReferenceNo", Shape::Text),
            Field::optional(
                "additionalInfo",
                Shape::Exact(&[Field::optional("referenceNo", Shape::Text)]),
            ),
        ];
        let mut fields = checked("transaction_history", json, BODY)?;
        let info = fields.object("additionalInfo");
        Self::checked(Body {
            partner_reference_no: fields.text("originalPartnerReferenceNo"),
            info: Info {
                reference_no: info.and_then(|mut info| info.text("referenceNo")),
            },
        })
    }

    fn checked(body: Body) -> Result<Self, InvalidInput> {
        let ids = [
            ("originalPartnerReferenceNo", &body.partner_reference_no),
            ("additionalInfo.referenceNo", &body.info.reference_no),
        ];
        if ids.iter().all(|(_, id)| id.is_none()) {
            let expected = "this id, or additionalInfo.referenceNo";
            return Err(InvalidInput::new("originalPartnerReferenceNo", expected));
        }
        for (path, id) in ids {
            let is_bounded = |id: &String| (1..=64).contains(&id.chars().count());
            if id.as_ref().is_some_and(|id| !is_bounded(id)) {
                return Err(InvalidInput::new(path, "1 to 64 characters"));
            }
        }
        Ok(Self {
            body,
            account: PhantomData,
        })
    }

    /// The JSON that is sent.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        to_json(&self.body)
    }
}

impl<A> Clone for GetTransaction<A> {
    fn clone(&self) -> Self {
        Self {
            body: self.body.clone(),
            account: PhantomData,
        }
    }
}

impl<A> fmt::Debug for GetTransaction<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetTransaction")
            .field("partner_reference_no", &self.body.partner_reference_no)
            .field("reference_no", &self.body.info.reference_no)
            .finish_non_exhaustive()
    }
}

impl<A: Account> Operation for GetTransaction<A> {
    type Account = A;
    type Reply = TransactionRecord;
    const NAME: &'static str = "get_transaction";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        let path = "/v1.0/transaction-history-detail";
        environment.request(Method::POST, Host::Api, path, self.to_json())
    }

    /// It only reads. (The account must give each attempt an external id of its own.)
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn target(&self) -> Option<&str> {
        let ids = [
            &self.body.partner_reference_no,
            &self.body.info.reference_no,
        ];
        ids.into_iter().find_map(Option::as_deref)
    }

    fn accept_reply(
        &self,
        http: StatusCode,
        reply: TransactionRecord,
    ) -> Result<TransactionRecord, ReplyError> {
        let is_same =
            |asked: &Option<String>, found: Option<String>| asked.is_none() || *asked == found;
        let is_its = is_same(
            &self.body.partner_reference_no,
            reply.partner_reference_no(),
        ) && is_same(&self.body.info.reference_no, reply.reference_no());
        answers(
            is_its,
            "the transaction that was asked about",
            http,
            reply.raw(),
        )?;
        Ok(reply)
    }
}
