//! BI-SNAP, which is not played.

use http::Request;
use serde_json::Value;

use crate::api_caller::{ApiCaller, charge};

#[test]
fn a_call_of_bi_snap_is_told_that_it_is_not_played_whatever_its_key() {
    let mut api = ApiCaller::new();
    for (path, code) in [
        ("/v1.0/access-token/b2b", "5017300"),
        ("/v1.0/transaction-history-list", "5011200"),
        ("/v1.0/transaction-history-detail", "5011300"),
        ("/v1.0/debit/payment-host-to-host", "5010000"),
    ] {
        let request = Request::post(path).header("authorization", "Bearer token");
        let request = request.body(b"{}".to_vec()).unwrap();
        let reply = api
            .gateway
            .handle(&request, api.now)
            .into_response()
            .unwrap();
        assert_eq!(reply.status().as_u16(), 501, "{path}");
        let body: Value = serde_json::from_slice(reply.body()).unwrap();
        assert_eq!(body["responseCode"], code);
        let message = body["responseMessage"].as_str().unwrap();
        assert!(message.contains("does not play BI-SNAP"), "{message}");
        assert!(message.contains("/v1/balance/mutation"), "{message}");
    }
    let paid = api.post(
        "/v2/charge",
        &charge("akulaku", "order-1", 44_000).to_string(),
    );
    assert_eq!(paid.code(), "201", "the other paths as ever");
    assert_eq!(api.call_with("POST", "/v1.0", &[], "").http, 404);
}
