//! A shop that takes payments with Akulaku and keeps its orders in SQLite.

use std::env;
use std::fmt::Display;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use midtrans_axum::protocol::decision::Extent;
use midtrans_axum::protocol::{
    Charge, CustomerDetails, Environment, InvalidInput, ItemDetails, Merchant, Notification,
    OrderId, Rupiah, ServerKey, ServerKeys, TransactionDetails,
};
use midtrans_axum::{Answered, notifications};
use midtrans_inbox_sqlite::{Change, Charged, GroupWriter, HandlerError, Outcome, Stop, Worker};
use midtrans_ureq::midtrans_transport::{OsRandom, RandomSource};
use midtrans_ureq::{Client, UreqTransport};
use rusqlite::{Connection, Transaction};
use tokio::signal::ctrl_c;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::spawn_blocking;

const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT";
const INSERT: &str =
    "INSERT INTO orders VALUES (?1, 'new') ON CONFLICT (id) DO UPDATE SET state = 'new'";
const UPDATE: &str = "UPDATE orders SET state = ?2 WHERE id = ?1";

#[derive(Clone)]
struct App {
    client: Client,
    file: String,
}

impl App {
    /// Runs SQLite, and the client that blocks, on a thread of their own.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Client, &mut Connection) -> Result<T, HandlerError> + Send + 'static,
    ) -> Result<T, StatusCode> {
        let app = self.clone();
        let worked = spawn_blocking(move || work(&app.client, &mut connect(&app.file)?)).await;
        worked.map_err(unavailable)?.map_err(unavailable)
    }
}

fn connect(file: &str) -> Result<Connection, HandlerError> {
    let database = Connection::open(file)?;
    midtrans_inbox_sqlite::tune(&database)?;
    Ok(database)
}

/// The order id is made with the page, before the click, so that two clicks are one order. It
/// cannot be guessed.
async fn checkout() -> Result<Html<String>, StatusCode> {
    let random = OsRandom.random().map_err(unavailable)?;
    let order = OrderId::unambiguous("toko", random >> 64).map_err(unavailable)?;
    Ok(Html(format!(
        "<form method=post action=/pay><input type=hidden name=order value={order}>\
         <button>Pay Rp 40.000 with Akulaku</button></form>"
    )))
}

#[derive(serde::Deserialize)]
struct Click {
    order: String,
}

async fn pay(State(app): State<App>, Form(click): Form<Click>) -> Result<Response, StatusCode> {
    let order = OrderId::new(click.order).map_err(|_| StatusCode::BAD_REQUEST)?;
    let charge = akulaku(&order).map_err(unavailable)?;
    let charged = app.with(move |client, database| {
        // Called once per order, in the commit before the charge; again only for an order whose
        // charge never arrived.
        let insert =
            |transaction: &Transaction<'_>| transaction.execute(INSERT, [order.as_str()]).map(drop);
        Ok(midtrans_inbox_sqlite::charge(
            database, client, &charge, insert,
        )?)
    });
    answer(charged.await?, app.client.merchant().environment())
}

fn akulaku(order: &OrderId) -> Result<Charge, InvalidInput> {
    let price = Rupiah::new(40_000); // from your own records, never from the form
    let details = TransactionDetails::new(order.clone(), price)?;
    let items = vec![ItemDetails::new("SHOE-42", "Sepatu", price, 1)];
    let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
    Charge::akulaku(details, items, customer)
}

/// Sends the customer to the pay page. A second click gets the same page.
fn answer(charged: Charged, environment: &Environment) -> Result<Response, StatusCode> {
    let words = match charged {
        Charged::Instructions(instructions) => match instructions.redirect(environment) {
            Some(url) => return Ok(Answered(url.into()).into_response()),
            None => "We are checking your payment.",
        },
        Charged::Unknown => "We are checking your payment.", // the worker finds out
        Charged::Refused(error) => return Err(unavailable(error)), // nothing was charged
        Charged::Decided(outcome) => outcome.as_str(),
        Charged::Differs(_) => "Another payment of this order is pending.",
    };
    Ok(words.into_response())
}

fn changed(transaction: &Transaction<'_>, change: &Change) -> rusqlite::Result<()> {
    if let Some(state) = state(change.outcome) {
        transaction.execute(UPDATE, (change.order_id.as_str(), state))?;
    }
    Ok(())
}

/// The state of an order after a change; `None` keeps it.
fn state(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Pending => Some("waiting"),
        Outcome::Paid => Some("to ship"), // told once
        Outcome::Failed(_) | Outcome::NotCharged => Some("closed"),
        Outcome::Refunded(Extent::Full) => Some("refunded"),
        Outcome::Disputed(Extent::Full) => Some("disputed"),
        // Of a part: book `change.refunds`. What is to be shipped is still to be shipped.
        Outcome::Refunded(Extent::Partial) | Outcome::Disputed(Extent::Partial) => None,
    }
}

#[tokio::main]
async fn main() -> Result<(), HandlerError> {
    let account = account()?;
    let keys = ServerKeys::from(account.server_key().clone());
    let file = env::var("DATABASE_FILE")?;
    let mut database = connect(&file)?;
    midtrans_inbox_sqlite::migrate(&mut database)?;
    database.execute_batch(TABLE)?;
    let client = Client::new(UreqTransport::new()?, account);

    let stop = Stop::new();
    let stopped = stop.clone();
    let worker = Worker::new(client.clone());
    let working = spawn_blocking(move || worker.run(&mut database, &stopped, changed));

    let writer = GroupWriter::start(connect(&file)?)?;
    let webhook = move |notification: Notification| writer.accept(&notification, SystemTime::now());
    let app = App { client, file };
    let pruning = tokio::spawn(prune(app.clone()));
    let router = Router::new()
        .route("/", get(checkout))
        .route("/pay", post(pay))
        .with_state(app)
        .route_service("/midtrans/notification", notifications(keys, webhook));
    let served = serve(router).await;
    pruning.abort();
    stop.stop(); // the server first, then the worker
    working.await?;
    served
}

/// The account of the environment's variables; the sandbox, where no other gateway is named.
fn account() -> Result<Merchant, HandlerError> {
    let environment = match env::var("MIDTRANS_ENVIRONMENT").as_deref() {
        Err(_) | Ok("sandbox") => Environment::Sandbox,
        Ok("production") => Environment::Production,
        Ok(simulator) => Environment::custom(simulator)?,
    };
    let key = ServerKey::new(env::var("MIDTRANS_SERVER_KEY")?)?;
    Ok(Merchant::new(environment, key)?)
}

async fn serve(router: Router) -> Result<(), HandlerError> {
    let address = env::var("LISTEN").unwrap_or("127.0.0.1:8192".into());
    let listener = tokio::net::TcpListener::bind(address).await?;
    let mut terminate = signal(SignalKind::terminate())?;
    let told_to_stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = ctrl_c() => {}
        }
    };
    axum::serve(listener, router)
        .with_graceful_shutdown(told_to_stop)
        .await?;
    Ok(())
}

/// Forgets personal data after ninety days.
async fn prune(app: App) {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    loop {
        let before = SystemTime::now() - 90 * DAY;
        let pruned = move |_: &Client, database: &mut Connection| {
            Ok(midtrans_inbox_sqlite::prune(database, before)?)
        };
        let _ = app.with(pruned).await;
        tokio::time::sleep(DAY).await;
    }
}

fn unavailable(error: impl Display) -> StatusCode {
    eprintln!("{error}");
    StatusCode::SERVICE_UNAVAILABLE
}
