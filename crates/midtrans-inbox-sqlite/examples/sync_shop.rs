//! A whole shop without an async runtime that never loses a payment: threads, ureq, SQLite and a
//! small HTTP server.
//!
//! ```text
//! cargo run -p midtrans-cli -- simulate --finish-url http://127.0.0.1:8191/midtrans/finish \
//!     --notification-url http://127.0.0.1:8191/midtrans/notification
//! cargo run -p midtrans-inbox-sqlite --example sync_shop     # then open http://127.0.0.1:8191
//! ```
//!
//! | variable | meaning | without it |
//! |---|---|---|
//! | `MIDTRANS_SERVER_KEY` | the account's server key | the simulator's |
//! | `MIDTRANS_ENVIRONMENT` | `sandbox`, or the base URL of a simulator | `http://127.0.0.1:8180` |
//! | `DATABASE_FILE` | where orders and inbox are kept | `sync_shop.db` |
//! | `PORT` | where the shop listens | 8191 |

use std::env;
use std::io::Cursor;
use std::sync::Arc;
use std::thread;
use std::time::SystemTime;

use midtrans_inbox_sqlite::inbox::SETTLEMENT_IS_TOLD_AFTER;
use midtrans_inbox_sqlite::protocol::decision::Extent;
use midtrans_inbox_sqlite::protocol::webhook::landing::Landing;
use midtrans_inbox_sqlite::protocol::webhook::{Answer, Intake, Rejection};
use midtrans_inbox_sqlite::protocol::{
    Charge, CustomerDetails, Environment, ItemDetails, Merchant, OrderId, Rupiah, ServerKey,
    ServerKeys, TransactionDetails, notification,
};
use midtrans_inbox_sqlite::{
    Change, Charged, HandlerError, Outcome, Stop, Worker, accept, ask_by, charge, migrate, tune,
};
use midtrans_ureq::UreqTransport;
use midtrans_ureq::midtrans_transport::{
    BlockingClient, BlockingTransport, OsRandom, RandomSource,
};
use rusqlite::{Connection, OptionalExtension, Transaction};
use tiny_http::{Header, Request, Response, Server};

type Page = Response<Cursor<Vec<u8>>>;

fn main() -> Result<(), HandlerError> {
    let setting = |name: &str, or: &str| env::var(name).unwrap_or(or.into());
    let environment = match setting("MIDTRANS_ENVIRONMENT", "http://127.0.0.1:8180").as_str() {
        "sandbox" => Environment::Sandbox,
        base => Environment::custom(base)?,
    };
    let key = ServerKey::new(setting("MIDTRANS_SERVER_KEY", "SB-Mid-server-simulator"))?;
    let client = BlockingClient::new(UreqTransport::new()?, Merchant::new(environment, key)?);
    let shop = Shop::open(client, setting("DATABASE_FILE", "sync_shop.db"))?;
    let server = Server::http(format!("127.0.0.1:{}", setting("PORT", "8191")))?;
    println!("open http://{}", server.server_addr());
    // Ended at any moment, it loses nothing: the next start continues.
    serve(&Arc::new(shop), &Arc::new(server), &Stop::new())
}

/// Serves with four threads, and runs the worker in a fifth, until the server ends.
fn serve<T: BlockingTransport + 'static>(
    shop: &Arc<Shop<T>>,
    server: &Arc<Server>,
    stop: &Stop,
) -> Result<(), HandlerError> {
    let mut database = connect(&shop.file)?;
    let (worker, stopped) = (Worker::new(shop.client.clone()), stop.clone());
    let worker = thread::spawn(move || worker.run(&mut database, &stopped, changed));
    let threads = [(); 4].map(|()| {
        let (shop, server) = (Arc::clone(shop), Arc::clone(server));
        thread::spawn(move || {
            for mut request in server.incoming_requests() {
                let page = shop.answer(&mut request).unwrap_or_else(|error| {
                    eprintln!("{error}");
                    page("Something in this shop does not work.").with_status_code(503)
                });
                // If the browser or the gateway is gone, it sends the request again.
                drop(request.respond(page));
            }
        })
    });
    for thread in threads {
        drop(thread.join());
    }
    stop.stop();
    worker.join().map_err(|_| "the worker panicked".into())
}

fn connect(file: &str) -> Result<Connection, HandlerError> {
    let database = Connection::open(file)?;
    tune(&database)?;
    Ok(database)
}

