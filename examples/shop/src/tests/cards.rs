//! Cards: typed on a page of their own, and never seen by the shop.

use axum::http::StatusCode;

use super::CUSTOMER;
use super::test_shop::{Kind, answer, charged, refusal, test_shop, text};
use crate::orders::Payment;

super::tests! {
    a_card_is_asked_for_on_a_page_whose_fields_no_form_sends
    a_card_is_charged_by_its_token_with_3d_secure_and_the_token_is_not_kept
    a_cards_customer_goes_to_the_bank_by_the_gateways_library
    a_token_that_is_used_up_lets_the_customer_try_again
}

const TOKEN: &str = "48111111-1114-dc7d77d5-237b-4a7f-a26c-75c4a7aa4e91";

async fn a_card_is_asked_for_on_a_page_whose_fields_no_form_sends(kind: Kind) {
    let shop = test_shop(kind, []).await;
    let response = shop.order_with("credit_card", CUSTOMER).await;
    assert_eq!(response.status(), StatusCode::OK);
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(
        policy.contains("script-src 'self' http://127.0.0.1:9; connect-src http://127.0.0.1:9;"),
        "{policy}"
    );
    let page = text(response).await;
    for part in [
        r#"<form id="card" method="post" action="/orders""#,
        r#"<input type="hidden" name="order_id" value="order-1">"#,
        r#"<input type="hidden" name="offer" value="credit_card">"#,
        r#"<input type="hidden" name="token_id" value="""#,
        r#"src="http://127.0.0.1:9/v2/assets/js/midtrans-new-3ds.min.js""#,
        r#"data-client-key="SB-Mid-client-abc123cde456""#,
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for field in ["card-number", "card-month", "card-year", "card-code"] {
        let tag = page
            .split(&format!(r#"<input id="{field}""#))
            .nth(1)
            .unwrap();
        assert!(!tag.split('>').next().unwrap().contains("name="), "{tag}");
    }
    assert!(shop.calls().is_empty());
}

async fn a_card_is_charged_by_its_token_with_3d_secure_and_the_token_is_not_kept(kind: Kind) {
    let shop = test_shop(kind, [charged()]).await;
    let customer = format!("{CUSTOMER}&token_id={TOKEN}");
    let response = shop.order_with("credit_card", &customer).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()["location"], "/orders/order-1#bank");
    let body = shop.gateway.bodies.lock().unwrap()[0].clone();
    let card = format!(
        r#""credit_card":{{"token_id":"{TOKEN}","authentication":true,"callback_type":"form"}}"#
    );
    assert!(body.contains(&card), "{body}");
    let stored = shop.shop.store.order("order-1").await.unwrap().unwrap();
    assert!(
        !stored.form.contains("token") && !stored.form.contains("4811"),
        "{}",
        stored.form
    );
}

async fn a_cards_customer_goes_to_the_bank_by_the_gateways_library(kind: Kind) {
    let shop = test_shop(kind, [charged(), answer("200", "capture", "")]).await;
    shop.order_with("credit_card", &format!("{CUSTOMER}&token_id={TOKEN}"))
        .await;
    let page = shop.page("/orders/order-1").await;
    let link = r#"href="http://127.0.0.1:9/pay" data-back="http://shop.example/midtrans/finish""#;
    assert!(
        page.contains(link) && page.contains("Continue to your bank"),
        "{page}"
    );
    assert!(page.contains("midtrans-new-3ds.min.js"), "{page}");
    shop.notify("200", "capture", "770000.00").await;
    shop.work().await;
    let page = shop.page("/orders/order-1").await;
    assert!(
        page.contains("<h1>Paid</h1>") && !page.contains("midtrans-new-3ds"),
        "{page}"
    );
}

async fn a_token_that_is_used_up_lets_the_customer_try_again(kind: Kind) {
    let shop = test_shop(kind, [refusal(411), charged()]).await;
    shop.order_with("credit_card", &format!("{CUSTOMER}&token_id={TOKEN}"))
        .await;
    assert_eq!(shop.payment().await, (Payment::Refused, 0));
    let again = text(shop.pay_again("credit_card").await).await;
    assert!(again.contains(r#"action="/orders/order-1/pay""#), "{again}");
    let other = shop
        .pay_again(&format!("credit_card&token_id={TOKEN}2"))
        .await;
    assert_eq!(other.headers()["location"], "/orders/order-1#bank");
}
