//! Charging an order. The expectation, the shop's own row, the key, the deadline and the
//! instructions are stored together.

use std::time::{Duration, Instant, SystemTime};

use midtrans_inbox::protocol::{Charge, IdempotencyKey, Transaction as Reply};
use midtrans_inbox::{
    Again, Charged, Error, Event, HandlerError, Instructions, Plan, Record, Sending,
};
use midtrans_transport::{AsyncClient, AsyncTransport, CallOptions, Error as CallError};
use sqlx::{Connection, PgConnection};

use crate::fault::fault;
use crate::handle::Shared;
use crate::keeper::{BEGIN, patiently};
use crate::order::{self, Claim};
use crate::{Inbox, expect};

/// A charge for [`Inbox::charge_with`].
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

impl Inbox {
    /// Charges an order, or returns the instructions of its first charge: a second click gets the
    /// same page, and never a second charge.
    ///
    /// The expectation and `insert_order`, your own row of the order, are one commit.
    /// `insert_order` is called only if the order, or this life of it, is new. Then the charge is
    /// sent with the stored key, within a minute, and its result is stored. No connection is held
    /// while it is sent.
    ///
    /// ```
    /// # use midtrans_inbox_postgres::protocol::Charge;
    /// # use midtrans_inbox_postgres::{Charged, Error, Inbox};
    /// # use midtrans_transport::{AsyncClient, AsyncTransport};
    /// # async fn checkout<T: AsyncTransport>(inbox: Inbox, client: AsyncClient<T>, charge: Charge) -> Result<(), Error> {
    /// let order_id = charge.transaction_details().order_id().as_str();
    /// let charged = inbox.charge(&client, &charge, async |connection| {
    ///     let insert = sqlx::query("INSERT INTO orders (id, state) VALUES ($1, 'new')");
    ///     insert.bind(order_id).execute(connection).await.map(drop)
    /// });
    /// match charged.await? {
    ///     Charged::Instructions(instructions) => { /* send the customer to instructions.redirect(…) */ }
    ///     Charged::Unknown => { /* "we are checking": the worker finds out */ }
    ///     Charged::Refused(error) => { /* nothing was charged; it may be tried again */ }
    ///     Charged::Decided(outcome) => { /* it is over already */ }
    ///     Charged::Differs(stored) => { /* the order is stored with another amount or method */ }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// After a crash at any point, or a dropped future, the next click or the worker continues. An
    /// order that has ended without money is charged again here only if its charge never arrived or
    /// was refused; otherwise use [`charge_again`](Self::charge_again). To charge with another
    /// method or amount while a payment is pending, cancel it, wait until it is reported as
    /// [`Failed`](midtrans_inbox::Outcome::Failed), and then use `charge_again`.
    ///
    /// # Errors
    /// [`Error`] when the database fails, when `insert_order` fails, or when it has ended the
    /// transaction. No charge was sent then.
    pub async fn charge<T: AsyncTransport, E: Into<HandlerError>>(
        &self,
        client: &AsyncClient<T>,
        charge: &Charge,
        insert_order: impl AsyncFnOnce(&mut PgConnection) -> Result<(), E>,
    ) -> Result<Charged, Error> {
        self.charge_by_client(client, charge, Again::Never, insert_order)
            .await
    }

    /// Charges an order, even one that has ended without money: the customer or the shop wants to
    /// try again. Otherwise the same as [`charge`](Self::charge). `insert_order` is called at the
    /// beginning of each life of the order, so let it update an existing row.
    ///
    /// # Errors
    /// The same as [`charge`](Self::charge).
    pub async fn charge_again<T: AsyncTransport, E: Into<HandlerError>>(
        &self,
        client: &AsyncClient<T>,
        charge: &Charge,
        insert_order: impl AsyncFnOnce(&mut PgConnection) -> Result<(), E>,
    ) -> Result<Charged, Error> {
        self.charge_by_client(client, charge, Again::Wanted, insert_order)
            .await
    }

    async fn charge_by_client<T: AsyncTransport, E: Into<HandlerError>>(
        &self,
        client: &AsyncClient<T>,
        charge: &Charge,
        again: Again,
        insert_order: impl AsyncFnOnce(&mut PgConnection) -> Result<(), E>,
    ) -> Result<Charged, Error> {
        let key = client.idempotency_key();
        let key =
            key.map_err(|error| Error::failed_by("no idempotency key could be made", error))?;
        let request = ChargeRequest {
            again,
            ..ChargeRequest::new(charge, key, SystemTime::now())
        };
        let send =
            async |charge: &Charge, options: &CallOptions| client.send_with(charge, options).await;
        self.charge_with(request, insert_order, send).await
    }

    /// Charges with a client of any kind. `send` sends the charge with the given options and
    /// returns the result. Otherwise the same as [`charge`](Self::charge) and
    /// [`charge_again`](Self::charge_again).
    ///
    /// # Errors
    /// The same as [`charge`](Self::charge).
    pub async fn charge_with<E: Into<HandlerError>>(
        &self,
        request: ChargeRequest<'_>,
        insert_order: impl AsyncFnOnce(&mut PgConnection) -> Result<(), E>,
        send: impl AsyncFnOnce(&Charge, &CallOptions) -> Result<Reply, CallError>,
    ) -> Result<Charged, Error> {
        let started = Instant::now();
        let (charge, clicked) = (request.charge, request.now);
        let sending = match begin(self.shared(), request, insert_order).await? {
            Begun::Send(sending) => sending,
            Begun::Over(charged) => return Ok(charged),
        };
        let order_id = charge.transaction_details().order_id().as_str();
        let mut options = CallOptions::keyed(sending.key.clone());
        // The commit may have waited for another connection.
        let left = sending.deadline.saturating_sub(started.elapsed());
        options.deadline = Some(left);
        let result = if left > Duration::ZERO {
            Some(send(charge, &options).await)
        } else {
            None
        };
        let now = clicked.checked_add(started.elapsed()).unwrap_or(clicked);
        Ok(finish(self.shared(), order_id, &sending, result, now).await)
    }
}