/// Acts on a change, in the inbox's own commit.
fn changed(transaction: &Transaction<'_>, change: &Change) -> rusqlite::Result<()> {
    let state = match change.outcome {
        Outcome::Pending => "waiting",
        Outcome::Paid => "to ship",
        Outcome::Failed(_) | Outcome::NotCharged => "closed",
        Outcome::Refunded(Extent::Full) => "refunded",
        Outcome::Disputed(Extent::Full) => "disputed",
        // Partial: the rest of the order is still to be shipped.
        Outcome::Refunded(Extent::Partial) | Outcome::Disputed(Extent::Partial) => return Ok(()),
    };
    transaction
        .execute(
            "UPDATE orders SET state = ?2 WHERE id = ?1",
            (change.order_id.as_str(), state),
        )
        .map(drop)
}

struct Shop<T> {
    client: BlockingClient<T>,
    keys: ServerKeys,
    file: String,
}

impl<T: BlockingTransport + 'static> Shop<T> {
    fn open(client: BlockingClient<T>, file: String) -> Result<Self, HandlerError> {
        let mut database = connect(&file)?;
        migrate(&mut database)?;
        database.execute_batch(
            "CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT",
        )?;
        Ok(Self {
            keys: client.merchant().server_key().clone().into(),
            client,
            file,
        })
    }

    fn answer(&self, request: &mut Request) -> Result<Page, HandlerError> {
        let url = request.url().to_owned();
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        Ok(match (request.method().as_str(), path) {
            ("GET", "/") => checkout()?,
            ("POST", "/pay") => self.pay(OrderId::new(query)?)?,
            ("GET", "/midtrans/finish") => self.landed(&Landing::from_query(query))?,
            ("POST", "/midtrans/finish") => {
                match Intake::form(header(request)).and_then(|it| it.read(request.as_reader())) {
                    Ok(body) => self.landed(&Landing::from_form(&body))?,
                    Err(rejection) => response(&rejection.into()),
                }
            }
            // Every HTTP method: the webhook also answers probes.
            (_, "/midtrans/notification") => response(&self.notified(request)),
            _ => page("There is nothing here.").with_status_code(404),
        })
    }

    /// Sends the customer to the pay page. A second click gets the same one.
    fn pay(&self, order: OrderId) -> Result<Page, HandlerError> {
        let details = TransactionDetails::new(order.clone(), Rupiah::new(40_000))?;
        let items = vec![ItemDetails::new(
            "SHOE-42",
            "Sepatu",
            Rupiah::new(40_000),
            1,
        )];
        let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
        let wanted = Charge::akulaku(details, items, customer)?;
        let insert = |transaction: &Transaction<'_>| {
            let sql = "INSERT INTO orders VALUES (?1, 'new') ON CONFLICT (id) DO UPDATE SET state = 'new'";
            transaction.execute(sql, [order.as_str()]).map(drop)
        };
        let words = match charge(&mut connect(&self.file)?, &self.client, &wanted, insert)? {
            Charged::Instructions(instructions) => {
                match instructions.redirect(self.client.merchant().environment()) {
                    Some(url) => return Ok(response(&url.into())),
                    None => "We are checking your payment.",
                }
            }
            Charged::Unknown => "We are checking your payment.",
            Charged::Refused(_) => {
                "The payment could not be started. Nothing was charged; you may try again."
            }
            Charged::Decided(outcome) => outcome.as_str(),
            Charged::Differs(_) => "Another payment of this order is pending.",
        };
        Ok(page(words))
    }

    /// Answers a returning customer. The page shows the stored state of the order, and not the
    /// browser's claim.
    fn landed(&self, landing: &Landing) -> Result<Page, HandlerError> {
        let Some(order) = landing.order() else {
            return Ok(page("We are checking your order."));
        };
        let database = connect(&self.file)?;
        ask_by(
            &database,
            order.as_str(),
            SystemTime::now() + SETTLEMENT_IS_TOLD_AFTER,
        )?;
        let state = "SELECT state FROM orders WHERE id = ?1";
        let state: Option<String> = database
            .query_row(state, [order.as_str()], |row| row.get(0))
            .optional()?;
        Ok(match state.as_deref() {
            None => page("We do not know this order.").with_status_code(404),
            Some("to ship") => page(&format!("Order {order} is paid.")),
            Some("new" | "waiting") => page(&format!("We are checking order {order}.")),
            Some(state) => page(&format!("Order {order} is {state}.")),
        })
    }

    /// Verifies and stores a notification; the worker does the rest.
    fn notified(&self, request: &mut Request) -> Answer {
        let intake = Intake::notification(request.method().as_str(), header(request));
        let body = intake.and_then(|intake| intake.read(request.as_reader()));
        match body.and_then(|body| notification::verify(&body, &self.keys)) {
            Ok(notification) => {
                let stored = connect(&self.file)
                    .and_then(|it| Ok(accept(&it, &notification, SystemTime::now())?));
                stored.inspect_err(|error| eprintln!("{error}")).into()
            }
            Err(rejection) => Rejection::into(rejection),
        }
    }
}

