//! The shop in one page: what it asks for, and what it is told.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use super::test_shop::{Kind, PAID, TestShop, answer, test_shop, text};

super::tests! {
    a_cart_that_is_sent_twice_is_one_order_with_one_token
    the_page_is_told_what_the_gateway_says_and_not_what_the_browser_says
    a_cart_that_cannot_be_ordered_names_the_field
    the_page_may_load_snap_and_ask_the_shop_alone
}

fn session() -> Option<(u16, String)> {
    let page = "http://127.0.0.1:9/snap/v4/redirection/t-1";
    Some((201, format!(r#"{{"token":"t-1","redirect_url":"{page}"}}"#)))
}

async fn place(shop: &TestShop, cart: &Value) -> (StatusCode, Value) {
    let request = Request::post("/api/orders").header("content-type", "application/json");
    let response = shop
        .ask(request.body(cart.to_string().into()).unwrap())
        .await;
    let status = response.status();
    (status, serde_json::from_str(&text(response).await).unwrap())
}

async fn state(shop: &TestShop) -> Value {
    serde_json::from_str(&shop.page("/api/orders/order-1").await).unwrap()
}

async fn a_cart_that_is_sent_twice_is_one_order_with_one_token(kind: Kind) {
    let shop = test_shop(kind, [session()]).await;
    let cart = json!({"order_id": "order-1", "quantity": 1});
    for _ in 0..2 {
        let open = json!({"payment": "open", "is_over": false, "token": "t-1"});
        assert_eq!(place(&shop, &cart).await, (StatusCode::OK, open));
    }
    let dearer = json!({"order_id": "order-1", "quantity": 3});
    assert_eq!(place(&shop, &dearer).await.1["token"], "t-1");
    assert_eq!(shop.calls(), ["POST /snap/v1/transactions"]);
}

async fn the_page_is_told_what_the_gateway_says_and_not_what_the_browser_says(kind: Kind) {
    let shop = test_shop(kind, [session(), answer("200", "settlement", "")]).await;
    place(&shop, &json!({"order_id": "order-1", "quantity": 1})).await;
    let words = "order_id=order-1&status_code=200&transaction_status=settlement";
    shop.page(&format!("/midtrans/finish?{words}")).await;
    assert_eq!(state(&shop).await["payment"], "open");
    shop.notify("200", "settlement", "770000.00").await;
    shop.work().await;
    let paid = json!({"payment": "paid", "is_over": true, "token": null});
    assert_eq!(state(&shop).await, paid);
    assert_eq!(shop.payment().await, (PAID, 1));
}

async fn a_cart_that_cannot_be_ordered_names_the_field(kind: Kind) {
    let shop = test_shop(kind, []).await;
    let (status, words) = place(&shop, &json!({"order_id": "<b>", "quantity": 1})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(words["field"], "order_id");
    let (status, words) = place(&shop, &json!({"quantity": 1})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(words["expected"], "an order_id and a quantity, as JSON");
    assert!(shop.calls().is_empty());
}

async fn the_page_may_load_snap_and_ask_the_shop_alone(kind: Kind) {
    let shop = test_shop(kind, []).await;
    let request = Request::get("/single-page").body(Body::empty()).unwrap();
    let response = shop.ask(request).await;
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    for part in [
        "script-src 'self' http://127.0.0.1:9; connect-src 'self';",
        "frame-src http://127.0.0.1:9;",
        "default-src 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
}
