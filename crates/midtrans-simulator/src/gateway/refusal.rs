//! The gateway's refusals, with the sentences that it documents.
//! ([Codes](https://docs.midtrans.com/reference/code-4xx))

use midtrans_protocol::time::WibTime;
use serde_json::Value;

use super::answer::Answer;
use super::body::Body;

/// The reason for a refused call.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Refusal {
    /// 400, with what is wrong.
    Invalid(Vec<String>),
    /// 401.
    Unauthorized,
    /// 402 for a method that the gateway has and this merchant has not.
    NotActivated,
    /// 402 for anything else in `payment_type`, and for cards that the merchant may not take so.
    NoAccess,
    /// 404 for a status of what does not exist.
    UnknownTransaction,
    /// 404 for an operation on what does not exist.
    UnknownResource,
    /// 404 for a wallet's phone number that is no customer's.
    UnknownPhone,
    /// 404 for a path that the gateway does not have.
    UnknownPath,
    /// 405.
    WrongMethod,
    /// 406 for an order that is still open, or was denied.
    DuplicateOrder,
    /// 406 for an order that was paid.
    PaidOrder,
    /// 406 for a refund key that was used.
    DuplicateRefund,
    /// 411 for a card token.
    NoToken,
    /// HTTP 404 in words of its own, for the first digits of no card.
    UnknownBin,
    /// HTTP 401 in words of its own, for the key of a question about a bank.
    UnauthorizedBin,
    /// 412 for a transaction in another state.
    WrongState,
    /// 412 for a refund or a review that this transaction does not allow.
    NotModifiable,
    /// 413 for what is not JSON.
    Malformed,
    /// 414 for more than what is left.
    RefundAmount,
    /// HTTP 500 without a code for a charge that is `null` or has no field.
    Unexpected,
    /// Any code, on purpose: a fault.
    OnPurpose(u16),
}

impl Refusal {
    /// The answer to a call of this path.
    pub(super) fn answer_to(&self, path: &str, id: &str, now: WibTime) -> Answer {
        if *self == Self::UnauthorizedBin {
            return Answer::text(401, "Unauthorized");
        }
        match self.of_the_framework(path, now) {
            Some((code, body)) => Answer {
                http_status: code,
                status_code: code,
                body: body.finish(),
                is_text: false,
            },
            None => self.answer(id),
        }
    }

    /// The answer of the API itself. `id` is the id of the call, which some of the gateway's
    /// refusals carry and some don't.
    pub(super) fn answer(&self, id: &str) -> Answer {
        let (code, sentence, has_id) = self.words();
        let mut body = Body::default()
            .text("status_code", &code.to_string())
            .text("status_message", sentence);
        if has_id {
            body = body.text("id", id);
        }
        if let Self::Invalid(messages) = self {
            body = body.json("validation_messages", &Value::from(messages.clone()));
        }
        Answer {
            http_status: self.http_status(code),
            status_code: code,
            body: body.finish(),
            is_text: false,
        }
    }

    /// The answer of the gateway's web framework: it has no `status_code`, so merchants look for
    /// one in vain.
    fn of_the_framework(&self, path: &str, now: WibTime) -> Option<(u16, Body)> {
        match self {
            Self::Unexpected => Some((
                500,
                Body::default().text("message", "An unexpected error occurred"),
            )),
            Self::UnknownPath => {
                let body = Body::default()
                    .text("timestamp", &utc(now))
                    .raw("status", "404")
                    .text("error", "Not Found")
                    .text("message", "Not Found")
                    .text("path", path);
                Some((404, body))
            }
            Self::UnknownBin => {
                let error = Body::default()
                    .text("message_title", "not found")
                    .text("message", "not found");
                Some((404, Body::default().list("errors", [error].into_iter())))
            }
            _ => None,
        }
    }

