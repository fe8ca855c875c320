//! What must not go wrong, with a gateway that answers as each test says, and books of each kind.

mod town;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use midtrans_axum::protocol::{Extent, IdempotencyKey};
use midtrans_inbox::{Expectation, Expecting, Outcome};
use tokio::time::timeout;

use crate::journal::Entry;
use crate::orders::Payment;
use crate::routes::FINISH;
use crate::worker::Working;
use town::{Kind, PAID, PENDING, answer, charged, in_five_minutes, in_half_a_minute, refusal, text, town};

const CUSTOMER: &str = "quantity=1&first_name=Siti&last_name=Rahma&email=siti%40example.com&phone=0812\
    &address=Jalan+Melati+7&postal_code=55281&city=Yogyakarta";

/// Each of these is a test, once with each kind of books.
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
    the_same_form_sent_twice_is_one_order_and_one_charge
    a_charge_is_sent_with_the_key_that_was_written_down
    a_charge_of_unknown_outcome_is_asked_about_and_not_sent_again
    a_charge_that_never_arrived_may_be_tried_again_under_the_same_order_id
    get_status_finds_a_payment_whose_charge_was_never_answered
    get_status_finds_a_payment_that_was_never_notified
    a_taken_order_id_is_asked_about
    a_refused_charge_says_so
    late_repeated_and_reordered_notifications_ship_once
    a_notification_faster_than_the_charges_answer_does_not_cost_the_pay_page
    a_wrong_amount_is_never_paid
    denied_and_expired_orders_say_so_and_may_be_paid_again
    a_refund_is_on_the_page
    a_worker_works_until_it_is_stopped
    a_browser_that_says_paid_is_not_believed
    a_customer_without_an_order_id_is_known_by_the_cookie
    no_page_runs_what_somebody_typed
    a_form_that_cannot_be_an_order_is_shown_again
    a_pay_page_that_is_no_web_address_is_not_followed
    the_operator_sees_how_the_inbox_is_doing
}

async fn the_same_form_sent_twice_is_one_order_and_one_charge(kind: Kind) {
    let town = town(kind, [charged()]).await;
    for _ in 0..2 {
        let response = town.order(CUSTOMER).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()["location"], "http://127.0.0.1:9/pay");
    }
    assert_eq!(town.calls(), ["POST /v2/charge"]);
}

async fn a_charge_is_sent_with_the_key_that_was_written_down(kind: Kind) {
    let town = town(kind, [None, charged()]).await;
    town.order(CUSTOMER).await;
    let sent = town.gateway.keys.lock().unwrap().clone();
    let form = town.stored().await.form;
    let again = Expectation::of(&form.charge().unwrap(), IdempotencyKey::new("another").unwrap(), SystemTime::now());
    let Expecting::Open(stored) = town.shop.books.place(&form, &again).await.unwrap() else { panic!() };
    assert_eq!(sent, [stored.idempotency_key.as_str(); 2], "also the client's second attempt");
}

async fn a_charge_of_unknown_outcome_is_asked_about_and_not_sent_again(kind: Kind) {
    let mut town = town(kind, []).await;
    assert_eq!(town.order(CUSTOMER).await.headers()["location"], "/orders/order-1");
    town.work().await;
    let calls = town.calls();
    // The client's own attempts carry one idempotency key.
    let attempts = calls.iter().take_while(|call| *call == "POST /v2/charge").count();
    assert!(attempts < calls.len(), "{calls:?}");
    assert!(calls[attempts..].iter().all(|call| call == "GET /v2/order-1/status"), "{calls:?}");
    assert!(town.page("/orders/order-1").await.contains("We are checking"));
    town.order(CUSTOMER).await;
    town.pay_again().await;
    town.work().await;
    assert_eq!(town.calls(), calls, "neither charged nor asked again");

    town.gateway.answers.lock().unwrap().push_back(answer("200", "settlement", ""));
    town.desk.policy.between_questions = Duration::ZERO;
    assert_eq!(town.notify("200", "settlement", "770000.00").await, StatusCode::OK);
    town.work().await;
    assert_eq!(town.payment().await, (PAID, 1));
}

async fn a_charge_that_never_arrived_may_be_tried_again_under_the_same_order_id(kind: Kind) {
    let town = town(kind, [None, None, None, refusal(404), refusal(404), charged()]).await;
    town.order(CUSTOMER).await;
    town.work().await;
    assert_eq!(town.payment().await.0, Payment::Open, "it may still be on its way");
    town.work_at(in_five_minutes).await;
    assert_eq!(town.payment().await.0, Payment::Became(Outcome::NotCharged));
    assert!(town.page("/orders/order-1").await.contains("Pay with Kredivo"));
    assert_eq!(town.pay_again().await.headers()["location"], "http://127.0.0.1:9/pay");
}

