//! Instructions to pay, in the shape that the gateway's answer has.

use axum::http::StatusCode;

use super::CUSTOMER;
use super::test_shop::{Kind, PAID, answer, charged, test_shop};
use crate::offer::OFFERS;

super::tests! {
    the_product_page_offers_every_method_of_the_table
    a_virtual_account_number_is_on_the_order_page_with_amount_and_deadline
    a_bill_is_on_the_order_page
    a_payment_code_is_on_the_order_page
    a_page_with_a_number_notices_the_payment_by_itself
    a_second_click_shows_the_same_number_and_charges_once
    a_number_is_gone_when_it_can_be_paid_no_more
    what_the_gateway_says_is_shown_and_never_run
    an_answer_of_an_unknown_shape_is_never_a_page_to_pay_at
}

/// The answer to a charge that is to be paid with these fields.
fn pending(fields: &str) -> Option<(u16, String)> {
    answer("201", "pending", &format!(",{fields}"))
}

const NUMBER: &str = r#""va_numbers":[{"bank":"bca","va_number":"812785002530231"}]"#;

async fn the_product_page_offers_every_method_of_the_table(kind: Kind) {
    let shop = test_shop(kind, []).await;
    let page = shop.page("/").await;
    for offer in OFFERS {
        let button = format!(r#"name="offer" value="{}">{}<"#, offer.id, offer.name);
        assert!(page.contains(&button), "{page}");
        assert!(
            page.contains(&format!("<h2>{}</h2>", offer.group)),
            "{page}"
        );
    }
}

async fn a_virtual_account_number_is_on_the_order_page_with_amount_and_deadline(kind: Kind) {
    let shop = test_shop(kind, [pending(NUMBER)]).await;
    let response = shop.order_with("bca", CUSTOMER).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()["location"], "/orders/order-1");
    let page = shop.page("/orders/order-1").await;
    for part in [
        r#"<output id="bank">BCA<"#,
        r#"<output id="va_number" data-copy="virtual account number">812785002530231<"#,
        "<strong>Rp770.000</strong>",
        "<h1>Waiting for your payment</h1>",
        "Cancel, and pay another way",
        r#"<a href="http://127.0.0.1:9/pay" target="_blank""#,
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let stored = shop.stored().await;
    let until = stored.to_pay.and_then(|to_pay| to_pay.until).unwrap();
    assert!(
        page.contains(&format!("Pay until <time>{until} WIB</time>")),
        "{page}"
    );
}

async fn a_bill_is_on_the_order_page(kind: Kind) {
    let bill = r#""biller_code":"70012","bill_key":"990000000260""#;
    let shop = test_shop(kind, [pending(bill)]).await;
    shop.order_with("bca", CUSTOMER).await;
    let page = shop.page("/orders/order-1").await;
    assert!(
        page.contains(r#"data-copy="company code">70012<"#),
        "{page}"
    );
    assert!(page.contains(r#"data-copy="bill number">990000000260<"#));
}

async fn a_payment_code_is_on_the_order_page(kind: Kind) {
    let code = r#""store":"indomaret","payment_code":"010811223344""#;
    let shop = test_shop(kind, [pending(code)]).await;
    shop.order_with("indomaret", CUSTOMER).await;
    let page = shop.page("/orders/order-1").await;
    assert!(
        page.contains(r#"data-copy="payment code">010811223344<"#),
        "{page}"
    );
    assert!(page.contains("at the counter of <strong>Indomaret</strong>"));
}

async fn a_page_with_a_number_notices_the_payment_by_itself(kind: Kind) {
    let shop = test_shop(kind, [pending(NUMBER), answer("200", "settlement", "")]).await;
    shop.order_with("bca", CUSTOMER).await;
    assert!(
        shop.page("/orders/order-1")
            .await
            .contains(r#"http-equiv="refresh""#)
    );
    shop.notify("200", "settlement", "770000.00").await;
    shop.work().await;
    assert_eq!(shop.payment().await, (PAID, 1));
    let page = shop.page("/orders/order-1").await;
    assert!(
        page.contains("<h1>Paid</h1>") && !page.contains("812785002530231"),
        "{page}"
    );
    assert!(!page.contains("refresh"));
}

async fn a_second_click_shows_the_same_number_and_charges_once(kind: Kind) {
    let shop = test_shop(kind, [pending(NUMBER)]).await;
    for _ in 0..2 {
        shop.order_with("bca", CUSTOMER).await;
        assert!(
            shop.page("/orders/order-1")
                .await
                .contains("812785002530231")
        );
    }
    assert_eq!(shop.calls(), ["POST /v2/charge"]);
}

async fn a_number_is_gone_when_it_can_be_paid_no_more(kind: Kind) {
    let shop = test_shop(
        kind,
        [pending(NUMBER), answer("202", "expire", ""), charged()],
    )
    .await;
    shop.order_with("bca", CUSTOMER).await;
    shop.notify("202", "expire", "770000.00").await;
    shop.work().await;
    let page = shop.page("/orders/order-1").await;
    assert!(
        page.contains("time to pay is over") && !page.contains("812785002530231"),
        "{page}"
    );
    assert_eq!(
        shop.pay_again("kredivo").await.headers()["location"],
        "http://127.0.0.1:9/pay",
        "another method, another shape"
    );
}

async fn what_the_gateway_says_is_shown_and_never_run(kind: Kind) {
    let hostile =
        r#""va_numbers":[{"bank":"<script>","va_number":"\"><script>alert(1)</script>"}]"#;
    let shop = test_shop(kind, [pending(hostile)]).await;
    shop.order_with("bca", CUSTOMER).await;
    let page = shop.page("/orders/order-1").await;
    assert!(
        page.contains("&lt;SCRIPT&gt;") && !page.contains("<script>"),
        "{page}"
    );
}

async fn an_answer_of_an_unknown_shape_is_never_a_page_to_pay_at(kind: Kind) {
    let shop = test_shop(kind, [pending(r#""pay_by_pigeon":"coo""#)]).await;
    shop.order_with("indomaret", CUSTOMER).await;
    let stored = shop.stored().await;
    assert!(stored.to_pay.is_none() && stored.pay_page.is_none());
    assert!(
        shop.page("/orders/order-1")
            .await
            .contains("We are checking")
    );
}