/// The order id is made with the page, so that two clicks are one order.
fn checkout() -> Result<Page, HandlerError> {
    let order = OrderId::unambiguous("sync", OsRandom.random()? >> 64)?;
    Ok(page(&format!(
        "<form method=post action='/pay?{order}'><button>Pay Rp 40.000 with Akulaku</button></form>"
    )))
}

fn header<'h>(request: &'h Request) -> impl Fn(&'static str) -> Option<&'h [u8]> {
    |name| {
        request
            .headers()
            .iter()
            .find(|header| header.field.equiv(name))
            .map(|header| header.value.as_bytes())
    }
}

fn response(answer: &Answer) -> Page {
    let mut response =
        Response::from_string(answer.text()).with_status_code(answer.status().as_u16());
    let location = answer
        .location()
        .and_then(|url| Header::from_bytes("location", url).ok());
    let others = answer
        .headers()
        .filter_map(|(name, value)| Header::from_bytes(name, value).ok());
    for header in others.chain(location) {
        response.add_header(header);
    }
    response
}

/// The only outside text in it are order ids, which need no HTML escapes.
fn page(words: &str) -> Page {
    let page = Response::from_string(format!("<!doctype html><title>Shop</title><p>{words}</p>"));
    page.with_header(Header::from_bytes("Content-Type", "text/html; charset=utf-8").expect("ASCII"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use midtrans_inbox_sqlite::protocol::notification::signature;
    use midtrans_ureq::midtrans_transport::{Limits, Request, Response};
    use midtrans_ureq::ureq;

    /// Answers a charge with a pay page, and Get Status with a settlement.
    fn gateway(request: &Request) -> Response {
        let status = match request.uri().path() {
            "/v2/charge" => {
                r#""status_code":"201","transaction_status":"pending","redirect_url":"http://127.0.0.1:1/pay""#
            }
            _ => r#""status_code":"200","transaction_status":"settlement""#,
        };
        let body = format!(
            r#"{{"order_id":"order-101","gross_amount":"40000.00","transaction_id":"t-1",{status}}}"#
        );
        Response::new(body.into_bytes())
    }

    #[test]
    fn an_order_is_paid_once_the_gateway_was_asked_and_not_before() {
        let key = ServerKey::new("SB-Mid-server-simulator").unwrap();
        let merchant = Merchant::new(
            Environment::custom("http://127.0.0.1:1").unwrap(),
            key.clone(),
        )
        .unwrap();
        let client = BlockingClient::new(
            |request: Request, _: Limits| Ok(gateway(&request)),
            merchant,
        );
        let file = env::temp_dir().join(format!("midtrans-sync-shop-{}.db", std::process::id()));
        let remove = || {
            ["", "-wal", "-shm"].map(|end| std::fs::remove_file(format!("{}{end}", file.display())))
        };
        drop(remove());
        let shop = Arc::new(Shop::open(client, file.to_str().unwrap().to_owned()).unwrap());
        let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
        let at = format!("http://{}", server.server_addr());
        let (stop, serving) = (Stop::new(), Arc::clone(&server));
        let told = stop.clone();
        let served =
            thread::spawn(move || serve(&shop, &serving, &told).map_err(|error| error.to_string()));

        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .into();
        let click = || {
            agent
                .post(format!("{at}/pay?order-101"))
                .send_empty()
                .unwrap()
        };
        assert_eq!(click().headers()["location"], "http://127.0.0.1:1/pay");
        assert_eq!(click().headers()["location"], "http://127.0.0.1:1/pay");
        let landing = || {
            agent
                .get(format!("{at}/midtrans/finish?order_id=order-101"))
                .call()
                .unwrap()
        };
        let landed = || landing().into_body().read_to_string().unwrap();
        let webhook = format!("{at}/midtrans/notification");
        let send = |body: &str| {
            agent
                .post(&webhook)
                .content_type("application/json")
                .send(body)
                .unwrap()
                .status()
        };

        let signed = signature::sign("order-101", "200", "40000.00", &key);
        let body = format!(
            r#"{{"order_id":"order-101","status_code":"200","gross_amount":"40000.00",
                "transaction_status":"settlement","fraud_status":"accept","signature_key":"{signed}"}}"#
        );
        assert_eq!(send(&body.replace("40000", "1")), 403);
        assert!(landed().contains("We are checking order order-101."));
        assert_eq!(send(&body), 200);
        while !landed().contains("Order order-101 is paid.") {}
        assert!(
            click()
                .into_body()
                .read_to_string()
                .unwrap()
                .contains("paid")
        );
        assert_eq!(
            agent.get(&webhook).call().unwrap().headers()["allow"],
            "POST"
        );
        // Each thread is unblocked once.
        for _ in 0..4 {
            server.unblock();
        }
        served.join().unwrap().unwrap();
        drop(remove());
    }
}
