//! A shop without sockets: a gateway that answers as the test says, a store of each kind, and a
//! worker for each moment.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use midtrans_axum::protocol::notification::signature;
use midtrans_axum::protocol::{Environment, Merchant, ServerKey};
use midtrans_inbox::Outcome;
use midtrans_private_postgres::PrivatePostgres;
use midtrans_reqwest::midtrans_transport::{
    self, AsyncTransport, Limits, Reach, TransportError, TransportErrorKind,
};
use tokio::sync::mpsc::UnboundedReceiver;
use tower::ServiceExt;

use crate::journal::{Entry, Journal};
use crate::orders::{Order, Payment};
use crate::pages::Libraries;
use crate::postgres::Postgres;
use crate::routes::{self, NOTIFICATION};
use crate::shop::{Client, Shop};
use crate::sqlite::Sqlite;
use crate::store::Store;
use crate::turns::Turns;
use crate::worker::WorkerConfig;

const KEY: &str = "SB-Mid-server-abc123cde456";

/// `None` is an answer that got lost on the way.
pub(crate) type Answers = VecDeque<Option<(u16, String)>>;

#[derive(Default)]
pub(crate) struct Gateway {
    pub(crate) answers: Mutex<Answers>,
    calls: Mutex<Vec<String>>,
    /// The bodies of all calls.
    pub(crate) bodies: Mutex<Vec<String>>,
    /// The idempotency keys of the charges, in the order of their attempts.
    pub(crate) keys: Mutex<Vec<String>>,
    store: OnceLock<Arc<dyn Store>>,
}

#[async_trait::async_trait]
impl AsyncTransport for Gateway {
    async fn send(
        &self,
        request: midtrans_transport::Request,
        _: Limits,
    ) -> Result<midtrans_transport::Response, TransportError> {
        self.calls
            .lock()
            .unwrap()
            .push(format!("{} {}", request.method(), request.uri().path()));
        let body = String::from_utf8_lossy(request.body()).into_owned();
        self.bodies.lock().unwrap().push(body);
        if let (Some(key), "/v2/charge") = (
            request.headers().get("idempotency-key"),
            request.uri().path(),
        ) {
            let order = self.store.get().unwrap().order("order-1").await.unwrap();
            assert!(order.is_some(), "charged before it was written down");
            self.keys
                .lock()
                .unwrap()
                .push(key.to_str().unwrap().to_owned());
        }
        let lost = || TransportError::new(TransportErrorKind::Timeout, Reach::Unknown);
        let (status, body) = self
            .answers
            .lock()
            .unwrap()
            .pop_front()
            .flatten()
            .ok_or_else(lost)?;
        Ok(Response::builder()
            .status(status)
            .body(body.into_bytes())
            .unwrap())
    }

    async fn pause(&self, _: Duration) {}
}

/// The database of a test.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Sqlite,
    Postgres(&'static PrivatePostgres),
}

impl Kind {
    /// `None` where it is not installed.
    pub(crate) fn postgres() -> Option<Self> {
        static SERVER: OnceLock<Option<PrivatePostgres>> = OnceLock::new();
        SERVER
            .get_or_init(|| PrivatePostgres::start_or_skip("the shop on PostgreSQL"))
            .as_ref()
            .map(Self::Postgres)
    }

    /// A store without an order.
    async fn store(self) -> Arc<dyn Store> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("shop_test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        match self {
            Self::Sqlite => Arc::new(Sqlite::temporary(&name).unwrap()),
            Self::Postgres(server) => {
                let url = server.url();
                let all = sqlx::PgPool::connect(&url).await.unwrap();
                sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
                    .execute(&all)
                    .await
                    .unwrap();
                all.close().await;
                Arc::new(
                    Postgres::open(&url.replace("/postgres?", &format!("/{name}?")))
                        .await
                        .unwrap(),
                )
            }
        }
    }
}

pub(crate) struct TestShop {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) shop: Shop,
    pub(crate) router: Router,
    pub(crate) worker_config: WorkerConfig,
    pub(crate) entries: UnboundedReceiver<Entry>,
}

