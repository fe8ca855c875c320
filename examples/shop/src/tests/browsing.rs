//! The pages, and the browsers that open them.

use axum::body::Body;
use axum::http::Request;

use super::CUSTOMER;
use super::test_shop::{Kind, answer, charged, test_shop, text};
use crate::orders::Payment;
use crate::routes::FINISH;

super::tests! {
    a_customer_who_goes_back_from_the_pay_page_finds_the_same_form
    a_browser_that_says_paid_is_not_believed
    a_customer_without_an_order_id_is_known_by_the_cookie
    no_page_runs_what_a_customer_typed
    a_pay_page_that_is_no_web_address_is_not_followed
    the_operator_sees_how_the_inbox_is_doing
}

async fn a_customer_who_goes_back_from_the_pay_page_finds_the_same_form(kind: Kind) {
    let shop = test_shop(kind, []).await;
    let product = shop
        .ask(Request::get("/").body(Body::empty()).unwrap())
        .await;
    assert_eq!(
        product.headers()["cache-control"],
        "no-cache",
        "`no-store` would make another order id"
    );
    assert!(
        text(product)
            .await
            .contains(r#"name="order_id" value="shop-"#)
    );
}

async fn a_browser_that_says_paid_is_not_believed(kind: Kind) {
    let shop = test_shop(kind, [charged()]).await;
    shop.order(CUSTOMER).await;
    let page = shop
        .page(&format!(
            "{FINISH}?order_id=order-1&transaction_status=settlement&status_code=200"
        ))
        .await;
    assert!(page.contains("We are checking"), "{page}");
    assert_eq!(shop.payment().await, (Payment::Open, 0));
    assert!(shop.stored().await.pay_page.is_some());
}

async fn a_customer_without_an_order_id_is_known_by_the_cookie(kind: Kind) {
    let shop = test_shop(kind, [charged()]).await;
    let cookie = shop.order(CUSTOMER).await.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .to_owned();
    let request = Request::get(FINISH).header("cookie", cookie.split(';').next().unwrap());
    assert!(
        text(shop.ask(request.body(Body::empty()).unwrap()).await)
            .await
            .contains("order-1")
    );
    assert!(
        shop.page(FINISH)
            .await
            .contains("did not tell us which order")
    );
}

async fn no_page_runs_what_a_customer_typed(kind: Kind) {
    let shop = test_shop(kind, [charged()]).await;
    let script = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    shop.order(&CUSTOMER.replace("Siti", script)).await;
    let hostile = format!("{FINISH}?order_id=order-1&transaction_status={script}");
    for path in [
        "/orders/order-1",
        &hostile,
        &format!("{FINISH}?order_id={script}"),
        &format!("/orders/{script}"),
    ] {
        let page = shop.page(path).await;
        assert!(!page.contains("<script>"), "{page}");
    }
    assert!(shop.page(&hostile).await.contains("&lt;script&gt;"));
    let refused = text(
        shop.order(&format!(
            "{}{script}",
            CUSTOMER.replace("55281", "%22%3E%3Cscript%3E")
        ))
        .await,
    )
    .await;
    assert!(!refused.contains("<script>"), "{refused}");
}

async fn a_pay_page_that_is_no_web_address_is_not_followed(kind: Kind) {
    let shop = test_shop(
        kind,
        [answer(
            "201",
            "pending",
            r#","redirect_url":"javascript:alert(1)""#,
        )],
    )
    .await;
    let response = shop.order(CUSTOMER).await;
    assert_eq!(response.headers()["location"], "/orders/order-1");
    assert!(!shop.page("/orders/order-1").await.contains("javascript:"));
}

async fn the_operator_sees_how_the_inbox_is_doing(kind: Kind) {
    let shop = test_shop(kind, [charged()]).await;
    shop.order(CUSTOMER).await;
    shop.notify("200", "settlement", "770000.00").await;
    let page = shop.page("/inbox").await;
    assert!(
        page.contains("midtrans_inbox_notifications 1\n")
            && page.contains("midtrans_inbox_notifications_unread 1\n"),
        "{page}"
    );
}
