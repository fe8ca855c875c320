//! A whole shop without any async runtime: charge, pay page, way back, webhook. Threads, ureq and a small HTTP server.
//!
//! ```text
//! cargo run -p midtrans-simulator -- --finish-url http://127.0.0.1:8191/midtrans/finish \
//!     --notification-url http://127.0.0.1:8191/midtrans/notification
//! cargo run -p midtrans-ureq --example sync_shop     # then open http://127.0.0.1:8191
//! ```
//!
//! | variable | meaning | without it |
//! |---|---|---|
//! | `MIDTRANS_SERVER_KEY` | the account's server key | the simulator's |
//! | `MIDTRANS_ENVIRONMENT` | `sandbox`, or the base URL of a simulator | `http://127.0.0.1:8180` |
//! | `PORT` | where the shop listens | 8191 |

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use midtrans_ureq::protocol::{
    Answer, Charge, CustomerDetails, Decision, Environment, Expected, Intake, ItemDetails, Landing, Merchant,
    Notification, OrderId, RedirectUrl, Rejection, Rupiah, ServerKey, ServerKeys, TransactionDetails, notification,
};
use midtrans_ureq::{Client, UreqTransport};
use tiny_http::{Header, Request, Response, Server};

type Page = Response<std::io::Cursor<Vec<u8>>>;

struct Shop {
    client: Client,
    environment: Environment,
    keys: ServerKeys,
    /// What is expected for each order, and what is known about it. A real shop has a database.
    orders: Mutex<HashMap<String, (Expected, Option<Decision>)>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let setting = |name: &str, or: &str| env::var(name).unwrap_or(or.into());
    let environment = match setting("MIDTRANS_ENVIRONMENT", "http://127.0.0.1:8180").as_str() {
        "sandbox" => Environment::Sandbox,
        base => Environment::custom(base)?,
    };
    let key = ServerKey::new(setting("MIDTRANS_SERVER_KEY", "SB-Mid-server-simulator"))?;
    let shop = Arc::new(Shop::new(environment, key)?);
    let server = Server::http(format!("127.0.0.1:{}", setting("PORT", "8191"))).map_err(|error| error.to_string())?;
    println!("open http://{}", server.server_addr());
    serve(&shop, &Arc::new(server));
    Ok(())
}

/// Four threads take what comes, until the server ends.
fn serve(shop: &Arc<Shop>, server: &Arc<Server>) {
    let workers = [(); 4].map(|()| {
        let (shop, server) = (Arc::clone(shop), Arc::clone(server));
        thread::spawn(move || {
            for mut request in server.incoming_requests() {
                let page = shop.answer(&mut request);
                // The browser or the gateway may be gone; it comes again.
                drop(request.respond(page));
            }
        })
    });
    for worker in workers {
        drop(worker.join());
    }
}

impl Shop {
    fn new(environment: Environment, key: ServerKey) -> Result<Self, Box<dyn Error>> {
        let client = Client::new(UreqTransport::new(), Merchant::new(environment.clone(), key.clone())?);
        Ok(Self { client, environment, keys: key.into(), orders: Mutex::default() })
    }

    fn answer(&self, request: &mut Request) -> Page {
        let url = request.url().to_owned();
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        match (request.method().as_str(), path) {
            ("GET", "/") => page("<form method=post action=/pay><button>Pay Rp 40.000 with Akulaku</button></form>"),
            ("POST", "/pay") => self.pay().unwrap_or_else(|error| {
                // It may have arrived all the same. A real shop asks `client.status()` where `outcome_unknown()`.
                eprintln!("pay: {error}");
                page("The payment could not be started.").with_status_code(503)
            }),
            ("GET", "/midtrans/finish") => self.landed(&Landing::from_query(query)),
            ("POST", "/midtrans/finish") => self.landed(&form(request).or_query(query)),
            // Every method: the webhook tells probes what it is.
            (_, "/midtrans/notification") => response(&self.notified(request)),
            _ => page("There is nothing here.").with_status_code(404),
        }
    }

