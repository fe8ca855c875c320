//! Charging an order. The expectation, the shop's own row, the key, the deadline and the
//! instructions are stored together.

use std::time::{Duration, Instant, SystemTime};

use midtrans_inbox::protocol::{Charge, IdempotencyKey, Transaction as Reply};
use midtrans_inbox::{
    Again, Charged, Error, Event, HandlerError, Instructions, Plan, Record, Sending,
};
use midtrans_transport::{BlockingClient, BlockingTransport, CallOptions, Error as CallError};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::expect;
use crate::fault::fault;
use crate::order::{self, Claim};

/// Charges an order, or returns the instructions of its first charge: a second click gets the same
/// page, and never a second charge.
///
/// The expectation and `insert_order`, your own row of the order, are one commit. `insert_order` is
/// called only if the order, or this life of it, is new. Then the charge is sent with the stored
/// key, within a minute, and its result is stored. After a crash at any point, the next click or
/// the worker continues.
///
/// An order that has ended without money is charged again here only if its charge never arrived or
/// was refused; otherwise use [`charge_again`]. To charge with another method or amount while a
/// payment is pending, cancel it, wait until it is reported as
/// [`Failed`](midtrans_inbox::Outcome::Failed), and then use `charge_again`. For an async client
/// use [`charge_with`].
///
/// # Errors
/// [`Error`] when the database fails, when `insert_order` fails, or when the connection is inside a
/// transaction. No charge was sent then.
pub fn charge<T: BlockingTransport, E: Into<HandlerError>>(
    connection: &mut Connection,
    client: &BlockingClient<T>,
    charge: &Charge,
    insert_order: impl FnOnce(&Transaction<'_>) -> Result<(), E>,
) -> Result<Charged, Error> {
    charge_by_client(connection, client, charge, Again::Never, insert_order)
}

/// Charges an order, even one that has ended without money: the customer or the shop wants to try
/// again. Otherwise the same as [`charge`]. `insert_order` is called at the beginning of each life
/// of the order, so let it update an existing row.
///
/// # Errors
/// The same as [`charge`].
pub fn charge_again<T: BlockingTransport, E: Into<HandlerError>>(
    connection: &mut Connection,
    client: &BlockingClient<T>,
    charge: &Charge,
    insert_order: impl FnOnce(&Transaction<'_>) -> Result<(), E>,
) -> Result<Charged, Error> {
    charge_by_client(connection, client, charge, Again::Wanted, insert_order)
}

fn charge_by_client<T: BlockingTransport, E: Into<HandlerError>>(
    connection: &mut Connection,
    client: &BlockingClient<T>,
    charge: &Charge,
    again: Again,
    insert_order: impl FnOnce(&Transaction<'_>) -> Result<(), E>,
) -> Result<Charged, Error> {
    let key = client
        .idempotency_key()
        .map_err(|error| Error::failed_by("no idempotency key could be made", error))?;
    let request = ChargeRequest {
        again,
        ..ChargeRequest::new(charge, key, SystemTime::now())
    };
    charge_with(connection, request, insert_order, |charge, options| {
        client.send_with(charge, options)
    })
}

/// A charge for [`charge_with`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChargeRequest<'a> {
    /// The charge.
    pub charge: &'a Charge,
    /// A new idempotency key, of the client's `idempotency_key`. It is used only where a new charge
    /// begins.
    pub key: IdempotencyKey,
    /// Whether an order that has ended without money is charged again. Default: only one whose
    /// charge never arrived or was refused.
    pub again: Again,
    /// The moment of the click.
    pub now: SystemTime,
}

impl<'a> ChargeRequest<'a> {
    /// A charge of an order, at a click now.
    #[must_use]
    pub const fn new(charge: &'a Charge, key: IdempotencyKey, now: SystemTime) -> Self {
        Self {
            charge,
            key,
            again: Again::Never,
            now,
        }
    }
}

/// Charges with a client of any kind. `send` sends the charge with the given options and returns
/// the result. Otherwise the same as [`charge`] and [`charge_again`]. With an async client, call
/// this where a thread may block, such as in tokio's `spawn_blocking`, with `|charge, options|
/// handle.block_on(client.send_with(charge, options))`.
///
/// # Errors
/// The same as [`charge`].
pub fn charge_with<E: Into<HandlerError>>(
    connection: &mut Connection,
    request: ChargeRequest<'_>,
    insert_order: impl FnOnce(&Transaction<'_>) -> Result<(), E>,
    send: impl FnOnce(&Charge, &CallOptions) -> Result<Reply, CallError>,
) -> Result<Charged, Error> {
    let started = Instant::now();
    let (charge, clicked) = (request.charge, request.now);
    let sending = match begin(connection, request, insert_order)? {
        Begun::Send(sending) => sending,
        Begun::Over(charged) => return Ok(charged),
    };
    let order_id = charge.transaction_details().order_id().as_str();
    let mut options = CallOptions::keyed(sending.key.clone());
    // The commit may have waited for another connection.
    let left = sending.deadline.saturating_sub(started.elapsed());
    options.deadline = Some(left);
    let result = if left > Duration::ZERO {
        Some(send(charge, &options))
    } else {
        None
    };
    let now = clicked.checked_add(started.elapsed()).unwrap_or(clicked);
    Ok(finish(connection, order_id, &sending, result, now))
}

enum Begun {
    Send(Sending),
    Over(Charged),
}

/// The transaction before the charge is sent.
fn begin<E: Into<HandlerError>>(
    connection: &mut Connection,
    request: ChargeRequest<'_>,
    insert_order: impl FnOnce(&Transaction<'_>) -> Result<(), E>,
) -> Result<Begun, Error> {
    let ChargeRequest {
        charge,
        key,
        again,
        now,
    } = request;
    if !connection.is_autocommit() {
        return Err(Error::in_transaction());
    }
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(fault)?;
    let order_id = charge.transaction_details().order_id().as_str();
    let stored = order::load(&transaction, order_id)?;
    let stored = stored.map(|stored| stored.row.record()).transpose()?;
    let begun = match Record::plan(stored.as_ref(), charge, key, again, now) {
        plan if plan.needs_all_read() && order::has_unread(&transaction, order_id)? => {
            Begun::Over(Charged::Unknown)
        }
        Plan::Send(record, sending) => {
            write(&transaction, stored.as_ref(), &record, &sending)?;
            if sending.is_new {
                insert_order(&transaction).map_err(|error| {
                    Error::failed_by("the order's own row was not written", error)
                })?;
                if transaction.is_autocommit() {
                    return Err(Error::failed(
                        "the transaction was ended while the order's own row was written",
                    ));
                }
            }
            Begun::Send(sending)
        }
        Plan::Show(instructions) => Begun::Over(Charged::Instructions(instructions)),
        Plan::Ask => {
            if let Some(stored) = &stored {
                order::update(&transaction, &stored.ask_soon(now), Claim::Kept)?;
            }
            Begun::Over(Charged::Unknown)
        }
        Plan::Decided(outcome) => Begun::Over(Charged::Decided(outcome)),
        Plan::Differs(expectation) => Begun::Over(Charged::Differs(expectation)),
    };
    transaction.commit().map_err(fault)?;
    Ok(begun)
}

fn write(
    transaction: &Transaction<'_>,
    stored: Option<&Record>,
    record: &Record,
    sending: &Sending,
) -> Result<(), Error> {
    match stored {
        None => expect::insert(transaction, record).map(drop),
        Some(_) => {
            // A worker that is asking about an earlier life must not write to this one.
            let claim = if sending.is_new {
                Claim::Void
            } else {
                Claim::Kept
            };
            order::update(transaction, record, claim)
        }
    }
}

/// Stores the result of the charge. If storing fails, known instructions are returned nevertheless;
/// the worker asks about the rest.
fn finish(
    connection: &mut Connection,
    order_id: &str,
    sending: &Sending,
    result: Option<Result<Reply, CallError>>,
    now: SystemTime,
) -> Charged {
    let end = match result {
        Some(Ok(reply)) => reply.instructions().map_or(End::Unknown, End::Instructions),
        Some(Err(error)) if !error.outcome_unknown() && !error.is_duplicate_order() => {
            End::Refused(error)
        }
        Some(Err(_)) | None => End::Unknown,
    };
    let is_stored = store(connection, order_id, sending, &end, now).unwrap_or_else(|error| {
        Event::StoreFailed { error: &error }.trace();
        matches!(end, End::Instructions(_))
    });
    match end {
        End::Instructions(instructions) if is_stored => Charged::Instructions(instructions),
        End::Refused(error) if is_stored => Charged::Refused(error),
        _ => Charged::Unknown,
    }
}

enum End {
    Instructions(Instructions),
    Refused(CallError),
    Unknown,
}

/// The transaction after the charge was sent. Returns whether the result is certain and belongs to
/// this life; otherwise the gateway is asked soon.
fn store(
    connection: &mut Connection,
    order_id: &str,
    sending: &Sending,
    end: &End,
    now: SystemTime,
) -> Result<bool, Error> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(fault)?;
    let stored = order::load(&transaction, order_id)?
        .ok_or_else(|| Error::row("order_id"))?
        .row
        .record()?;
    let known = match end {
        End::Instructions(instructions) => stored.charged(sending, instructions),
        End::Refused(_) => stored.refused(sending),
        End::Unknown => None,
    };
    let is_certain = known.is_some();
    order::update(
        &transaction,
        &known.unwrap_or_else(|| stored.ask_soon(now)),
        Claim::Kept,
    )?;
    transaction.commit().map_err(fault)?;
    Ok(is_certain)
}
