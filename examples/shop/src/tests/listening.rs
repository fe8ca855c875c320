//! Notifications and the worker: an order is shipped once, and only when the gateway says so.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use midtrans_axum::protocol::decision::Extent;
use midtrans_inbox::Outcome;
use tokio::time::timeout;

use super::CUSTOMER;
use super::test_shop::{Kind, PAID, answer, charged, test_shop};
use crate::journal::Entry;
use crate::orders::Payment;
use crate::routes::FINISH;
use crate::worker::RunningWorker;

super::tests! {
    get_status_finds_a_payment_whose_charge_was_never_answered
    get_status_finds_a_payment_that_was_never_notified
    late_repeated_and_reordered_notifications_ship_once
    a_notification_faster_than_the_charges_answer_does_not_cost_the_pay_page
    a_wrong_amount_is_never_paid
    denied_and_expired_orders_say_so_and_may_be_paid_again
    a_refund_is_on_the_page_and_one_of_a_part_takes_no_shoes_back
    a_worker_works_until_it_is_stopped
}

async fn get_status_finds_a_payment_whose_charge_was_never_answered(kind: Kind) {
    let shop = test_shop(kind, [None, None, None, answer("200", "settlement", "")]).await;
    shop.order(CUSTOMER).await;
    shop.work_after(10).await;
    assert_eq!(shop.payment().await, (PAID, 1));
    assert!(
        shop.page("/orders/order-1")
            .await
            .contains("Confirmed by asking the gateway")
    );
}

async fn get_status_finds_a_payment_that_was_never_notified(kind: Kind) {
    let shop = test_shop(kind, [charged(), answer("200", "settlement", "")]).await;
    shop.order(CUSTOMER).await;
    shop.page(&format!("{FINISH}?order_id=order-1")).await;
    shop.work().await;
    assert_eq!(
        shop.payment().await,
        (Payment::Open, 0),
        "the notification may still come"
    );
    shop.work_after(30).await;
    assert_eq!(shop.payment().await, (PAID, 1));
}

async fn late_repeated_and_reordered_notifications_ship_once(kind: Kind) {
    let shop = test_shop(kind, [charged(), answer("200", "settlement", "")]).await;
    shop.order(CUSTOMER).await;
    for (code, status) in [
        ("200", "settlement"),
        ("201", "pending"),
        ("200", "settlement"),
        ("200", "capture"),
    ] {
        assert_eq!(shop.notify(code, status, "770000.00").await, StatusCode::OK);
        shop.work().await;
    }
    assert_eq!(shop.payment().await, (PAID, 1));
    assert!(shop.page("/orders/order-1").await.contains("<h1>Paid</h1>"));
    assert_eq!(shop.calls().len(), 2, "what is no news is not asked about");
}

async fn a_notification_faster_than_the_charges_answer_does_not_cost_the_pay_page(kind: Kind) {
    let shop = test_shop(kind, [None, None, None, charged()]).await;
    shop.order(CUSTOMER).await;
    shop.notify("201", "pending", "770000.00").await;
    shop.work().await;
    assert_eq!(shop.stored().await.pay_page, None);
    assert_eq!(
        shop.order(CUSTOMER).await.headers()["location"],
        "http://127.0.0.1:9/pay"
    );
    assert!(
        shop.page("/orders/order-1")
            .await
            .contains("Continue to Kredivo")
    );
}

async fn a_wrong_amount_is_never_paid(kind: Kind) {
    let mut shop = test_shop(
        kind,
        [
            charged(),
            answer("200", "settlement", r#","currency":"USD""#),
        ],
    )
    .await;
    shop.order(CUSTOMER).await;
    assert_eq!(
        shop.notify("200", "settlement", "1.00").await,
        StatusCode::OK
    );
    shop.worker_config.policy.max_failures = 1;
    shop.work().await;
    assert_eq!(shop.payment().await, (Payment::Open, 0));
    assert!(
        shop.page("/orders/order-1")
            .await
            .contains("do not pay again")
    );
}

async fn denied_and_expired_orders_say_so_and_may_be_paid_again(kind: Kind) {
    for (code, status, words) in [
        ("202", "deny", "The payment was refused"),
        ("202", "expire", "time to pay is over"),
    ] {
        let shop = test_shop(kind, [charged(), answer(code, status, ""), charged()]).await;
        shop.order(CUSTOMER).await;
        assert_eq!(shop.notify(code, status, "770000.00").await, StatusCode::OK);
        shop.work().await;
        let page = shop.page("/orders/order-1").await;
        assert!(
            page.contains(words) && page.contains(r#"value="kredivo">Kredivo<"#),
            "{page}"
        );
        assert_eq!(
            shop.pay_again("kredivo").await.headers()["location"],
            "http://127.0.0.1:9/pay"
        );
        assert_eq!(shop.payment().await, (Payment::Open, 0));
    }
}

async fn a_refund_is_on_the_page_and_one_of_a_part_takes_no_shoes_back(kind: Kind) {
    let refund = |status, key, amount| {
        let refunds = format!(
            r#","refund_amount":"{amount}.00","refunds":[{{"refund_key":"{key}","refund_amount":"{amount}.00"}}]"#
        );
        answer("200", status, &refunds)
    };
    let part = || refund("partial_refund", "r-1", 20_000);
    let shop = test_shop(kind, [charged(), part(), refund("refund", "r-2", 770_000)]).await;
    shop.order(CUSTOMER).await;
    shop.notify("200", "partial_refund", "770000.00").await;
    shop.work().await;
    let partly = Payment::Became(Outcome::Refunded(Extent::Partial));
    assert_eq!(
        shop.payment().await,
        (partly, 1),
        "shipped, although the refund was heard of together with the payment"
    );
    let page = shop.page("/orders/order-1").await;
    assert!(
        page.contains("<h1>Paid</h1>") && page.contains("Some of the money went back"),
        "{page}"
    );
    shop.notify("200", "refund", "770000.00").await;
    shop.work().await;
    assert_eq!(
        shop.payment().await,
        (partly, 1),
        "the gateway was asked a moment ago"
    );
    shop.work_after(30).await;
    assert_eq!(
        shop.payment().await,
        (Payment::Became(Outcome::Refunded(Extent::Full)), 1)
    );
    assert!(shop.page("/orders/order-1").await.contains("Given back"));
}

async fn a_worker_works_until_it_is_stopped(kind: Kind) {
    let mut shop = test_shop(kind, [charged(), answer("200", "settlement", "")]).await;
    let worker = RunningWorker::start(Arc::clone(&shop.shop.store), shop.worker_config.clone());
    shop.order(CUSTOMER).await;
    shop.notify("200", "settlement", "770000.00").await;
    let acted = async {
        while !matches!(
            shop.entries.recv().await.unwrap(),
            Entry::Acted(_, Outcome::Paid)
        ) {}
    };
    timeout(Duration::from_secs(15), acted).await.unwrap();
    assert_eq!(shop.payment().await, (PAID, 1));
    worker.stop().await.unwrap();
}
