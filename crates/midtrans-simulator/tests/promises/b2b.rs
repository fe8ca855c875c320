//! The status answer for B2B, which is for virtual accounts that can be paid several times.

use crate::api_caller::ApiCaller;

#[test]
fn the_b2b_status_knows_no_ordinary_order() {
    let mut api = ApiCaller::new();
    api.charge("akulaku", "order-1", 44_000);
    for order_id in ["order-1", "order-2"] {
        let reply = api.call_with("GET", &format!("/v2/{order_id}/status/b2b"), &[], "");
        assert_eq!((reply.http, reply.code()), (200, "404"));
        assert_eq!(
            reply.text_of("status_message"),
            "Transaction doesn't exist."
        );
    }
    assert_eq!(
        api.status("order-1").code(),
        "201",
        "it is there all the same"
    );
}
