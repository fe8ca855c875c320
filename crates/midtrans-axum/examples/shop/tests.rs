//! What must not go wrong, with a gateway that answers as each test says.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use midtrans_axum::protocol::{Environment, Merchant, ServerKey, signature};
use midtrans_reqwest::midtrans_transport::{
    self, AsyncClient, AsyncTransport, Limits, Reach, TransportError, TransportErrorKind,
};
use tower::ServiceExt;

use crate::journal::Journal;
use crate::orders::{Payment, Source};
use crate::routes::{self, FINISH, NOTIFICATION};
use crate::shop::Shop;

const KEY: &str = "SB-Mid-server-abc123cde456";
const CUSTOMER: &str = "quantity=1&first_name=Siti&last_name=Rahma&email=siti%40example.com&phone=0812\
    &address=Jalan+Melati+7&postal_code=55281&city=Yogyakarta";

/// `None` is an answer that got lost on the way.
type Answers = VecDeque<Option<(u16, String)>>;

#[derive(Default)]
struct Gateway {
    answers: Mutex<Answers>,
    calls: Mutex<Vec<String>>,
}

#[async_trait::async_trait]
impl AsyncTransport for Gateway {
    async fn send(
        &self,
        request: midtrans_transport::Request,
        _: Limits,
    ) -> Result<midtrans_transport::Response, TransportError> {
        self.calls.lock().unwrap().push(format!("{} {}", request.method(), request.uri().path()));
        let lost = || TransportError::new(TransportErrorKind::Timeout, Reach::Unknown);
        let (status, body) = self.answers.lock().unwrap().pop_front().flatten().ok_or_else(lost)?;
        Ok(Response::builder().status(status).body(body.into_bytes()).unwrap())
    }

    async fn pause(&self, _: Duration) {}
}

struct Town {
    gateway: Arc<Gateway>,
    shop: Shop,
    router: Router,
}

fn town(answers: impl IntoIterator<Item = Option<(u16, String)>>) -> Town {
    let gateway = Arc::new(Gateway { answers: Mutex::new(answers.into_iter().collect()), ..Gateway::default() });
    let environment = Environment::custom("http://127.0.0.1:9").unwrap();
    let merchant = Merchant::new(environment, ServerKey::new(KEY).unwrap()).unwrap();
    let (journal, _) = Journal::new();
    let client = AsyncClient::new(Arc::clone(&gateway) as Arc<dyn AsyncTransport>, merchant);
    let shop = Shop::new(client, journal.clone());
    Town { gateway, router: routes::router(shop.clone(), journal), shop }
}

impl Town {
    async fn ask(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn order(&self, customer: &str) -> Response<Body> {
        let form = format!("order_id=order-1&provider=kredivo&{customer}");
        let request = Request::post("/orders").header("content-type", "application/x-www-form-urlencoded");
        self.ask(request.body(form.into()).unwrap()).await
    }

    async fn page(&self, path: &str) -> String {
        text(self.ask(Request::get(path).body(Body::empty()).unwrap()).await).await
    }

    async fn notify(&self, code: &str, status: &str, amount: &str) -> StatusCode {
        let signed = signature::sign("order-1", code, amount, &ServerKey::new(KEY).unwrap());
        let body = format!(
            r#"{{"order_id":"order-1","status_code":"{code}","gross_amount":"{amount}","transaction_id":"t-1",
                "transaction_status":"{status}","fraud_status":"accept","signature_key":"{signed}"}}"#
        );
        let request = Request::post(NOTIFICATION).header("content-type", "application/json");
        self.ask(request.body(body.into()).unwrap()).await.status()
    }

    fn calls(&self) -> Vec<String> {
        self.gateway.calls.lock().unwrap().clone()
    }

    fn payment(&self) -> (Payment, u32) {
        let order = self.shop.orders().get("order-1").unwrap().unwrap();
        (order.payment, order.shipped)
    }
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
}

fn answer(code: &str, status: &str, more: &str) -> Option<(u16, String)> {
    let body = format!(
        r#"{{"status_code":"{code}","order_id":"order-1","gross_amount":"770000.00","transaction_id":"t-1",
            "transaction_status":"{status}"{more}}}"#
    );
    Some((200, body))
}