    /// Most refusals come under HTTP 200: only the body's code counts.
    fn http_status(&self, code: u16) -> u16 {
        match self {
            Self::Invalid(_) | Self::Unauthorized | Self::WrongMethod => code,
            Self::OnPurpose(400 | 401 | 403 | 405 | 429 | 501..) => code,
            _ => 200,
        }
    }

    fn words(&self) -> (u16, &'static str, bool) {
        match self {
            Self::Invalid(_) => (
                400,
                "One or more parameters in the payload is invalid.",
                true,
            ),
            Self::Unauthorized | Self::UnauthorizedBin => (401, UNKNOWN_MERCHANT, true),
            Self::NotActivated => (402, "Payment channel is not activated.", true),
            Self::NoAccess => (
                402,
                "Merchant doesn't have access for this payment type",
                false,
            ),
            Self::UnknownTransaction => (404, "Transaction doesn't exist.", true),
            Self::UnknownResource | Self::UnknownPath | Self::UnknownBin => {
                (404, "The requested resource is not found", true)
            }
            Self::UnknownPhone => (404, "User with requested phone number doesn't exist", true),
            Self::Unexpected => (500, on_purpose(500), false),
            Self::WrongMethod => (
                405,
                "The HTTP method is not allowed for this resource",
                true,
            ),
            Self::DuplicateOrder => (
                406,
                "The request could not be completed due to a conflict with the current state of the target resource, \
                 please try again",
                true,
            ),
            Self::PaidOrder => (
                406,
                "order_id has been paid and utilized, please use another order ID",
                true,
            ),
            Self::DuplicateRefund => (406, "Duplicate refund ID", false),
            Self::NoToken => (411, on_purpose(411), false),
            Self::WrongState => (412, "Transaction status cannot be updated.", true),
            Self::NotModifiable => (
                412,
                "Merchant cannot modify the status of the transaction",
                false,
            ),
            Self::Malformed => (
                413,
                "The request cannot be processed due to malformed syntax in the request body",
                false,
            ),
            Self::RefundAmount => (
                414,
                "Refund request is rejected due to invalid amount",
                false,
            ),
            Self::OnPurpose(code) => (*code, on_purpose(*code), true),
        }
    }
}

/// The words of production since 2023. The pages still have
/// `Transaction cannot be authorized with the current client/server key.`
const UNKNOWN_MERCHANT: &str = "Unknown Merchant server_key/id";

/// A moment as the framework writes it, in UTC.
fn utc(now: WibTime) -> String {
    const AHEAD: i64 = 7 * 3_600;
    let utc = WibTime::from_unix(now.unix().saturating_sub(AHEAD))
        .unwrap_or(now)
        .to_string();
    format!("{}.000+0000", utc.replace(' ', "T"))
}

/// The gateway's sentence for a code.
const fn on_purpose(code: u16) -> &'static str {
    match code {
        400 => "One or more parameters in the payload is invalid.",
        401 => UNKNOWN_MERCHANT,
        402 => "Payment channel is not activated.",
        403 => "The request cannot be served in the requested format",
        404 => "The requested resource is not found",
        405 => "The HTTP method is not allowed for this resource",
        406 => {
            "The request could not be completed due to a conflict with the current state of the target resource, \
             please try again"
        }
        408 => "The request has a wrong data type",
        409 => "Too many transactions for the same card number in a short time",
        410 => "The merchant account is deactivated",
        411 => "Token id is missing, invalid, or timed out",
        412 => "Transaction status cannot be updated.",
        413 => "The request cannot be processed due to malformed syntax in the request body",
        414 => "Refund request is rejected due to invalid amount",
        429 => "API rate limit exceeded",
        501 => "The feature is not available",
        502 => "Bank/partner is experiencing connection issue.",
        503 => "Bank/partner is experiencing connection issue.",
        504 => "The fraud detection is unavailable",
        505 => "The payment reference could not be created",
        _ => "Sorry. Our system is recovering from unexpected issues. Please retry.",
    }
}