pub(crate) async fn test_shop(
    kind: Kind,
    answers: impl IntoIterator<Item = Option<(u16, String)>>,
) -> TestShop {
    let store = kind.store().await;
    let gateway = Arc::new(Gateway {
        answers: Mutex::new(answers.into_iter().collect()),
        ..Gateway::default()
    });
    let environment = Environment::custom("http://127.0.0.1:9").unwrap();
    let merchant = Merchant::new(environment, ServerKey::new(KEY).unwrap()).unwrap();
    let (journal, entries) = Journal::new();
    let client = Client::new(Arc::clone(&gateway) as Arc<dyn AsyncTransport>, merchant);
    let worker_config = WorkerConfig::new(client.clone(), journal.clone());
    let store = Arc::clone(gateway.store.get_or_init(|| store));
    let shop = Shop {
        client,
        store,
        journal,
        finish_url: format!("http://shop.example{}", routes::FINISH),
        libraries: Libraries::at(
            "http://127.0.0.1:9",
            "SB-Mid-client-abc123cde456".to_owned(),
        ),
        turns: Turns::default(),
    };
    TestShop {
        gateway,
        router: routes::router(shop.clone()),
        shop,
        worker_config,
        entries,
    }
}

impl TestShop {
    pub(crate) async fn ask(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn order(&self, customer: &str) -> Response<Body> {
        self.order_with("kredivo", customer).await
    }

    pub(crate) async fn order_with(&self, offer: &str, customer: &str) -> Response<Body> {
        let form = format!("order_id=order-1&offer={offer}&{customer}");
        self.post("/orders", form).await
    }

    pub(crate) async fn pay_again(&self, offer: &str) -> Response<Body> {
        let form = format!("offer={offer}");
        self.post("/orders/order-1/pay", form).await
    }

    pub(crate) async fn post(&self, path: &str, form: String) -> Response<Body> {
        let request =
            Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.ask(request.body(form.into()).unwrap()).await
    }

    pub(crate) async fn open(&self, path: &str) -> Response<Body> {
        self.ask(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub(crate) async fn page(&self, path: &str) -> String {
        text(self.open(path).await).await
    }

    pub(crate) async fn notify(&self, code: &str, status: &str, amount: &str) -> StatusCode {
        let signed = signature::sign("order-1", code, amount, &ServerKey::new(KEY).unwrap());
        let body = format!(
            r#"{{"order_id":"order-1","status_code":"{code}","gross_amount":"{amount}","transaction_id":"t-1",
                "transaction_status":"{status}","fraud_status":"accept","signature_key":"{signed}"}}"#
        );
        let request = Request::post(NOTIFICATION).header("content-type", "application/json");
        self.ask(request.body(body.into()).unwrap()).await.status()
    }

    /// The worker does all that is due now.
    pub(crate) async fn work(&self) {
        self.work_after(0).await;
    }

    /// The worker does all that is due after so many seconds.
    pub(crate) async fn work_after(&self, seconds: u64) {
        let config = WorkerConfig {
            clock_ahead: Duration::from_secs(seconds),
            ..self.worker_config.clone()
        };
        while self.shop.store.round(config.clone()).await.unwrap() > 0 {}
    }

    pub(crate) fn calls(&self) -> Vec<String> {
        self.gateway.calls.lock().unwrap().clone()
    }

    pub(crate) async fn stored(&self) -> Order {
        self.shop.order("order-1").await.unwrap().unwrap()
    }

    pub(crate) async fn payment(&self) -> (Payment, u32) {
        let order = self.stored().await;
        (order.payment, order.shipped)
    }
}

pub(crate) const PAID: Payment = Payment::Became(Outcome::Paid);
pub(crate) const PENDING: Payment = Payment::Became(Outcome::Pending);

pub(crate) async fn text(response: Response<Body>) -> String {
    String::from_utf8(
        to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap()
            .to_vec(),
    )
    .unwrap()
}

pub(crate) fn answer(code: &str, status: &str, more: &str) -> Option<(u16, String)> {
    answer_of("t-1", code, status, more)
}

pub(crate) fn answer_of(
    transaction: &str,
    code: &str,
    status: &str,
    more: &str,
) -> Option<(u16, String)> {
    let body = format!(
        r#"{{"status_code":"{code}","order_id":"order-1","gross_amount":"770000.00","transaction_id":"{transaction}",
            "transaction_status":"{status}"{more}}}"#
    );
    Some((200, body))
}

pub(crate) fn charged() -> Option<(u16, String)> {
    answer(
        "201",
        "pending",
        r#","redirect_url":"http://127.0.0.1:9/pay""#,
    )
}

pub(crate) fn refusal(code: u16) -> Option<(u16, String)> {
    Some((
        200,
        format!(r#"{{"status_code":"{code}","status_message":"no"}}"#),
    ))
}
