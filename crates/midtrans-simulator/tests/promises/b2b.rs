//! The status answer for B2B.

use crate::desk::Desk;

#[test]
fn the_b2b_status_lists_the_transaction() {
    let mut desk = Desk::open();
    desk.charge("akulaku", "order-1", 44_000);
    let reply = desk.call_with("GET", "/v2/order-1/status/b2b", &[], "");
    assert_eq!(reply.code(), "200");
    assert_eq!(reply.json["transactions"][0], desk.status("order-1").json);
    assert_eq!(desk.call_with("GET", "/v2/order-2/status/b2b", &[], "").code(), "404");
}
