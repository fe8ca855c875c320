//! The JSON of requests.

use serde::Serialize;

/// Writes the JSON of a request. Requests are texts, numbers, lists and maps with text keys, which
/// always serialize.
pub(crate) fn to_json(request: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(request).expect("texts, numbers, lists and maps serialize")
}