async fn get_status_finds_a_payment_whose_charge_was_never_answered(kind: Kind) {
    let town = town(kind, [None, None, None, answer("200", "settlement", "")]).await;
    town.order(CUSTOMER).await;
    town.work().await;
    assert_eq!(town.payment().await, (PAID, 1));
    assert!(town.page("/orders/order-1").await.contains("Confirmed by asking the gateway"));
}

async fn get_status_finds_a_payment_that_was_never_notified(kind: Kind) {
    let town = town(kind, [charged(), answer("200", "settlement", "")]).await;
    town.order(CUSTOMER).await;
    town.page(&format!("{FINISH}?order_id=order-1")).await;
    town.work().await;
    assert_eq!(town.payment().await, (Payment::Open, 0), "the notification may still come");
    town.work_at(in_half_a_minute).await;
    assert_eq!(town.payment().await, (PAID, 1));
}

async fn a_taken_order_id_is_asked_about(kind: Kind) {
    let town = town(kind, [refusal(406), answer("201", "pending", "")]).await;
    town.order(CUSTOMER).await;
    town.work().await;
    assert_eq!(town.payment().await.0, PENDING);
    assert_eq!(town.stored().await.pay_page(), None);
}

async fn a_refused_charge_says_so(kind: Kind) {
    let town = town(kind, [refusal(402)]).await;
    assert_eq!(town.order(CUSTOMER).await.headers()["location"], "/orders/order-1");
    assert!(town.page("/orders/order-1").await.contains("could not be started"));
}

async fn late_repeated_and_reordered_notifications_ship_once(kind: Kind) {
    let town = town(kind, [charged(), answer("200", "settlement", "")]).await;
    town.order(CUSTOMER).await;
    for (code, status) in [("200", "settlement"), ("201", "pending"), ("200", "settlement"), ("200", "capture")] {
        assert_eq!(town.notify(code, status, "770000.00").await, StatusCode::OK);
        town.work().await;
    }
    assert_eq!(town.payment().await, (PAID, 1));
    assert!(town.page("/orders/order-1").await.contains("<h1>Paid</h1>"));
    assert_eq!(town.calls().len(), 2, "what is no news is not asked about");
}

async fn a_notification_faster_than_the_charges_answer_does_not_cost_the_pay_page(kind: Kind) {
    let town = town(kind, [None, None, None]).await;
    town.order(CUSTOMER).await;
    town.notify("201", "pending", "770000.00").await;
    town.work().await;
    assert_eq!((town.payment().await.0, town.stored().await.pay_page()), (PENDING, None));
    let page = town.shop.checked("http://127.0.0.1:9/pay").unwrap();
    town.shop.books.note_pay_page("order-1", &page).await.unwrap();
    assert_eq!(town.stored().await.pay_page(), Some("http://127.0.0.1:9/pay"));
    assert!(town.page("/orders/order-1").await.contains("Continue to Kredivo"));
}

