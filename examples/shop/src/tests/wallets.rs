//! Wallets, apps, and what their pages may load.

use axum::body::Body;
use axum::http::Request;

use super::CUSTOMER;
use super::test_shop::{Kind, TestShop, answer, charged, test_shop};

super::tests! {
    a_wallets_picture_and_link_are_on_the_order_page
    a_qr_code_without_a_picture_is_drawn_into_the_page
    a_link_that_could_be_a_script_is_no_button
    an_app_that_confirms_has_a_countdown_and_no_way_to_cancel
    the_finish_page_is_named_to_wallets_that_send_the_customer_back
    a_page_may_load_what_it_shows_and_nothing_else
}

fn wallet(fields: &str) -> Option<(u16, String)> {
    answer("201", "pending", &format!(",{fields}"))
}

const IMAGE: &str = "http://127.0.0.1:9/v2/qris/t-1/qr-code";

async fn a_wallets_picture_and_link_are_on_the_order_page(kind: Kind) {
    let fields = format!(
        r#""qr_string":"000201","actions":[{{"name":"generate-qr-code","method":"GET","url":"{IMAGE}"}},
        {{"name":"deeplink-redirect","method":"GET","url":"gojek://gopay/merchanttransfer?tref=1"}}]"#
    );
    let shop = test_shop(kind, [wallet(&fields)]).await;
    shop.order_with("gopay", CUSTOMER).await;
    let page = shop.page("/orders/order-1").await;
    for part in [
        format!(r#"<img src="{IMAGE}" alt="QR code to pay Rp770.000""#),
        r#"<a class="button" href="gojek://gopay/merchanttransfer?tref=1">Open GoPay</a>"#
            .to_owned(),
        "data-seconds-left=".to_owned(),
        "Cancel, and pay another way".to_owned(),
    ] {
        assert!(page.contains(&part), "{part}: {page}");
    }
}

async fn a_qr_code_without_a_picture_is_drawn_into_the_page(kind: Kind) {
    let shop = test_shop(kind, [wallet(r#""qr_string":"00020101021226""#)]).await;
    shop.order_with("qris", CUSTOMER).await;
    let page = shop.page("/orders/order-1").await;
    assert!(
        page.contains(r#"<svg role="img" aria-label="QR code to pay Rp770.000""#)
            && !page.contains("<img"),
        "{page}"
    );
}

async fn a_link_that_could_be_a_script_is_no_button(kind: Kind) {
    let fields = r#""qr_string":"000201","actions":[{"name":"deeplink-redirect","url":"javascript://x%0aalert(1)"},
        {"name":"generate-qr-code","url":"javascript:alert(1)"}]"#;
    let shop = test_shop(kind, [wallet(fields)]).await;
    shop.order_with("gopay", CUSTOMER).await;
    let page = shop.page("/orders/order-1").await;
    assert!(
        !page.contains("javascript:") && page.contains("<svg role="),
        "{page}"
    );
}

async fn an_app_that_confirms_has_a_countdown_and_no_way_to_cancel(kind: Kind) {
    let shop = test_shop(kind, [wallet(r#""payment_type":"ovo""#)]).await;
    shop.order_with("ovo", &CUSTOMER.replace("phone=0812", "phone=081234567890"))
        .await;
    let page = shop.page("/orders/order-1").await;
    assert!(
        page.contains("Open <strong>OVO</strong> and confirm"),
        "{page}"
    );
    let left = page.split(r#"data-seconds-left=""#).nth(1).unwrap();
    let left: u64 = left.split('"').next().unwrap().parse().unwrap();
    assert!((1..=65).contains(&left), "{left}");
    assert!(!page.contains("Cancel, and pay another way"), "{page}");
}

async fn the_finish_page_is_named_to_wallets_that_send_the_customer_back(kind: Kind) {
    let shop = test_shop(kind, [charged()]).await;
    shop.order_with("shopeepay", CUSTOMER).await;
    let body = shop.gateway.bodies.lock().unwrap()[0].clone();
    assert!(
        body.contains(r#""shopeepay":{"callback_url":"http://shop.example/midtrans/finish"}"#),
        "{body}"
    );
}

async fn a_page_may_load_what_it_shows_and_nothing_else(kind: Kind) {
    let fields = format!(r#""actions":[{{"name":"generate-qr-code","url":"{IMAGE}"}}]"#);
    let shop = test_shop(kind, [wallet(&fields)]).await;
    let product = policy(&shop, "/").await;
    assert!(
        product.starts_with("default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'none'; img-src 'self' data:;"),
        "{product}"
    );
    shop.order_with("qris", CUSTOMER).await;
    let order = policy(&shop, "/orders/order-1").await;
    assert!(
        order.contains("img-src 'self' data: http://127.0.0.1:9; form-action 'self';"),
        "{order}"
    );
    for asset in ["/shop.css", "/shop.js"] {
        assert!(!shop.page(asset).await.contains("<h1>"), "{asset}");
    }
}

async fn policy(shop: &TestShop, path: &str) -> String {
    let response = shop
        .ask(Request::get(path).body(Body::empty()).unwrap())
        .await;
    let policy = &response.headers()["content-security-policy"];
    policy.to_str().unwrap().to_owned()
}
