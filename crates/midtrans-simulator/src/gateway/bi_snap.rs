//! BI-SNAP, which the simulator does not play: its calls need an access token of an asymmetric
//! signature, and are told so.
//! ([Access token](https://docs.midtrans.com/reference/access-token-api))

use serde_json::json;

use super::answer::Answer;
use super::product;

/// The refusal of a path of BI-SNAP, whatever its key; `None` for every other path.
pub(super) fn refused(path: &str) -> Option<Answer> {
    let own = path.strip_prefix("/v1.0/")?;
    let service = match own {
        "access-token/b2b" => "73",
        "transaction-history-list" => "12",
        "transaction-history-detail" => "13",
        _ => "00",
    };
    let body = json!({ "responseCode": format!("501{service}00"), "responseMessage": NOT_PLAYED });
    Some(product::answered(501, body.to_string()))
}

const NOT_PLAYED: &str = "the simulator does not play BI-SNAP, nor the transaction history, which is \
                          reached by it alone: ask for each transaction with GET /v2/{id}/status, or \
                          for the sums with GET /v1/balance/mutation";