    /// Writes down what is expected, charges, and sends the customer to the pay page.
    fn pay(&self) -> Result<Page, Box<dyn Error>> {
        let id = format!("sync-{}", SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos());
        let expected = Expected::new(OrderId::new(id.as_str())?, Rupiah::new(40_000));
        let order = TransactionDetails::new(expected.order_id().clone(), expected.amount())?;
        let items = vec![ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(40_000), 1)];
        let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
        self.orders.lock().map_err(|_| "the shop is broken")?.insert(id, (expected, None));
        let transaction = self.client.charge(&Charge::akulaku(order, items, customer)?)?;
        let url = transaction.redirect_url().ok_or("the gateway gave no pay page")?;
        Ok(response(&RedirectUrl::new(&url, &self.environment)?.into()))
    }

    /// The customer is back. What the browser says is not looked at: the order says what is known.
    fn landed(&self, landing: &Landing) -> Page {
        let Some(order) = landing.order() else { return page("We are checking your order.") };
        match self.orders.lock().map(|orders| orders.get(order.as_str()).map(|(_, decision)| *decision)) {
            Ok(Some(Some(Decision::Paid))) => page(&format!("Order {order} is paid.")),
            Ok(Some(_)) => page(&format!("We are checking order {order}.")),
            _ => page("We do not know this order.").with_status_code(404),
        }
    }

    fn notified(&self, request: &mut Request) -> Answer {
        match notification(request, &self.keys) {
            Ok(notification) => self.store(&notification).into(),
            Err(rejection) => rejection.into(),
        }
    }

    /// Duplicates and orders of nobody are stored too, as far as the gateway is concerned.
    fn store(&self, notification: &Notification) -> Result<(), Box<dyn Error>> {
        let find = |id: &str| self.orders.lock().map(|orders| orders.get(id).map(|(expected, _)| expected.clone()));
        let Some(expected) = find(notification.order_id()).map_err(|_| "the shop is broken")? else { return Ok(()) };
        // Asks the gateway where the notification alone does not decide, so no lock is held.
        let decision = self.client.confirm(&expected, notification)?;
        println!("{}: {decision:?}", notification.order_id());
        let mut orders = self.orders.lock().map_err(|_| "the shop is broken")?;
        if let Some((_, known)) = orders.get_mut(notification.order_id()) {
            // An older message that comes late takes nothing back.
            if known.is_none() || decision != Decision::Pending {
                *known = Some(decision);
            }
        }
        Ok(())
    }
}

fn notification(request: &mut Request, keys: &ServerKeys) -> Result<Notification, Rejection> {
    let intake = Intake::notification(request.method().as_str(), header(request))?;
    notification::verify(&read(intake, request)?, keys)
}

/// A form that cannot be read says nothing: the customer gets the page all the same.
fn form(request: &mut Request) -> Landing {
    let intake = Intake::form(header(request));
    let read = intake.and_then(|intake| read(intake, request));
    read.map_or_else(|_| Landing::default(), |form| Landing::from_form(&form))
}

fn read(mut intake: Intake, request: &mut Request) -> Result<Vec<u8>, Rejection> {
    let mut piece = [0; 2048];
    loop {
        match request.as_reader().read(&mut piece).map_err(|_| Rejection::Incomplete)? {
            0 => return Ok(intake.into_bytes()),
            length => intake.push(&piece[..length])?,
        }
    }
}

fn header<'h>(request: &'h Request) -> impl Fn(&'static str) -> Option<&'h [u8]> {
    |name| request.headers().iter().find(|header| header.field.equiv(name)).map(|header| header.value.as_bytes())
}

fn response(answer: &Answer) -> Page {
    let mut response = Response::from_string(answer.text()).with_status_code(answer.status().as_u16());
    let location = answer.location().and_then(|url| Header::from_bytes("location", url).ok());
    let others = answer.headers().filter_map(|(name, value)| Header::from_bytes(name, value).ok());
    for header in others.chain(location) {
        response.add_header(header);
    }
    response
}

/// Nothing in it comes from outside but order ids, which mean nothing to HTML.
fn page(words: &str) -> Page {
    let page = Response::from_string(format!("<!doctype html><title>Shop</title><p>{words}</p>"));
    page.with_header(Header::from_bytes("Content-Type", "text/html; charset=utf-8").expect("ASCII"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use midtrans_ureq::protocol::signature;
    use midtrans_ureq::ureq;

    #[test]
    fn an_order_is_paid_when_a_genuine_notification_says_so_and_not_before() {
        let key = ServerKey::new("SB-Mid-server-simulator").unwrap();
        let shop = Arc::new(Shop::new(Environment::custom("http://127.0.0.1:1").unwrap(), key.clone()).unwrap());
        let expected = Expected::new(OrderId::new("order-101").unwrap(), Rupiah::new(40_000));
        shop.orders.lock().unwrap().insert("order-101".into(), (expected, None));
        let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
        let at = format!("http://{}", server.server_addr());
        thread::spawn(move || serve(&shop, &server));

        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let landing = || agent.get(format!("{at}/midtrans/finish?order_id=order-101")).call().unwrap();
        let landed = || landing().into_body().read_to_string().unwrap();
        let webhook = format!("{at}/midtrans/notification");
        let send = |body: &str| agent.post(&webhook).content_type("application/json").send(body).unwrap().status();

        let signed = signature::sign("order-101", "200", "40000.00", &key);
        let body = format!(
            r#"{{"order_id":"order-101","status_code":"200","gross_amount":"40000.00",
                "transaction_status":"settlement","fraud_status":"accept","signature_key":"{signed}"}}"#
        );
        assert_eq!(send(&body.replace("40000", "1")), 403);
        assert!(landed().contains("We are checking order order-101."));
        assert_eq!(send(&body), 200);
        assert!(landed().contains("Order order-101 is paid."));
        assert_eq!(agent.get(&webhook).call().unwrap().headers()["allow"], "POST");
        assert_eq!(agent.post(format!("{at}/pay")).send_empty().unwrap().status(), 503, "no gateway listens");
    }
}
