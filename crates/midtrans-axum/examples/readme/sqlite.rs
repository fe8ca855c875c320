use std::{env, fmt::Display, time::{Duration, SystemTime}};
use axum::extract::{Form, State};
use axum::response::{Html, IntoResponse, Response};
use axum::{Router, http::StatusCode, routing::{get, post}};
use midtrans_axum::protocol::{
    Charge, CustomerDetails, Environment, Extent, ItemDetails, Merchant, Notification, OrderId, Rupiah, ServerKey, ServerKeys,
    TransactionDetails,
};
use midtrans_axum::{Answered, notifications};
use midtrans_inbox_sqlite::{Change, Charged, GroupWriter, HandlerError, Outcome, Stop, Worker};
use midtrans_ureq::{Client, UreqTransport, midtrans_transport::{OsRandom, RandomSource}};
use rusqlite::{Connection, Transaction};
use tokio::signal::{ctrl_c, unix::{SignalKind, signal}};
use tokio::task::spawn_blocking;

#[derive(Clone)] struct App { client: Client, file: String }

impl App {
    /// Runs SQLite, and the client that blocks, on a thread of their own.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Client, &mut Connection) -> Result<T, HandlerError> + Send + 'static,
    ) -> Result<T, StatusCode> {
        let app = self.clone();
        spawn_blocking(move || work(&app.client, &mut connect(&app.file)?)).await.map_err(broken)?.map_err(broken)
    }
}

fn connect(file: &str) -> Result<Connection, HandlerError> {
    let database = Connection::open(file)?;
    midtrans_inbox_sqlite::tune(&database)?;
    Ok(database)
}

// The order id is made with the page, before the click: two clicks are one order. It cannot be guessed.
async fn checkout() -> Result<Html<String>, StatusCode> {
    let order = OrderId::unambiguous("toko", OsRandom.random().map_err(broken)? >> 64).map_err(broken)?;
    let field = format!("<input type=hidden name=order value={order}>");
    Ok(Html(format!("<form method=post action=/pay>{field}<button>Pay Rp 40.000 with Akulaku</button></form>")))
}

#[derive(serde::Deserialize)] struct Click { order: String }
async fn pay(State(app): State<App>, Form(click): Form<Click>) -> Result<Response, StatusCode> {
    let order = OrderId::new(click.order).map_err(|_| StatusCode::BAD_REQUEST)?;
    let price = Rupiah::new(40_000); // from your own records, never from the form
    let details = TransactionDetails::new(order.clone(), price).map_err(broken)?;
    let items = vec![ItemDetails::new("SHOE-42", "Sepatu", price, 1)];
    let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
    let charge = Charge::akulaku(details, items, customer).map_err(broken)?;
    let charged = app.with(move |client, database| {
        // Called once per order, in the commit before the charge; again only for an order whose charge never arrived.
        let insert = |transaction: &Transaction<'_>| {
            let sql = "INSERT INTO orders VALUES (?1, 'new') ON CONFLICT (id) DO UPDATE SET state = 'new'";
            transaction.execute(sql, [order.as_str()]).map(drop)
        };
        Ok(midtrans_inbox_sqlite::charge(database, client, &charge, insert)?)
    });
    let words = match charged.await? {
        Charged::Instructions(pay_page) => match pay_page.redirect(app.client.merchant().environment()) {
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

fn changed(transaction: &Transaction<'_>, change: &Change) -> rusqlite::Result<()> {
    let state = match change.outcome {
        Outcome::Pending => "waiting",
        Outcome::Paid => "to ship", // told once
        Outcome::Failed(_) | Outcome::NotCharged => "closed",
        Outcome::Refunded(Extent::Full) => "refunded",
        Outcome::Disputed(Extent::Full) => "disputed",
        // Of a part: book change.refunds. What is to be shipped is still to be shipped.
        Outcome::Refunded(Extent::Partial) | Outcome::Disputed(Extent::Partial) => return Ok(()),
    };
    transaction.execute("UPDATE orders SET state = ?2 WHERE id = ?1", (change.order_id.as_str(), state)).map(drop)
}

#[tokio::main]
async fn main() -> Result<(), HandlerError> {
    let environment = env::var("MIDTRANS_ENVIRONMENT").map_or(Ok(Environment::Sandbox), |url| Environment::custom(&url))?;
    let account = Merchant::new(environment, ServerKey::new(env::var("MIDTRANS_SERVER_KEY")?)?)?;
    let keys = ServerKeys::from(account.server_key().clone());
    let app = App { client: Client::new(UreqTransport::new()?, account), file: env::var("DATABASE_FILE")? };
    let mut database = connect(&app.file)?;
    midtrans_inbox_sqlite::migrate(&mut database)?;
    database.execute_batch("CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT")?;
    let (stop, worker) = (Stop::new(), Worker::new(app.client.clone()));
    let stopped = stop.clone();
    let working = spawn_blocking(move || worker.run(&mut database, &stopped, changed));
    let pruning = tokio::spawn(prune(app.clone()));
    let writer = GroupWriter::start(connect(&app.file)?)?;
    let webhook = move |notification: Notification| writer.accept(&notification, SystemTime::now());
    let router = Router::new()
        .route("/", get(checkout))
        .route("/pay", post(pay))
        .with_state(app)
        .route_service("/midtrans/notification", notifications(keys, webhook));
    let listener = tokio::net::TcpListener::bind(env::var("LISTEN").unwrap_or("127.0.0.1:8192".into())).await?;
    let (mut terminate, ctrl_c) = (signal(SignalKind::terminate())?, ctrl_c());
    let told_to_stop = async move { tokio::select! { _ = terminate.recv() => {} _ = ctrl_c => {} } };
    let served = axum::serve(listener, router).with_graceful_shutdown(told_to_stop).await;
    pruning.abort();
    stop.stop(); // the server first, then the worker
    working.await?;
    Ok(served?)
}

// Personal data is forgotten after ninety days.
async fn prune(app: App) {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    loop {
        let before = SystemTime::now() - 90 * DAY;
        let _ = app.with(move |_, database| Ok(midtrans_inbox_sqlite::prune(database, before)?)).await;
        tokio::time::sleep(DAY).await;
    }
}

fn broken(error: impl Display) -> StatusCode {
    eprintln!("{error}");
    StatusCode::SERVICE_UNAVAILABLE
}
