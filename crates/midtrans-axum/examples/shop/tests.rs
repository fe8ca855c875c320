//! What must not go wrong, with a gateway that answers as each test says, and books of each kind.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use midtrans_axum::protocol::{Environment, Extent, Merchant, ServerKey, signature};
use midtrans_inbox::Outcome;
use midtrans_private_postgres::PrivatePostgres;
use midtrans_reqwest::midtrans_transport::{
    self, AsyncClient, AsyncTransport, Limits, Reach, TransportError, TransportErrorKind,
};
use tokio::sync::mpsc::UnboundedReceiver;
use tower::ServiceExt;

use crate::books::Books;
use crate::journal::{Entry, Journal};
use crate::orders::{Order, Payment};
use crate::postgres::Postgres;
use crate::routes::{self, FINISH, NOTIFICATION};
use crate::shop::Shop;
use crate::sqlite::Sqlite;
use crate::worker::{Desk, Working};

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

/// What the books are kept in.
#[derive(Clone, Copy)]
enum Kind {
    Sqlite,
    Postgres(&'static PrivatePostgres),
}

impl Kind {
    /// `None` where it is not installed.
    fn postgres() -> Option<Self> {
        static SERVER: OnceLock<Option<PrivatePostgres>> = OnceLock::new();
        SERVER.get_or_init(|| PrivatePostgres::start_or_skip("the shop on PostgreSQL")).as_ref().map(Self::Postgres)
    }

    /// Books without an order.
    async fn books(self) -> Arc<dyn Books> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("shop_test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        match self {
            Self::Sqlite => Arc::new(Sqlite::temporary(&name).unwrap()),
            Self::Postgres(server) => {
                let url = server.url();
                let all = sqlx::PgPool::connect(&url).await.unwrap();
                sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&all).await.unwrap();
                all.close().await;
                Arc::new(Postgres::open(&url.replace("/postgres?", &format!("/{name}?"))).await.unwrap())
            }
        }
    }
}

struct Town {
    gateway: Arc<Gateway>,
    shop: Shop,
    router: Router,
    desk: Desk,
    entries: UnboundedReceiver<Entry>,
}

async fn town(kind: Kind, answers: impl IntoIterator<Item = Option<(u16, String)>>) -> Town {
    let gateway = Arc::new(Gateway { answers: Mutex::new(answers.into_iter().collect()), ..Gateway::default() });
    let environment = Environment::custom("http://127.0.0.1:9").unwrap();
    let merchant = Merchant::new(environment, ServerKey::new(KEY).unwrap()).unwrap();
    let (journal, entries) = Journal::new();
    let transport = Arc::clone(&gateway) as Arc<dyn AsyncTransport>;
    let desk = Desk::new(Arc::clone(&transport), merchant.clone(), journal.clone());
    let shop = Shop { client: AsyncClient::new(transport, merchant), books: kind.books().await, journal };
    Town { gateway, router: routes::router(shop.clone()), shop, desk, entries }
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

    async fn pay_again(&self) -> Response<Body> {
        self.ask(Request::post("/orders/order-1/pay").body(Body::empty()).unwrap()).await
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

    /// The worker does all that is due now.
    async fn work(&self) {
        self.work_at(SystemTime::now).await;
    }

    /// The worker does all that is due then.
    async fn work_at(&self, clock: fn() -> SystemTime) {
        let desk = Desk { clock, ..self.desk.clone() };
        while self.shop.books.round(desk.clone()).await.unwrap() > 0 {}
    }

    fn calls(&self) -> Vec<String> {
        self.gateway.calls.lock().unwrap().clone()
    }

    async fn stored(&self) -> Order {
        self.shop.books.order("order-1").await.unwrap().unwrap()
    }

    async fn payment(&self) -> (Payment, u32) {
        let order = self.stored().await;
        (order.payment, order.shipped)
    }
}

const PAID: Payment = Payment::Became(Outcome::Paid);
const PENDING: Payment = Payment::Became(Outcome::Pending);

/// When the gateway may be asked again.
fn in_half_a_minute() -> SystemTime {
    SystemTime::now() + Duration::from_secs(30)
}

/// When no attempt of a charge can arrive any more.
fn in_five_minutes() -> SystemTime {
    SystemTime::now() + Duration::from_secs(300)
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
    while !matches!(town.entries.recv().await.unwrap(), Entry::Acted(_, Outcome::Paid)) {}
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