enum Begun {
    Send(Sending),
    Over(Charged),
}

/// The transaction before the charge is sent.
async fn begin<E: Into<HandlerError>>(
    shared: &Shared,
    request: ChargeRequest<'_>,
    insert_order: impl AsyncFnOnce(&mut PgConnection) -> Result<(), E>,
) -> Result<Begun, Error> {
    let mut held = shared.call().await?;
    // It has the shop's own statement, so it runs at the shop's isolation level.
    let mut transaction = patiently(async { held.begin().await.map_err(fault) }).await?;
    let begun = patiently(plan(&mut transaction, &request)).await?;
    if matches!(&begun, Begun::Send(sending) if sending.is_new) {
        insert(&mut transaction, insert_order).await?;
    }
    patiently(async { transaction.commit().await.map_err(fault) }).await?;
    held.done();
    Ok(begun)
}

/// Decides what a click does, and stores the decision.
async fn plan(connection: &mut PgConnection, request: &ChargeRequest<'_>) -> Result<Begun, Error> {
    let ChargeRequest {
        charge,
        key,
        again,
        now,
    } = request;
    loop {
        let order_id = charge.transaction_details().order_id().as_str();
        let stored = order::lock(connection, order_id).await?;
        let known = stored
            .as_ref()
            .map(|stored| stored.row.record())
            .transpose()?;
        let plan = Record::plan(known.as_ref(), charge, key.clone(), *again, *now);
        if plan.needs_all_read() && !order::unread(connection, &[order_id]).await?.is_empty() {
            return Ok(Begun::Over(Charged::Unknown));
        }
        return Ok(match (plan, stored, known) {
            (Plan::Send(record, sending), None, _) => {
                if !expect::insert(connection, &record).await? {
                    // Another click was first, and has committed.
                    continue;
                }
                Begun::Send(sending)
            }
            (Plan::Send(record, sending), Some(stored), _) => {
                // A worker that is asking about an earlier life must not write to this one.
                let claim = if sending.is_new {
                    Claim::Void
                } else {
                    Claim::Kept
                };
                order::save(connection, &[stored.with(&record, claim)?]).await?;
                Begun::Send(sending)
            }
            (Plan::Ask, Some(stored), Some(known)) => {
                order::save(
                    connection,
                    &[stored.with(&known.ask_soon(*now), Claim::Kept)?],
                )
                .await?;
                Begun::Over(Charged::Unknown)
            }
            (Plan::Ask, _, _) => Begun::Over(Charged::Unknown),
            (Plan::Show(instructions), _, _) => Begun::Over(Charged::Instructions(instructions)),
            (Plan::Decided(outcome), _, _) => Begun::Over(Charged::Decided(outcome)),
            (Plan::Differs(expectation), _, _) => Begun::Over(Charged::Differs(expectation)),
        });
    }
}

/// Calls the shop's code for its own row, and finds before the commit what would undo it: after a
/// failed statement PostgreSQL turns the commit silently into a rollback, and the order would be
/// charged without being stored.
async fn insert<E: Into<HandlerError>>(
    connection: &mut PgConnection,
    insert_order: impl AsyncFnOnce(&mut PgConnection) -> Result<(), E>,
) -> Result<(), Error> {
    let own_row = |error| Error::failed_by("the order's own row was not written", error);
    sqlx::raw_sql("SAVEPOINT midtrans_order")
        .execute(&mut *connection)
        .await
        .map_err(fault)?;
    insert_order(&mut *connection)
        .await
        .map_err(|error| own_row(error.into()))?;
    let check = sqlx::raw_sql("SET CONSTRAINTS ALL IMMEDIATE; RELEASE SAVEPOINT midtrans_order");
    check
        .execute(&mut *connection)
        .await
        .map_err(|error| own_row(error.into()))?;
    if !connection.is_in_transaction() {
        return Err(Error::failed(
            "the transaction was ended while the order's own row was written",
        ));
    }
    Ok(())
}

/// Stores the result of the charge. If storing fails, known instructions are returned nevertheless;
/// the worker asks about the rest.
async fn finish(
    shared: &Shared,
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
    let is_stored = match patiently(store(shared, order_id, sending, &end, now)).await {
        Ok(is_certain) => is_certain,
        Err(error) => {
            Event::StoreFailed { error: &error }.trace();
            matches!(end, End::Instructions(_))
        }
    };
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
async fn store(
    shared: &Shared,
    order_id: &str,
    sending: &Sending,
    end: &End,
    now: SystemTime,
) -> Result<bool, Error> {
    let mut held = shared.call().await?;
    let mut transaction = held.begin_with(BEGIN).await.map_err(fault)?;
    let stored = order::lock(&mut transaction, order_id)
        .await?
        .ok_or_else(|| Error::row("order_id"))?;
    let record = stored.row.record()?;
    let known = match end {
        End::Instructions(instructions) => record.charged(sending, instructions),
        End::Refused(_) => record.refused(sending),
        End::Unknown => None,
    };
    let is_certain = known.is_some();
    let after = known.unwrap_or_else(|| record.ask_soon(now));
    order::save(&mut transaction, &[stored.with(&after, Claim::Kept)?]).await?;
    transaction.commit().await.map_err(fault)?;
    held.done();
    Ok(is_certain)
}
