//! The OpenAPI document is served, and HTTP's own refusals are JSON as well.

use midtrans_simulator::{BlockingSimulator, Simulator};
use serde_json::Value;

use crate::api_caller::{ApiCaller, KEY};
use crate::sockets::agent;

#[test]
fn the_document_is_served_as_json_to_everybody() {
    let simulator = Simulator::builder().serve_blocking().unwrap();
    let mut reply = agent()
        .get(format!("{}/openapi.json", simulator.url()))
        .call()
        .unwrap();
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.headers()["content-type"], "application/json");
    let document: Value =
        serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
}

fn charge(simulator: &BlockingSimulator, length: usize) -> (u16, String) {
    let request = agent()
        .post(format!("{}/v2/charge", simulator.url()))
        .header("authorization", KEY);
    let mut reply = request.send(" ".repeat(length)).unwrap();
    assert_eq!(reply.headers()["content-type"], "application/json");
    let body: Value = serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap();
    (
        reply.status().as_u16(),
        body["status_code"].as_str().unwrap().to_owned(),
    )
}

#[test]
fn a_body_above_one_megabyte_is_refused_in_json() {
    let simulator = Simulator::builder().serve_blocking().unwrap();
    assert_eq!(charge(&simulator, 1 << 20), (200, "413".to_owned()));
    assert_eq!(charge(&simulator, (1 << 20) + 1), (413, "413".to_owned()));
}

#[test]
fn a_refused_method_is_told_which_one_the_path_has() {
    let mut api = ApiCaller::new();
    for (method, path, allowed) in [
        ("GET", "/v2/charge", "POST"),
        ("DELETE", "/v2/order-1/status", "GET"),
        ("PUT", "/v2/order-1/refund/online/direct", "POST"),
    ] {
        let reply = api.reply(method, path, &[], "").into_response().unwrap();
        assert_eq!(reply.status(), 405, "{method} {path}");
        assert_eq!(reply.headers()["allow"], allowed, "{method} {path}");
    }
    let unknown = api
        .reply("GET", "/v2/nothing", &[], "")
        .into_response()
        .unwrap();
    assert_eq!(
        (unknown.status().as_u16(), unknown.headers().get("allow")),
        (404, None)
    );
}
