//! `POST /v1.0/transaction-history-list`
//!
//! Lists the transactions of an account. [Gateway
//! page](https://docs.midtrans.com/reference/transaction-history-list-api)

use std::fmt;
use std::marker::PhantomData;

use http::{Method, Request, StatusCode};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Page, TransactionRecord, TransactionType};
use crate::account::{Account, Host};
use crate::charge::read::checked;
use crate::charge::{Field, Shape};
use crate::fields::Fields;
use crate::json::to_json;
use crate::object_reply::object_reply;
use crate::operation::{Operation, Replay};
use crate::paging::Paged;
use crate::redacted::redacted;
use crate::reply::{DecodeError, ReplyError};
use crate::time::WibTime;
use crate::vocabulary::wire_enum;
use crate::{Environment, InvalidInput};

wire_enum! {
    /// The order of a list by time.
    pub enum SortOrder {
        /// The oldest first.
        Ascending = "ASC",
        /// The newest first.
        Descending = "DESC",
    }
}

/// The transactions to list; all of the last three months by default.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filter {
    /// Your id of one of them.
    pub partner_reference_no: Option<String>,
    /// The first time; at most six months back.
    pub from: Option<WibTime>,
    /// The last time.
    pub to: Option<WibTime>,
    /// The kinds; all, where it is empty.
    pub types: Vec<TransactionType>,
    /// The order.
    pub sort_order: Option<SortOrder>,
    /// Other fields of `additionalInfo`, such as statuses by kind.
    pub extra: Map<String, Value>,
}

redacted!(Filter);

/// Lists the transactions of an account, page by page. `A` is your account for BI-SNAP.
pub struct ListTransactions<A> {
    filter: Filter,
    page: Page,
    account: PhantomData<fn() -> A>,
}

impl<A> ListTransactions<A> {
    /// A page of the transactions that pass the filter.
    ///
    /// # Errors
    /// [`InvalidInput`] when the last time is before the first, and for an id of more than 64
    /// characters.
    pub fn new(filter: Filter, page: Page) -> Result<Self, InvalidInput> {
        if filter
            .from
            .zip(filter.to)
            .is_some_and(|(from, to)| to < from)
        {
            return Err(InvalidInput::new("toDateTime", "a time after fromDateTime"));
        }
        let id = filter.partner_reference_no.as_deref();
        if id.is_some_and(|id| id.is_empty() || id.chars().count() > 64) {
            return Err(InvalidInput::new(
                "partnerReferenceNo",
                "1 to 64 characters",
            ));
        }
        Ok(Self {
            filter,
            page,
            account: PhantomData,
        })
    }

    /// Reads a list from the JSON that the gateway documents. Its numbers may be texts.
    ///
    /// # Errors
    /// [`InvalidInput`] names the first field that is wrong.
    pub fn from_json(json: &str) -> Result<Self, InvalidInput> {
        let mut fields = checked("transaction_history", json, BODY)?;
        let fields = &mut fields;
        let default = Page::default();
        let page = Page::new(
            fields.count("pageNumber").unwrap_or(default.number()),
            fields.count("pageSize").unwrap_or(default.size()),
        )?;
        let mut info = fields.object("additionalInfo").unwrap_or_default();
        let filter = Filter {
            partner_reference_no: fields.text("partnerReferenceNo"),
            from: time(fields, "fromDateTime")?,
            to: time(fields, "toDateTime")?,
            types: info.words("types"),
            sort_order: info.word("sortOrder"),
            extra: info.rest(),
        };
        match fields.take_rest().into_iter().next() {
            Some((unknown, _)) => {
                let expected = "only fields that the gateway documents";
                Err(InvalidInput::new(unknown, expected))
            }
            None => Self::new(filter, page),
        }
    }

    /// The page.
    #[must_use]
    pub const fn page(&self) -> Page {
        self.page
    }

    /// The request for the page after this one, or `None` after the last: one that is not full.
    /// (Where the last page is full, the one after it is empty.)
    #[must_use]
    pub fn next(&self, reply: &TransactionPage) -> Option<Self> {
        let is_full = reply.len() >= self.page.size() as usize;
        is_full.then(|| Self {
            page: self.page.next(),
            ..self.clone()
        })
    }

