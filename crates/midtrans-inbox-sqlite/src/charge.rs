//! Charging an order. The expectation, the shop's own row, the key, the deadline and the
//! instructions are stored together.

use std::time::{Instant, SystemTime};

use midtrans_inbox::protocol::{Charge, Transaction as Reply};
use midtrans_inbox::store::{ChargeEnd, ChargeRequest, ChargeStart, charge_options, later};
use midtrans_inbox::{Again, Charged, Error, HandlerError, Plan, Record, Sending};
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
    let mut request = ChargeRequest::new(charge, key, SystemTime::now());
    request.again = again;
    charge_with(connection, request, insert_order, |charge, options| {
        client.send_with(charge, options)
    })
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
        ChargeStart::Send(sending) => sending,
        ChargeStart::Done(charged) => return Ok(charged),
    };
    let options = charge_options(&sending, started.elapsed());
    let end = ChargeEnd::of(options.map(|options| send(charge, &options)));
    let order_id = charge.transaction_details().order_id().as_str();
    let now = later(clicked, started.elapsed());
    let stored = store(connection, order_id, &sending, &end, now);
    Ok(end.charged(stored))
}

/// The transaction before the charge is sent.
fn begin<E: Into<HandlerError>>(
    connection: &mut Connection,
    request: ChargeRequest<'_>,
    insert_order: impl FnOnce(&Transaction<'_>) -> Result<(), E>,
) -> Result<ChargeStart, Error> {
    let (charge, now) = (request.charge, request.now);
    if !connection.is_autocommit() {
        return Err(Error::in_transaction());
    }
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(fault)?;
    let order_id = charge.transaction_details().order_id().as_str();
    let stored = order::load(&transaction, order_id)?;
    let stored = stored.map(|stored| stored.row.record()).transpose()?;
    let begun = match Record::plan(stored.as_ref(), charge, request.key, request.again, now) {
        plan if plan.needs_all_read() && order::has_unread(&transaction, order_id)? => {
            ChargeStart::Done(Charged::Unknown)
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
            ChargeStart::Send(sending)
        }
        Plan::Show(instructions) => ChargeStart::Done(Charged::Instructions(instructions)),
        Plan::Ask => {
            if let Some(stored) = &stored {
                order::update(&transaction, &stored.ask_soon(now), Claim::Kept)?;
            }
            ChargeStart::Done(Charged::Unknown)
        }
        Plan::Decided(outcome) => ChargeStart::Done(Charged::Decided(outcome)),
        Plan::Differs(expectation) => ChargeStart::Done(Charged::Differs(expectation)),
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

/// The transaction after the charge was sent. Returns whether the result is certain and belongs to
/// this life; otherwise the gateway is asked soon.
fn store(
    connection: &mut Connection,
    order_id: &str,
    sending: &Sending,
    end: &ChargeEnd,
    now: SystemTime,
) -> Result<bool, Error> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(fault)?;
    let record = order::load(&transaction, order_id)?
        .ok_or_else(|| Error::row("order_id"))?
        .row
        .record()?;
    let (after, is_certain) = end.apply_to(&record, sending, now);
    order::update(&transaction, &after, Claim::Kept)?;
    transaction.commit().map_err(fault)?;
    Ok(is_certain)
}
