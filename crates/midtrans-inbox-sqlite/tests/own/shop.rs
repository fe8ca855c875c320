//! A shop: its orders, its webhook, its worker.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use midtrans_inbox_sqlite::inbox::store::from_millis;
use midtrans_inbox_sqlite::protocol::ids::IdempotencyKey;
use midtrans_inbox_sqlite::protocol::method::Akulaku;
use midtrans_inbox_sqlite::protocol::notification::signature;
use midtrans_inbox_sqlite::protocol::{
    Charge, Notification, OrderId, Rupiah, ServerKeys, TransactionDetails, notification,
};
use midtrans_inbox_sqlite::{
    Change, Event, ExpectResult, Expectation, HandlerError, Stop, Worker, accept, expect_in,
    history,
};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::file::File;
use crate::gateway::{Gateway, key, transaction};

/// The start time of every test.
pub(crate) const START: u64 = 1_800_000_000;

pub(crate) fn at(seconds: u64) -> SystemTime {
    from_millis(0) + Duration::from_secs(START + seconds)
}

/// A charge of 40,000 rupiah.
pub(crate) fn charge_of(order_id: &str) -> Charge {
    Charge::builder(
        TransactionDetails::new(OrderId::new(order_id).unwrap(), Rupiah::new(40_000)).unwrap(),
        Akulaku,
    )
    .minimal()
    .build()
    .unwrap()
}

/// A genuine notification with further fields, which need a comma at the end.
pub(crate) fn signed_with(order_id: &str, code: &str, status: &str, fields: &str) -> Notification {
    let fields = format!(r#"{fields}"transaction_id":"t-{order_id}","#);
    read(order_id, code, status, &fields)
}

/// A genuine notification with this transaction id.
pub(crate) fn signed_of(
    order_id: &str,
    code: &str,
    status: &str,
    transaction_id: &str,
) -> Notification {
    read(
        order_id,
        code,
        status,
        &format!(r#""transaction_id":"{transaction_id}","#),
    )
}

fn read(order_id: &str, code: &str, status: &str, fields: &str) -> Notification {
    let signed = signature::sign(order_id, code, "40000.00", &key());
    let body = format!(
        r#"{{{fields}"order_id":"{order_id}","status_code":"{code}","gross_amount":"40000.00",
            "transaction_status":"{status}","signature_key":"{signed}"}}"#
    );
    notification::verify(body.as_bytes(), &ServerKeys::from(key())).unwrap()
}

pub(crate) fn signed(order_id: &str, code: &str, status: &str) -> Notification {
    signed_with(order_id, code, status, "")
}

/// An observer that keeps the log lines of a worker.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<String>>>);

impl Lines {
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    pub(crate) fn observer(&self) -> impl Fn(&Event<'_>) + Send + Sync + 'static {
        let lines = self.clone();
        move |event| lines.0.lock().unwrap().push(event.to_string())
    }
}

/// A shop with its database, its gateway, and a clock that is moved by hand.
pub(crate) struct Shop {
    pub(crate) file: File,
    pub(crate) connection: Connection,
    pub(crate) gateway: Gateway,
    pub(crate) now: Arc<Mutex<SystemTime>>,
    pub(crate) lines: Lines,
}

impl Shop {
    pub(crate) fn new(name: &str) -> Self {
        let file = File::new(name);
        let connection = file.open();
        let (gateway, lines) = (Gateway::new(), Lines::default());
        Self {
            file,
            connection,
            gateway,
            now: Arc::new(Mutex::new(at(0))),
            lines,
        }
    }

    pub(crate) fn worker(&self) -> Worker {
        let now = Arc::clone(&self.now);
        Worker::new(self.gateway.client())
            .with_clock(move || *now.lock().unwrap())
            .with_observer(self.lines.observer())
    }

    pub(crate) fn set(&self, seconds: u64) {
        *self.now.lock().unwrap() = at(seconds);
    }

    pub(crate) fn now(&self) -> SystemTime {
        *self.now.lock().unwrap()
    }

    /// Stores the expectation of an order.
    pub(crate) fn expects(&mut self, order_id: &str) {
        let key = IdempotencyKey::new(format!("key-{order_id}")).unwrap();
        let expectation = Expectation::of(&charge_of(order_id), key, self.now());
        let now = self.now();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .unwrap();
        assert_eq!(
            expect_in(&transaction, &expectation, now).unwrap(),
            ExpectResult::Recorded
        );
        transaction.commit().unwrap();
    }

    /// Stores orders that are paid and notified.
    pub(crate) fn sells(&mut self, order_ids: &[&str]) {
        for order_id in order_ids {
            self.expects(order_id);
            self.gateway.says(order_id, "settlement");
            self.accepts(&signed(order_id, "200", "settlement"));
        }
    }

    pub(crate) fn accepts(&self, notification: &Notification) {
        let _ = accept(&self.connection, notification, self.now()).unwrap();
    }

    /// Runs one round of a worker with a handler that stores effects.
    pub(crate) fn round(&mut self) -> usize {
        self.round_with(write)
    }

    pub(crate) fn round_with(
        &mut self,
        handler: impl FnMut(&Transaction<'_>, &Change) -> Result<(), HandlerError>,
    ) -> usize {
        self.worker()
            .round(&mut self.connection, &Stop::new(), handler)
            .unwrap()
    }

    /// The effects of the handler, oldest first, as another connection sees them.
    pub(crate) fn effects(&self) -> Vec<String> {
        effects(&self.file.open())
    }

    pub(crate) fn number(&self, sql: &str) -> i64 {
        self.connection
            .query_row(sql, [], |row| row.get(0))
            .unwrap()
    }

    /// The time of the order's check, in seconds after the start.
    pub(crate) fn check_at(&self, order_id: &str) -> Option<u64> {
        let record = history(&self.connection, order_id).unwrap().record.unwrap();
        record
            .check_at
            .map(|check_at| check_at.duration_since(at(0)).unwrap().as_secs())
    }
}

/// Stores an effect.
pub(crate) fn write(transaction: &Transaction<'_>, change: &Change) -> Result<(), HandlerError> {
    transaction.execute(
        "INSERT INTO effects (order_id, outcome) VALUES (?1, ?2)",
        [change.order_id.as_str(), change.outcome.as_str()],
    )?;
    Ok(())
}

pub(crate) fn effects(connection: &Connection) -> Vec<String> {
    let mut statement = connection
        .prepare("SELECT order_id || ' ' || outcome FROM effects ORDER BY id")
        .unwrap();
    let effects = statement.query_map([], |row| row.get(0)).unwrap();
    effects.collect::<Result<_, _>>().unwrap()
}

/// The gateway's answer about an order that was paid by that transaction.
pub(crate) fn settled(order_id: &str, transaction_id: &str) -> String {
    transaction(order_id, "settlement").replace(&format!("t-{order_id}"), transaction_id)
}

/// Waits for another thread's result. It fails if that never comes.
pub(crate) fn eventually(what: &str, mut is_there: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(30);
    while !is_there() {
        assert!(Instant::now() < until, "{what}");
        thread::sleep(Duration::from_millis(2));
    }
}
