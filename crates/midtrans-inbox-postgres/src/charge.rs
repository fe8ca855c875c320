//! Charging an order. The expectation, the shop's own row, the key, the deadline and the
//! instructions are stored together.

use std::time::{Instant, SystemTime};

use midtrans_inbox::protocol::{Charge, Transaction as Reply};
use midtrans_inbox::store::{ChargeEnd, ChargeRequest, ChargeStart, charge_options, later};
use midtrans_inbox::{Again, Charged, Error, HandlerError, Plan, Record, Sending};
use midtrans_transport::{AsyncClient, AsyncTransport, CallOptions, Error as CallError};
use sqlx::{Connection, PgConnection};

use crate::fault::fault;
use crate::handle::Shared;
use crate::order::{self, Claim};
use crate::pool::{BEGIN, with_timeout};
use crate::{Inbox, expect};

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
        let mut request = ChargeRequest::new(charge, key, SystemTime::now());
        request.again = again;
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
            ChargeStart::Send(sending) => sending,
            ChargeStart::Done(charged) => return Ok(charged),
        };
        let result = match charge_options(&sending, started.elapsed()) {
            Some(options) => Some(send(charge, &options).await),
            None => None,
        };
        let end = ChargeEnd::of(result);
        let order_id = charge.transaction_details().order_id().as_str();
        let now = later(clicked, started.elapsed());
        let stored = with_timeout(store(self.shared(), order_id, &sending, &end, now)).await;
        Ok(end.charged(stored))
    }
}

/// The transaction before the charge is sent.
async fn begin<E: Into<HandlerError>>(
    shared: &Shared,
    request: ChargeRequest<'_>,
    insert_order: impl AsyncFnOnce(&mut PgConnection) -> Result<(), E>,
) -> Result<ChargeStart, Error> {
    let mut connection = shared.call().await?;
    // It has the shop's own statement, so it runs at the shop's isolation level.
    let mut transaction = with_timeout(async { connection.begin().await.map_err(fault) }).await?;
    let begun = with_timeout(plan(&mut transaction, &request)).await?;
    if matches!(&begun, ChargeStart::Send(sending) if sending.is_new) {
        insert(&mut transaction, insert_order).await?;
    }
    with_timeout(async { transaction.commit().await.map_err(fault) }).await?;
    connection.release();
    Ok(begun)
}

/// Decides what a click does, and stores the decision.
async fn plan(
    connection: &mut PgConnection,
    request: &ChargeRequest<'_>,
) -> Result<ChargeStart, Error> {
    let ChargeRequest {
        charge,
        key,
        again,
        now,
        ..
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
            return Ok(ChargeStart::Done(Charged::Unknown));
        }
        return Ok(match (plan, stored, known) {
            (Plan::Send(record, sending), None, _) => {
                if !expect::insert(connection, &record).await? {
                    // Another click was first, and has committed.
                    continue;
                }
                ChargeStart::Send(sending)
            }
            (Plan::Send(record, sending), Some(stored), _) => {
                // A worker that is asking about an earlier life must not write to this one.
                let claim = if sending.is_new {
                    Claim::Void
                } else {
                    Claim::Kept
                };
                order::save(connection, &[stored.with(&record, claim)?]).await?;
                ChargeStart::Send(sending)
            }
            (Plan::Ask, Some(stored), Some(known)) => {
                order::save(
                    connection,
                    &[stored.with(&known.ask_soon(*now), Claim::Kept)?],
                )
                .await?;
                ChargeStart::Done(Charged::Unknown)
            }
            (Plan::Ask, _, _) => ChargeStart::Done(Charged::Unknown),
            (Plan::Show(instructions), _, _) => {
                ChargeStart::Done(Charged::Instructions(instructions))
            }
            (Plan::Decided(outcome), _, _) => ChargeStart::Done(Charged::Decided(outcome)),
            (Plan::Differs(expectation), _, _) => ChargeStart::Done(Charged::Differs(expectation)),
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

/// The transaction after the charge was sent. Returns whether the result is certain and belongs to
/// this life; otherwise the gateway is asked soon.
async fn store(
    shared: &Shared,
    order_id: &str,
    sending: &Sending,
    end: &ChargeEnd,
    now: SystemTime,
) -> Result<bool, Error> {
    let mut connection = shared.call().await?;
    let mut transaction = connection.begin_with(BEGIN).await.map_err(fault)?;
    let stored = order::lock(&mut transaction, order_id)
        .await?
        .ok_or_else(|| Error::row("order_id"))?;
    let record = stored.row.record()?;
    let (after, is_certain) = end.apply_to(&record, sending, now);
    order::save(&mut transaction, &[stored.with(&after, Claim::Kept)?]).await?;
    transaction.commit().await.map_err(fault)?;
    connection.release();
    Ok(is_certain)
}