    /// The JSON that is sent.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let filter = &self.filter;
        let mut info = filter.extra.clone();
        if !filter.types.is_empty() {
            let words = filter.types.iter().map(|word| word.as_str());
            info.insert("types".to_owned(), words.collect());
        }
        if let Some(order) = &filter.sort_order {
            info.insert("sortOrder".to_owned(), order.as_str().into());
        }
        let list = Wire {
            partner_reference_no: filter.partner_reference_no.as_deref(),
            from: filter.from.map(WibTime::to_iso),
            to: filter.to.map(WibTime::to_iso),
            page_size: self.page.size().to_string(),
            page_number: self.page.number().to_string(),
            info,
        };
        to_json(&list)
    }
}

/// The numbers are texts, as in the gateway's sample.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    partner_reference_no: Option<&'a str>,
    #[serde(rename = "fromDateTime", skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(rename = "toDateTime", skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    page_size: String,
    page_number: String,
    #[serde(rename = "additionalInfo", skip_serializing_if = "Map::is_empty")]
    info: Map<String, Value>,
}

const BODY: &[Field] = &[
    Field::optional("partnerReferenceNo", Shape::Text),
    Field::optional("fromDateTime", Shape::Text),
    Field::optional("toDateTime", Shape::Text),
    Field::optional("pageNumber", Shape::Checked(is_count, "a whole number")),
    Field::optional("pageSize", Shape::Checked(is_count, "a whole number")),
    Field::optional(
        "additionalInfo",
        Shape::Object(&[
            Field::optional("types", Shape::Texts),
            Field::optional("sortOrder", Shape::Text),
        ]),
    ),
];

fn is_count(value: &Value) -> bool {
    let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
    let digits = value.as_str().and_then(|text| text.parse().ok());
    number.or(digits).is_some()
}

fn time(fields: &mut Fields, name: &'static str) -> Result<Option<WibTime>, InvalidInput> {
    let time = fields
        .text(name)
        .as_deref()
        .map(WibTime::from_iso)
        .transpose();
    time.map_err(|error| InvalidInput::new(name, error.expected().to_owned()))
}

impl<A> Clone for ListTransactions<A> {
    fn clone(&self) -> Self {
        Self {
            filter: self.filter.clone(),
            page: self.page,
            account: PhantomData,
        }
    }
}

impl<A> fmt::Debug for ListTransactions<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListTransactions")
            .field("filter", &self.filter)
            .field("page", &self.page)
            .finish_non_exhaustive()
    }
}

impl<A: Account> Operation for ListTransactions<A> {
    type Account = A;
    type Reply = TransactionPage;
    const NAME: &'static str = "list_transactions";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        let path = "/v1.0/transaction-history-list";
        environment.request(Method::POST, Host::Api, path, self.to_json())
    }

    /// It only reads. (The account must give each attempt an external id of its own.)
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    /// None: it is about the account.
    fn target(&self) -> Option<&str> {
        None
    }

    /// The page, if each of its rows can be read: a row that is left out would look like one that
    /// does not exist, and a page without it like the last.
    fn accept_reply(
        &self,
        http_status: StatusCode,
        page: TransactionPage,
    ) -> Result<TransactionPage, ReplyError> {
        let rows: Option<Vec<Box<RawValue>>> = page.raw.field("detailData");
        let is_whole = match rows {
            Some(rows) => rows.len() == page.len(),
            None => !page.raw.has("detailData"),
        };
        if is_whole {
            return Ok(page);
        }
        let expected = "a list `detailData` of objects, or none";
        let body = page.raw.as_str().into();
        Err(ReplyError::Decode(DecodeError::new(
            expected,
            http_status,
            body,
        )))
    }
}

impl<A: Account> Paged for ListTransactions<A> {
    type Row = TransactionRecord;

    fn rows(page: &TransactionPage) -> Vec<TransactionRecord> {
        page.transactions()
    }

    fn row_key(row: &TransactionRecord) -> String {
        row.reference_no()
            .unwrap_or_else(|| row.raw().as_str().to_owned())
    }

    fn next_page(&self, page: &TransactionPage) -> Option<Self> {
        self.next(page)
    }
}

object_reply! {
    /// A page of transactions; empty after the last.
    TransactionPage, "responseCode", "a responseCode"
}

impl TransactionPage {
    /// The transactions.
    #[must_use]
    pub fn transactions(&self) -> Vec<TransactionRecord> {
        let rows = self.raw.objects("detailData").into_iter();
        rows.map(TransactionRecord::of).collect()
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.raw.objects("detailData").len()
    }

    /// Returns whether the page has no rows: it is beyond the end.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
