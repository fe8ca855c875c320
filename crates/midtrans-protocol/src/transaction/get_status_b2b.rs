//! `GET /v2/{id}/status/b2b`
//!
//! Asks for the payments to a number that can be paid several times. [Gateway
//! page](https://docs.midtrans.com/reference/get-transaction-status-b2b)

use std::fmt;

use http::{Method, Request, StatusCode};
use serde_json::value::RawValue;

use super::accept;
use crate::account::Host;
use crate::ids::PaymentId;
use crate::operation::{Operation, Replay};
use crate::paging::Paged;
use crate::raw::RawBody;
use crate::refusal::ApiError;
use crate::reply::{DecodeError, Reply, ReplyError};
use crate::{Environment, GatewayReply, Merchant, Transaction};

/// Asks for all payments to a virtual account that customers may pay several times, page by page.
/// For any other order the gateway answers 404: ask [`GetStatus`](super::GetStatus).
///
/// ```
/// use midtrans_protocol::operation::Operation;
/// use midtrans_protocol::transaction::GetStatusB2b;
/// use midtrans_protocol::{Environment, OrderId};
///
/// let status = GetStatusB2b::new(OrderId::new("order-101")?).page(2, 50);
/// let request = status.request(&Environment::Sandbox);
/// assert_eq!(request.uri().path(), "/v2/order-101/status/b2b");
/// assert_eq!(request.uri().query(), Some("page=2&per_page=50"));
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetStatusB2b {
    id: PaymentId,
    page: Option<(u32, u32)>,
}

impl GetStatusB2b {
    /// The payments on a page, where none are asked for.
    const PER_PAGE: u32 = 10;

    /// The first page of payments under that order id; the gateway puts ten on it.
    #[must_use]
    pub fn new(id: impl Into<PaymentId>) -> Self {
        Self {
            id: id.into(),
            page: None,
        }
    }

    /// Another page, counted from 0, with this many payments on each.
    #[must_use]
    pub const fn page(mut self, page: u32, per_page: u32) -> Self {
        self.page = Some((page, per_page));
        self
    }
}

impl Operation for GetStatusB2b {
    type Account = Merchant;
    type Reply = TransactionPage;
    const NAME: &'static str = "status_b2b";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        let mut path = self.id.path("status/b2b");
        if let Some((page, per_page)) = self.page {
            path.push_str(&format!("?page={page}&per_page={per_page}"));
        }
        environment.request(Method::GET, Host::Api, &path, Vec::new())
    }

    /// It only reads.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn target(&self) -> Option<&str> {
        Some(self.id.as_str())
    }

    /// A page without payments, where the gateway knows no such page after the first. Its documents
    /// do not tell how it answers a page beyond the end: an empty list is one too.
    fn answer_of(&self, refusal: Box<ApiError>) -> Result<TransactionPage, Box<ApiError>> {
        let is_first = self.page.is_none_or(|(page, _)| page == 0);
        if is_first || !refusal.is_not_found() {
            return Err(refusal);
        }
        Ok(TransactionPage {
            transactions: Vec::new(),
            raw: RawBody::new(String::from_utf8_lossy(refusal.body())),
        })
    }

    /// The page, if each of its payments is one of the order that was asked about.
    fn accept_reply(
        &self,
        http_status: StatusCode,
        reply: TransactionPage,
    ) -> Result<TransactionPage, ReplyError> {
        for transaction in &reply.transactions {
            accept::check_id(self.id.as_str(), http_status, transaction)?;
        }
        Ok(reply)
    }
}

/// The pages end with an empty one: no longest page is documented, so that one with fewer payments
/// than were asked for need not be the last.
impl Paged for GetStatusB2b {
    type Row = Transaction;

    fn rows(page: &TransactionPage) -> Vec<Transaction> {
        page.transactions.clone()
    }

    fn row_key(row: &Transaction) -> String {
        let whole = || row.details().raw().as_str();
        row.transaction_id().unwrap_or_else(whole).to_owned()
    }

    fn next_page(&self, _: &TransactionPage) -> Option<Self> {
        let (page, per_page) = self.page.unwrap_or((0, Self::PER_PAGE));
        let page = Some((page.checked_add(1)?, per_page));
        Some(Self {
            page,
            ..self.clone()
        })
    }
}

/// A page of payments under one order id. Each has a transaction id of its own: [`decide`] on each,
/// and book it by that id.
///
/// [`decide`]: crate::decide
#[must_use = "each of its payments is to be decided on"]
#[derive(Clone)]
pub struct TransactionPage {
    transactions: Vec<Transaction>,
    raw: RawBody,
}

impl TransactionPage {
    /// The payments on this page; none after the last page.
    pub fn transactions(&self) -> &[Transaction] {
        &self.transactions
    }

    /// The whole body as received.
    #[must_use]
    pub const fn raw(&self) -> &RawBody {
        &self.raw
    }
}

impl Reply for TransactionPage {
    /// A payment that cannot be read makes the page unreadable: one that is left out would look
    /// unpaid.
    fn read(reply: GatewayReply) -> Result<Self, DecodeError> {
        let (http_status, raw) = reply.into_object()?;
        let entries: Option<Vec<Box<RawValue>>> = raw.field("transactions");
        let transactions: Option<Result<Vec<_>, _>> = entries.map(|entries| {
            let entries = entries.iter();
            entries
                .map(|entry| Transaction::of_json(entry.get()))
                .collect()
        });
        match transactions {
            Some(Ok(transactions)) => Ok(Self { transactions, raw }),
            _ => Err(DecodeError::new(
                "a list `transactions` of transactions",
                http_status,
                raw.as_str().into(),
            )),
        }
    }
}

/// Shows the payments as [`Transaction`] does.
impl fmt::Debug for TransactionPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactionPage")
            .field("transactions", &self.transactions)
            .finish_non_exhaustive()
    }
}
