//! What must not go wrong, with a gateway that answers as each test says, and a store of each kind.

mod test_shop;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use midtrans_axum::protocol::{Extent, Failure};
use midtrans_inbox::Outcome;
use tokio::time::timeout;

use crate::cart::Provider;
use crate::journal::Entry;
use crate::orders::Payment;
use crate::routes::FINISH;
use crate::worker::RunningWorker;
use test_shop::{Kind, PAID, PENDING, answer, answer_of, charged, refusal, test_shop, text};

const CUSTOMER: &str = "quantity=1&first_name=Siti&last_name=Rahma&email=siti%40example.com&phone=0812\
    &address=Jalan+Melati+7&postal_code=55281&city=Yogyakarta";

/// Each of these is a test, once with each kind of store.
macro_rules! tests {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Kind::Sqlite).await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                if let Some(kind) = super::Kind::postgres() {
                    super::$name(kind).await;
                }
            })*
        }
    };
}
tests! {
    a_customer_who_goes_back_from_the_pay_page_finds_the_same_form
    the_same_form_sent_twice_is_one_order_and_one_charge
    a_charge_is_sent_with_the_key_that_was_written_down
    a_charge_of_unknown_outcome_is_sent_again_only_with_its_key_and_then_asked_about
    a_charge_that_never_arrived_may_be_tried_again_under_the_same_order_id
    get_status_finds_a_payment_whose_charge_was_never_answered
    get_status_finds_a_payment_that_was_never_notified
    a_taken_order_id_is_asked_about
    a_refused_charge_says_so
    late_repeated_and_reordered_notifications_ship_once
    a_notification_faster_than_the_charges_answer_does_not_cost_the_pay_page
    a_wrong_amount_is_never_paid
    denied_and_expired_orders_say_so_and_may_be_paid_again
    a_refund_is_on_the_page_and_one_of_a_part_takes_no_shoes_back
    a_customer_cancels_and_pays_the_same_order_with_the_other_provider
    a_worker_works_until_it_is_stopped
    a_browser_that_says_paid_is_not_believed
    a_customer_without_an_order_id_is_known_by_the_cookie
    no_page_runs_what_a_customer_typed
    a_form_that_cannot_be_an_order_is_shown_again
    a_pay_page_that_is_no_web_address_is_not_followed
    the_operator_sees_how_the_inbox_is_doing
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
    let unknown = || refusal(404);
    let answers = [
        None,
        None,
        None,
        unknown(),
        unknown(),
        unknown(),
        unknown(),
        charged(),
    ];
    let shop = test_shop(kind, answers).await;
    shop.order(CUSTOMER).await;
    for seconds in [10, 100, 200] {
        shop.work_after(seconds).await;
        assert_eq!(
            shop.payment().await.0,
            Payment::Open,
            "it may still be on its way"
        );
    }
    shop.work_after(300).await;
    assert_eq!(shop.payment().await.0, Payment::Became(Outcome::NotCharged));
    assert!(
        shop.page("/orders/order-1")
            .await
            .contains("Pay with Kredivo")
    );
    assert_eq!(
        shop.pay_again("kredivo").await.headers()["location"],
        "http://127.0.0.1:9/pay"
    );
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
        ("202", "deny", "Kredivo refused"),
        ("202", "expire", "time to pay is over"),
    ] {
        let shop = test_shop(kind, [charged(), answer(code, status, ""), charged()]).await;
        shop.order(CUSTOMER).await;
        assert_eq!(shop.notify(code, status, "770000.00").await, StatusCode::OK);
        shop.work().await;
        let page = shop.page("/orders/order-1").await;
        assert!(
            page.contains(words) && page.contains("Pay with Kredivo"),
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

async fn a_customer_cancels_and_pays_the_same_order_with_the_other_provider(kind: Kind) {
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
            format!("order_id=order-1&provider=akulaku&{CUSTOMER}"),
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
            .contains("Pay with Akulaku")
    );
    assert_eq!(
        shop.pay_again("akulaku").await.headers()["location"],
        "http://127.0.0.1:9/other"
    );
    assert_eq!(shop.stored().await.form.provider, Provider::Akulaku);
    let keys = shop.gateway.keys.lock().unwrap().clone();
    assert!(
        keys.len() == 2 && keys[0] != keys[1],
        "another payment has another key"
    );
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
        assert!(!page.contains("<script"), "{page}");
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
    assert!(!refused.contains("<script"), "{refused}");
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