fn charged() -> Option<(u16, String)> {
    answer("201", "pending", r#","redirect_url":"http://127.0.0.1:9/pay""#)
}

fn refusal(code: u16) -> Option<(u16, String)> {
    Some((200, format!(r#"{{"status_code":"{code}","status_message":"no"}}"#)))
}

#[tokio::test]
async fn the_same_form_sent_twice_is_one_order_and_one_charge() {
    let town = town([charged()]);
    for _ in 0..2 {
        let response = town.order(CUSTOMER).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()["location"], "http://127.0.0.1:9/pay");
    }
    assert_eq!(town.calls(), ["POST /v2/charge"]);
}

#[tokio::test]
async fn a_charge_of_unknown_outcome_is_asked_about_and_not_sent_again() {
    let town = town([]);
    assert_eq!(town.order(CUSTOMER).await.headers()["location"], "/orders/order-1");
    let calls = town.calls();
    // The client's own attempts carry one idempotency key.
    let attempts = calls.iter().take_while(|call| *call == "POST /v2/charge").count();
    assert!(calls[attempts..].iter().all(|call| call == "GET /v2/order-1/status"), "{calls:?}");
    assert!(town.page("/orders/order-1").await.contains("We are checking"));
    town.order(CUSTOMER).await;
    town.ask(Request::post("/orders/order-1/pay").body(Body::empty()).unwrap()).await;
    assert_eq!(town.calls(), calls, "neither charged nor asked again");

    assert_eq!(town.notify("200", "settlement", "770000.00").await, StatusCode::OK);
    assert_eq!(town.payment(), (Payment::Paid, 1));
}

#[tokio::test]
async fn a_charge_that_never_arrived_may_be_tried_again_under_the_same_order_id() {
    let town = town([None, None, None, refusal(404), charged()]);
    town.order(CUSTOMER).await;
    assert_eq!(town.payment().0, Payment::NotStarted);
    assert!(town.page("/orders/order-1").await.contains("Pay with Kredivo"));
    let response = town.ask(Request::post("/orders/order-1/pay").body(Body::empty()).unwrap()).await;
    assert_eq!(response.headers()["location"], "http://127.0.0.1:9/pay");
}

#[tokio::test]
async fn get_status_finds_a_payment_whose_charge_was_never_answered() {
    let town = town([None, None, None, answer("200", "settlement", "")]);
    town.order(CUSTOMER).await;
    assert_eq!(town.payment(), (Payment::Paid, 1));
    assert_eq!(town.shop.orders().get("order-1").unwrap().unwrap().source, Some(Source::GetStatus));
}

#[tokio::test]
async fn a_taken_order_id_is_asked_about() {
    let town = town([refusal(406), answer("201", "pending", "")]);
    town.order(CUSTOMER).await;
    assert_eq!(town.payment().0, Payment::Open { pay_page: None });
}

#[tokio::test]
async fn a_refused_charge_says_so() {
    let town = town([refusal(402)]);
    assert_eq!(town.order(CUSTOMER).await.headers()["location"], "/orders/order-1");
    assert!(town.page("/orders/order-1").await.contains("could not be started"));
}

#[tokio::test]
async fn late_repeated_and_reordered_notifications_ship_once() {
    let town = town([charged()]);
    town.order(CUSTOMER).await;
    for (code, status) in [("200", "settlement"), ("201", "pending"), ("200", "settlement"), ("200", "capture")] {
        assert_eq!(town.notify(code, status, "770000.00").await, StatusCode::OK);
    }
    assert_eq!(town.payment(), (Payment::Paid, 1));
    assert!(town.page("/orders/order-1").await.contains("<h1>Paid</h1>"));
}

#[tokio::test]
async fn a_notification_faster_than_the_charges_answer_does_not_cost_the_pay_page() {
    let town = town([None, None, None, None]);
    town.order(CUSTOMER).await;
    town.notify("201", "pending", "770000.00").await;
    assert_eq!(town.payment().0, Payment::Open { pay_page: None });
    town.gateway.answers.lock().unwrap().push_back(charged());
    let reply = town.shop.client().status(&midtrans_axum::protocol::OrderId::new("order-1").unwrap()).await.unwrap();
    town.shop.orders().book("order-1", &reply, reply.details(), Source::ChargeReply).unwrap();
    assert!(
        matches!(town.payment().0, Payment::Open { pay_page: Some(url) } if url.as_str() == "http://127.0.0.1:9/pay")
    );
}

#[tokio::test]
async fn a_wrong_amount_is_never_paid() {
    let town = town([charged(), answer("200", "settlement", r#","currency":"USD""#)]);
    town.order(CUSTOMER).await;
    assert_eq!(town.notify("200", "settlement", "1.00").await, StatusCode::OK);
    // The question is asked beside the answer; here one thread does both in turn.
    while town.calls().len() < 2 {
        tokio::task::yield_now().await;
    }
    tokio::task::yield_now().await;
    assert_eq!(town.payment(), (Payment::Review, 0));
    assert!(town.page("/orders/order-1").await.contains("do not pay again"));
}

#[tokio::test]
async fn denied_and_expired_orders_say_so() {
    for (code, status, words) in [("202", "deny", "Kredivo refused"), ("202", "expire", "time to pay is over")] {
        let town = town([charged()]);
        town.order(CUSTOMER).await;
        assert_eq!(town.notify(code, status, "770000.00").await, StatusCode::OK);
        assert!(town.page("/orders/order-1").await.contains(words));
    }
}

#[tokio::test]
async fn a_browser_that_says_paid_is_not_believed() {
    let town = town([charged()]);
    town.order(CUSTOMER).await;
    let page = town.page(&format!("{FINISH}?order_id=order-1&transaction_status=settlement&status_code=200")).await;
    assert!(page.contains("We are checking"), "{page}");
    assert!(matches!(town.payment(), (Payment::Open { pay_page: Some(_) }, 0)));
}

#[tokio::test]
async fn a_customer_without_an_order_id_is_known_by_the_cookie() {
    let town = town([charged()]);
    let cookie = town.order(CUSTOMER).await.headers()["set-cookie"].to_str().unwrap().to_owned();
    let request = Request::get(FINISH).header("cookie", cookie.split(';').next().unwrap());
    assert!(text(town.ask(request.body(Body::empty()).unwrap()).await).await.contains("order-1"));
    assert!(town.page(FINISH).await.contains("did not tell us which order"));
}

#[tokio::test]
async fn no_page_runs_what_somebody_typed() {
    let town = town([charged()]);
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

#[tokio::test]
async fn a_form_that_cannot_be_an_order_is_shown_again() {
    let town = town([]);
    let response = town.order(&CUSTOMER.replace("Jalan+Melati+7", "+")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(response).await.contains("Please check"));
    assert_eq!(town.order("quantity=1").await.status(), StatusCode::BAD_REQUEST);
    assert!(town.calls().is_empty());
}

#[tokio::test]
async fn a_pay_page_that_is_no_web_address_is_not_followed() {
    let town = town([answer("201", "pending", r#","redirect_url":"javascript:alert(1)""#)]);
    let response = town.order(CUSTOMER).await;
    assert_eq!(response.headers()["location"], "/orders/order-1");
    assert!(!town.page("/orders/order-1").await.contains("javascript:"));
}