async fn a_wrong_amount_is_never_paid(kind: Kind) {
    let mut town = town(kind, [charged(), answer("200", "settlement", r#","currency":"USD""#)]).await;
    town.order(CUSTOMER).await;
    assert_eq!(town.notify("200", "settlement", "1.00").await, StatusCode::OK);
    town.desk.policy.max_failures = 1;
    town.work().await;
    assert_eq!(town.payment().await, (Payment::Open, 0));
    assert!(town.page("/orders/order-1").await.contains("do not pay again"));
}

async fn denied_and_expired_orders_say_so_and_may_be_paid_again(kind: Kind) {
    for (code, status, words) in [("202", "deny", "Kredivo refused"), ("202", "expire", "time to pay is over")] {
        let town = town(kind, [charged(), answer(code, status, ""), charged()]).await;
        town.order(CUSTOMER).await;
        assert_eq!(town.notify(code, status, "770000.00").await, StatusCode::OK);
        town.work().await;
        let page = town.page("/orders/order-1").await;
        assert!(page.contains(words) && page.contains("Pay with Kredivo"), "{page}");
        assert_eq!(town.pay_again().await.headers()["location"], "http://127.0.0.1:9/pay");
        assert_eq!(town.payment().await, (Payment::Open, 0));
    }
}

async fn a_refund_is_on_the_page(kind: Kind) {
    let refunds = r#","refund_amount":"770000.00","refunds":[{"refund_key":"r-1","refund_amount":"770000.00"}]"#;
    let town = town(kind, [charged(), answer("200", "settlement", ""), answer("200", "refund", refunds)]).await;
    town.order(CUSTOMER).await;
    town.notify("200", "settlement", "770000.00").await;
    town.work().await;
    town.notify("200", "refund", "770000.00").await;
    town.work().await;
    assert_eq!(town.payment().await, (PAID, 1), "the gateway was asked a moment ago");
    town.work_at(in_half_a_minute).await;
    assert_eq!(town.payment().await, (Payment::Became(Outcome::Refunded(Extent::Full)), 1));
    assert!(town.page("/orders/order-1").await.contains("Given back"));
}

async fn a_worker_works_until_it_is_stopped(kind: Kind) {
    let mut town = town(kind, [charged(), answer("200", "settlement", "")]).await;
    let worker = Working::start(Arc::clone(&town.shop.books), town.desk.clone());
    town.order(CUSTOMER).await;
    town.notify("200", "settlement", "770000.00").await;
    let acted = async { while !matches!(town.entries.recv().await.unwrap(), Entry::Acted(_, Outcome::Paid)) {} };
    timeout(Duration::from_secs(15), acted).await.unwrap();
    assert_eq!(town.payment().await, (PAID, 1));
    worker.stop().await.unwrap();
}

async fn a_browser_that_says_paid_is_not_believed(kind: Kind) {
    let town = town(kind, [charged()]).await;
    town.order(CUSTOMER).await;
    let page = town.page(&format!("{FINISH}?order_id=order-1&transaction_status=settlement&status_code=200")).await;
    assert!(page.contains("We are checking"), "{page}");
    assert_eq!(town.payment().await, (Payment::Open, 0));
    assert!(town.stored().await.pay_page().is_some());
}

async fn the_operator_sees_how_the_inbox_is_doing(kind: Kind) {
    let town = town(kind, [charged()]).await;
    town.order(CUSTOMER).await;
    town.notify("200", "settlement", "770000.00").await;
    let page = town.page("/inbox").await;
    assert!(page.contains(r#"midtrans_inbox_notifications{state="waiting"} 1"#), "{page}");
}

async fn a_customer_without_an_order_id_is_known_by_the_cookie(kind: Kind) {
    let town = town(kind, [charged()]).await;
    let cookie = town.order(CUSTOMER).await.headers()["set-cookie"].to_str().unwrap().to_owned();
    let request = Request::get(FINISH).header("cookie", cookie.split(';').next().unwrap());
    assert!(text(town.ask(request.body(Body::empty()).unwrap()).await).await.contains("order-1"));
    assert!(town.page(FINISH).await.contains("did not tell us which order"));
}

async fn no_page_runs_what_somebody_typed(kind: Kind) {
    let town = town(kind, [charged()]).await;
    let script = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    town.order(&CUSTOMER.replace("Siti", script)).await;
    let hostile = format!("{FINISH}?order_id=order-1&transaction_status={script}");
    for path in ["/orders/order-1", &hostile, &format!("{FINISH}?order_id={script}"), &format!("/orders/{script}")] {
        let page = town.page(path).await;
        assert!(!page.contains("<script"), "{page}");
    }
    assert!(town.page(&hostile).await.contains("&lt;script&gt;"));
    let refused = text(town.order(&format!("{}{script}", CUSTOMER.replace("55281", "%22%3E%3Cscript%3E"))).await).await;
    assert!(!refused.contains("<script"), "{refused}");
}

async fn a_form_that_cannot_be_an_order_is_shown_again(kind: Kind) {
    let town = town(kind, []).await;
    let response = town.order(&CUSTOMER.replace("Jalan+Melati+7", "+")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(response).await.contains("Please check"));
    assert_eq!(town.order("quantity=1").await.status(), StatusCode::BAD_REQUEST);
    assert!(town.calls().is_empty());
}

async fn a_pay_page_that_is_no_web_address_is_not_followed(kind: Kind) {
    let town = town(kind, [answer("201", "pending", r#","redirect_url":"javascript:alert(1)""#)]).await;
    let response = town.order(CUSTOMER).await;
    assert_eq!(response.headers()["location"], "/orders/order-1");
    assert!(!town.page("/orders/order-1").await.contains("javascript:"));
}
