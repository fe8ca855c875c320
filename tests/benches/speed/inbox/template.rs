//! One order as the inbox itself has written it down, which databases of the bench multiply.

use std::convert::Infallible;
use std::time::SystemTime;

use midtrans_inbox::store::{NewNotification, OrderRow};
use midtrans_inbox::{Accepted, Change, Charged};
use midtrans_inbox_sqlite::{Stop, Worker, accept, charge, migrate};
use midtrans_protocol::method::Akulaku;
use midtrans_protocol::{Charge, OrderId, Rupiah, TransactionDetails};
use midtrans_transport::{
    BlockingClient, BlockingTransport, Limits, Request, Response, TransportError,
};
use rusqlite::{Connection, Row, Transaction};

use super::{gateway, merchant, notifications};

/// The transaction of every order. Nothing looks for one by it.
pub(super) const TRANSACTION: &str = "5f0c2c64-4f0e-4c57-9d2b-7a61c3e8b901";

/// The digits of an order id, which each copy replaces by its own. They stand nowhere else in a
/// row.
pub(super) const NUMBER: &str = "000000000000";

/// The rows of an order.
#[derive(Debug)]
pub(super) struct Template {
    /// After its charge, before anything was heard of it.
    pub(super) open: OrderRow,
    /// After its settlement was acted on.
    pub(super) settled: OrderRow,
    /// The notification of its settlement.
    pub(super) notification: NewNotification,
}

impl Template {
    /// Charges an order, has its settlement notified, and has it acted on, in a database in memory.
    pub(super) fn make() -> Self {
        let mut connection = Connection::open_in_memory().expect("there is memory");
        migrate(&mut connection).expect("tables can be made");
        let client = BlockingClient::new(Here, merchant("http://127.0.0.1:9"));
        let (order_id, price) = (format!("order-{NUMBER}x"), Rupiah::new(149_000));
        let order = OrderId::new(order_id.as_str())
            .and_then(|order_id| TransactionDetails::new(order_id, price));
        let order = Charge::builder(order.expect("the order is valid"), Akulaku).minimal();
        let order = order.build().expect("the charge is valid");
        let nothing = |_: &Transaction<'_>| Ok::<(), Infallible>(());
        let charged =
            charge(&mut connection, &client, &order, nothing).expect("the charge is stored");
        assert!(
            matches!(charged, Charged::Instructions(_)),
            "the gateway took it"
        );
        let open = read(&connection);
        let notification = notifications(0, 1).remove(0);
        let accepted = accept(&connection, &notification, SystemTime::now())
            .expect("the notification is stored");
        assert_eq!(accepted, Accepted::New, "it is the first");
        let act = |_: &Transaction<'_>, _: &Change| Ok::<(), Infallible>(());
        Worker::new(client)
            .round(&mut connection, &Stop::new(), act)
            .expect("the order is asked about");
        let settled = read(&connection);
        assert_eq!(
            (settled.outcome.as_deref(), settled.check_at),
            (Some("paid"), None),
            "the gateway said so"
        );
        Self {
            open,
            settled,
            notification: NewNotification::of(&notification, SystemTime::now()),
        }
    }
}

fn read(connection: &Connection) -> OrderRow {
    let order =
        "SELECT order_id, amount, payment_type, idempotency_key, charge_until, expires_at, recorded_at, outcome,
        check_at, notified_at, review, state FROM midtrans_order";
    connection
        .query_row(order, [], row)
        .expect("the order is stored")
}

fn row(row: &Row<'_>) -> rusqlite::Result<OrderRow> {
    Ok(OrderRow {
        order_id: row.get(0)?,
        amount: row.get(1)?,
        payment_type: row.get(2)?,
        idempotency_key: row.get(3)?,
        charge_until: row.get(4)?,
        expires_at: row.get(5)?,
        recorded_at: row.get(6)?,
        outcome: row.get(7)?,
        check_at: row.get(8)?,
        notified_at: row.get(9)?,
        review: row.get(10)?,
        state: row.get(11)?,
    })
}

/// A gateway without a socket.
struct Here;

impl BlockingTransport for Here {
    fn send(&self, request: Request, _: Limits) -> Result<Response, TransportError> {
        let body = if request.uri().path() == "/v2/charge" {
            let order_id = format!("order-{NUMBER}x");
            gateway::settled(&order_id)
                .replace(r#""status_code":"200""#, r#""status_code":"201""#)
                .replace(r#""settlement""#, r#""pending""#)
                .replace(r#""settlement_time":"2026-01-09 18:00:48""#, REDIRECT)
        } else {
            gateway::settled(request.uri().path().split('/').nth(2).unwrap_or_default())
        };
        Ok(Response::new(body.into_bytes()))
    }
}

const REDIRECT: &str = r#""redirect_url":"https://api.midtrans.com/v2/akulaku/redirect/5f0c2c64-4f0e-4c57-9d2b-7a61c3e8b901""#;
