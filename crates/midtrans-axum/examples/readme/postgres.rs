use std::{env, fmt::Display, time::{Duration, SystemTime}};
use axum::extract::{Form, State};
use axum::response::{Html, IntoResponse, Response};
use axum::{Router, http::StatusCode, routing::{get, post}};
use midtrans_axum::protocol::{
    Charge, CustomerDetails, Environment, Extent, ItemDetails, Merchant, Notification, OrderId, Rupiah, ServerKey, ServerKeys,
    TransactionDetails,
};
use midtrans_axum::{Answered, notifications};
use midtrans_inbox_postgres::{Change, Charged, Handler, HandlerError, Inbox, Outcome, Worker};
use midtrans_reqwest::{Client, ReqwestTransport, midtrans_transport::{OsRandom, RandomSource}};
use sqlx::{PgConnection, PgPool};
use tokio::signal::{ctrl_c, unix::{SignalKind, signal}};

#[derive(Clone)] struct App { client: Client, inbox: Inbox }

// The order id is made with the page, before the click: two clicks are one order. It cannot be guessed.
async fn checkout() -> Result<Html<String>, StatusCode> {
    let order = OrderId::unambiguous("toko", OsRandom.random().map_err(broken)? >> 64).map_err(broken)?;
    let field = format!("<input type=hidden name=order value={order}>");
    Ok(Html(format!("<form method=post action=/pay>{field}<button>Pay Rp 40.000 with Akulaku</button></form>")))
}

#[derive(serde::Deserialize)] struct Click { order: String }
async fn pay(State(App { client, inbox }): State<App>, Form(click): Form<Click>) -> Result<Response, StatusCode> {
    let order = OrderId::new(click.order).map_err(|_| StatusCode::BAD_REQUEST)?;
    let price = Rupiah::new(40_000); // from your own records, never from the form
    let details = TransactionDetails::new(order.clone(), price).map_err(broken)?;
    let items = vec![ItemDetails::new("SHOE-42", "Sepatu", price, 1)];
    let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
    let charge = Charge::akulaku(details, items, customer).map_err(broken)?;
    // Called once per order, in the commit before the charge; again only for an order whose charge never arrived.
    let insert = async |database: &mut PgConnection| {
        let sql = "INSERT INTO orders VALUES ($1, 'new') ON CONFLICT (id) DO UPDATE SET state = 'new'";
        sqlx::query(sql).bind(order.as_str()).execute(database).await.map(drop)
    };
    let words = match inbox.charge(&client, &charge, insert).await.map_err(broken)? {
        Charged::Instructions(pay_page) => match pay_page.redirect(client.merchant().environment()) {
            Some(url) => return Ok(Answered(url.into()).into_response()), // a second click gets the same page
            None => "We are checking your payment.",
        },
        Charged::Unknown => "We are checking your payment.", // the worker finds out
        Charged::Refused(error) => return Err(broken(error)), // nothing was charged; it may be tried again
        Charged::Decided(outcome) => outcome.as_str(),
        Charged::Differs(_) => "Another payment of this order is pending.",
    };
    Ok(words.into_response())
}

struct Orders;
#[async_trait::async_trait]
impl Handler for Orders {
    async fn changed(&self, database: &mut PgConnection, change: &Change) -> Result<(), HandlerError> {
        let state = match change.outcome {
            Outcome::Pending => "waiting",
            Outcome::Paid => "to ship", // told once
            Outcome::Failed(_) | Outcome::NotCharged => "closed",
            Outcome::Refunded(Extent::Full) => "refunded",
            Outcome::Disputed(Extent::Full) => "disputed",
            // Of a part: book change.refunds. What is to be shipped is still to be shipped.
            Outcome::Refunded(Extent::Partial) | Outcome::Disputed(Extent::Partial) => return Ok(()),
        };
        let sql = "UPDATE orders SET state = $2 WHERE id = $1";
        sqlx::query(sql).bind(change.order_id.as_str()).bind(state).execute(database).await?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), HandlerError> {
    let environment = env::var("MIDTRANS_ENVIRONMENT").map_or(Ok(Environment::Sandbox), |url| Environment::custom(&url))?;
    let account = Merchant::new(environment, ServerKey::new(env::var("MIDTRANS_SERVER_KEY")?)?)?;
    let keys = ServerKeys::from(account.server_key().clone());
    let pool = PgPool::connect(&env::var("DATABASE_URL")?).await?;
    sqlx::raw_sql("CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, state TEXT NOT NULL)").execute(&pool).await?;
    let app = App { client: Client::new(ReqwestTransport::new()?, account), inbox: Inbox::of(&pool) };
    app.inbox.migrate().await?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = Worker::new(app.inbox.clone(), app.client.clone());
    let working = tokio::spawn(async move { worker.run(async { drop(stopped.await) }, &Orders).await });
    tokio::spawn(prune(app.inbox.clone()));
    let inbox = app.inbox.clone();
    let webhook = move |notification: Notification| {
        let inbox = inbox.clone();
        async move { inbox.accept(&notification, SystemTime::now()).await }
    };
    let router = Router::new()
        .route("/", get(checkout))
        .route("/pay", post(pay))
        .with_state(app)
        .route_service("/midtrans/notification", notifications(keys, webhook));
    let listener = tokio::net::TcpListener::bind(env::var("LISTEN").unwrap_or("127.0.0.1:8192".into())).await?;
    let (mut terminate, ctrl_c) = (signal(SignalKind::terminate())?, ctrl_c());
    let told_to_stop = async move { tokio::select! { _ = terminate.recv() => {} _ = ctrl_c => {} } };
    let served = axum::serve(listener, router).with_graceful_shutdown(told_to_stop).await;
    drop(stop); // the server first, then the worker
    working.await?;
    Ok(served?)
}

// Personal data is forgotten after ninety days.
async fn prune(inbox: Inbox) {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    loop {
        let _ = inbox.prune(SystemTime::now() - 90 * DAY).await.map_err(broken);
        tokio::time::sleep(DAY).await;
    }
}

fn broken(error: impl Display) -> StatusCode {
    eprintln!("{error}");
    StatusCode::SERVICE_UNAVAILABLE
}
