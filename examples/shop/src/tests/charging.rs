//! Charges: once per click, and again only with their key.

use std::time::Duration;

use axum::http::StatusCode;
use midtrans_axum::protocol::decision::Failure;
use midtrans_inbox::Outcome;

use super::CUSTOMER;
use super::test_shop::{Kind, PAID, PENDING, answer, answer_of, charged, refusal, test_shop, text};
use crate::offer::Chosen;
use crate::orders::Payment;

super::tests! {
    the_same_form_sent_twice_is_one_order_and_one_charge
    a_charge_is_sent_with_the_key_that_was_written_down
    a_charge_of_unknown_outcome_is_sent_again_only_with_its_key_and_then_asked_about
    a_charge_that_never_arrived_may_be_tried_again_under_the_same_order_id
    a_taken_order_id_is_asked_about
    a_refused_charge_says_so
    a_customer_cancels_and_pays_the_same_order_with_another_method
    a_form_that_cannot_be_an_order_is_shown_again
}

async fn the_same_form_sent_twice_is_one_order_and_one_charge(kind: Kind) {
    let shop = test_shop(kind, [charged()]).await;
    for _ in 0..2 {
        let response = shop.order(CUSTOMER).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()["location"], "http://127.0.0.1:9/pay");
    }
    assert_eq!(shop.calls(), ["POST /v2/charge"]);
}

async fn a_charge_is_sent_with_the_key_that_was_written_down(kind: Kind) {
    let shop = test_shop(kind, [None, charged()]).await;
    shop.order(CUSTOMER).await;
    let sent = shop.gateway.keys.lock().unwrap().clone();
    let record = shop
        .shop
        .store
        .order("order-1")
        .await
        .unwrap()
        .unwrap()
        .history
        .record
        .unwrap();
    assert_eq!(
        sent,
        [record.expectation.idempotency_key.as_str(); 2],
        "also the client's second attempt"
    );
}

async fn a_charge_of_unknown_outcome_is_sent_again_only_with_its_key_and_then_asked_about(
    kind: Kind,
) {
    let mut shop = test_shop(kind, []).await;
    for _ in 0..2 {
        assert_eq!(
            shop.order(CUSTOMER).await.headers()["location"],
            "/orders/order-1"
        );
    }
    shop.pay_again("kredivo").await;
    shop.pay_again("akulaku").await;
    let keys = shop.gateway.keys.lock().unwrap().clone();
    assert_eq!(keys.len(), shop.calls().len(), "nothing but charges");
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    shop.work_after(30).await;
    let calls = shop.calls();
    assert!(
        calls.len() > keys.len()
            && calls[keys.len()..]
                .iter()
                .all(|call| call == "GET /v2/order-1/status")
    );
    assert!(
        shop.page("/orders/order-1")
            .await
            .contains("We are checking")
    );

    shop.gateway
        .answers
        .lock()
        .unwrap()
        .push_back(answer("200", "settlement", ""));
    shop.worker_config.policy.between_questions = Duration::ZERO;
    assert_eq!(
        shop.notify("200", "settlement", "770000.00").await,
        StatusCode::OK
    );
    shop.work().await;
    assert_eq!(shop.payment().await, (PAID, 1));
}

async fn a_charge_that_never_arrived_may_be_tried_again_under_the_same_order_id(kind: Kind) {
    let never_answered = [None, None, None];
    let unknown = (0..9).map(|_| refusal(404));
    let shop = test_shop(kind, never_answered.into_iter().chain(unknown)).await;
    shop.order(CUSTOMER).await;
    for seconds in [10, 100, 200] {
        shop.work_after(seconds).await;
        assert_eq!(
            shop.payment().await.0,
            Payment::Open,
            "it may still be on its way"
        );
    }
    for seconds in [300, 400, 500] {
        shop.work_after(seconds).await;
    }
    assert_eq!(shop.payment().await.0, Payment::Became(Outcome::NotCharged));
    assert!(
        shop.page("/orders/order-1")
            .await
            .contains(r#"value="kredivo">Kredivo<"#)
    );
    *shop.gateway.answers.lock().unwrap() = [charged()].into();
    assert_eq!(
        shop.pay_again("kredivo").await.headers()["location"],
        "http://127.0.0.1:9/pay"
    );
}

async fn a_taken_order_id_is_asked_about(kind: Kind) {
    let shop = test_shop(kind, [refusal(406), answer("201", "pending", "")]).await;
    shop.order(CUSTOMER).await;
    shop.work_after(10).await;
    assert_eq!(shop.payment().await.0, PENDING);
    assert_eq!(shop.stored().await.pay_page, None);
}

async fn a_refused_charge_says_so(kind: Kind) {
    let shop = test_shop(kind, [refusal(402)]).await;
    assert_eq!(
        shop.order(CUSTOMER).await.headers()["location"],
        "/orders/order-1"
    );
    assert!(
        shop.page("/orders/order-1")
            .await
            .contains("could not be started")
    );
}

async fn a_customer_cancels_and_pays_the_same_order_with_another_method(kind: Kind) {
    let cancelled = || answer("200", "cancel", "");
    let other = answer_of(
        "t-2",
        "201",
        "pending",
        r#","redirect_url":"http://127.0.0.1:9/other""#,
    );
    let shop = test_shop(kind, [charged(), cancelled(), cancelled(), other]).await;
    shop.order(CUSTOMER).await;
    let differs = shop
        .post(
            "/orders",
            format!("order_id=order-1&offer=akulaku&{CUSTOMER}"),
        )
        .await;
    assert_eq!(
        differs.headers()["location"],
        "/orders/order-1",
        "the first payment is pending"
    );
    assert_eq!(shop.calls(), ["POST /v2/charge"]);
    assert!(
        shop.page("/orders/order-1")
            .await
            .contains("Cancel, and pay another way")
    );

    assert_eq!(
        shop.post("/orders/order-1/cancel", String::new())
            .await
            .headers()["location"],
        "/orders/order-1"
    );
    shop.work().await;
    assert_eq!(
        shop.payment().await,
        (Payment::Became(Outcome::Failed(Failure::Cancelled)), 0)
    );
    assert!(
        shop.page("/orders/order-1")
            .await
            .contains(r#"value="akulaku">Akulaku<"#)
    );
    assert_eq!(
        shop.pay_again("akulaku").await.headers()["location"],
        "http://127.0.0.1:9/other"
    );
    assert_eq!(Some(shop.stored().await.form.offer), Chosen::of("akulaku"));
    let keys = shop.gateway.keys.lock().unwrap().clone();
    assert!(
        keys.len() == 2 && keys[0] != keys[1],
        "another payment has another key"
    );
}

async fn a_form_that_cannot_be_an_order_is_shown_again(kind: Kind) {
    let shop = test_shop(kind, []).await;
    let response = shop.order(&CUSTOMER.replace("Jalan+Melati+7", "+")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(response).await.contains("Please check"));
    assert_eq!(
        shop.order("quantity=1").await.status(),
        StatusCode::BAD_REQUEST
    );
    assert!(shop.calls().is_empty());
}
