//! Ending work: in the merchant's own transaction, or as something that a person has to look at.
//!
//! Whoever locks more than one row locks the order's first and its notifications after it, so that no two wait for each
//! other.

use std::time::SystemTime;

use midtrans_inbox::{Answer, Case, Finish, Policy, State, Step, to_millis};
use sqlx::{PgConnection, PgTransaction, Row};

use crate::claim::{give_back, held};
use crate::text::text;
use crate::{Error, record, save};

/// Ends a case, in the merchant's own transaction: one commit, one effect. With the answers to the questions that an
/// earlier call asked for, or none at first.
///
/// It locks the order until the transaction ends, so that nobody else acts on it meanwhile; keep questions to the gateway
/// out of the transaction. READ COMMITTED, the default, is enough; at the levels above, whoever has waited for another
/// fails with [`is_conflict`](Error::is_conflict), and the case comes again.
///
/// PostgreSQL makes a rollback of the commit, and says nothing, if any statement of the transaction has failed: don't
/// swallow the errors of your own ones.
///
/// # Errors
/// [`Error`] when the database fails; then roll back.
pub async fn finish(
    transaction: &mut PgTransaction<'_>,
    case: &Case,
    answers: &[Answer],
    policy: &Policy,
    now: SystemTime,
) -> Result<Finish, Error> {
    let stored = match lock(transaction, case).await? {
        Locked::Lost => return Ok(Finish::Lost),
        Locked::WithoutOrder => None,
        // In a statement after the lock: the one that waits for a lock has looked at everything else before it waited.
        Locked::WithOrder => record::load(transaction, &case.order_id).await?,
    };
    match (case.judge(stored.as_ref(), answers, policy, now), &stored) {
        (Step::Settle { record, changes, ahead }, Some(stored)) => {
            save::save(transaction, stored, &record).await?;
            let outcome = changes.last().map_or("nothing new", |change| change.outcome.as_str());
            let (settled, ahead) = case.ahead(&ahead, policy, now);
            end(transaction, &settled, outcome).await?;
            match ahead {
                Some((later, Step::GiveBack { until, failures, why })) => {
                    give_back(transaction, &later, until, failures, &why).await?;
                }
                Some((later, Step::Dead { why })) => dead(transaction, &later, &why).await?,
                _ => {}
            }
            Ok(Finish::Done(changes))
        }
        (step, _) => {
            if matches!(step, Step::Ask(_)) {
                note_question(transaction, case, now).await?;
            }
            Ok(Finish::Next(step))
        }
    }
}

/// Writes down that the gateway is asked about an order now, so that nobody else asks meanwhile.
async fn note_question(connection: &mut PgConnection, case: &Case, now: SystemTime) -> Result<(), Error> {
    sqlx::query("UPDATE midtrans_order SET asked_at = $2 WHERE order_id = $1")
        .bind(text(&case.order_id))
        .bind(to_millis(now))
        .execute(connection)
        .await?;
    Ok(())
}

enum Locked {
    WithOrder,
    /// Nobody wrote it down. If somebody does so a moment later, it is not locked and must not be read.
    WithoutOrder,
    /// The claim no longer counts.
    Lost,
}

/// Locks the order and then the notifications of a case.
async fn lock(connection: &mut PgConnection, case: &Case) -> Result<Locked, Error> {
    let (ids, tries) = held(case);
    // That the second part asks for the first is what puts them in order.
    let row = sqlx::query(
        "WITH the_order AS MATERIALIZED (
            SELECT asked FROM midtrans_order WHERE order_id = $1 FOR UPDATE
         ), ours AS MATERIALIZED (
            SELECT due.id FROM midtrans_due due
            JOIN UNNEST($2::bigint[], $3::bigint[]) AS held (id, tries) ON due.id = held.id AND due.tries = held.tries
            WHERE due.state = 1 AND (SELECT count(*) FROM the_order) >= 0
            ORDER BY due.id FOR UPDATE OF due
         )
         SELECT (SELECT asked FROM the_order) AS asked, (SELECT count(*) FROM ours) AS ours",
    )
    .bind(text(&case.order_id))
    .bind(ids)
    .bind(tries)
    .fetch_one(connection)
    .await?;
    let asked: Option<i64> = row.try_get("asked")?;
    let has_all = usize::try_from(row.try_get::<i64, _>("ours")?) == Ok(case.notifications.len());
    let is_latest = case.question.is_none_or(|question| asked == Some(i64::from(question.asked)));
    Ok(match asked {
        _ if !(has_all && is_latest) => Locked::Lost,
        Some(_) => Locked::WithOrder,
        None => Locked::WithoutOrder,
    })
}

/// Ends a case that a person has to look at: it is kept, shown by [`dead_letters`](crate::dead_letters), and tried again
/// only when [`retry`](crate::retry) says so. Does nothing if the claim has ended.
///
/// # Errors
/// As [`give_back`](crate::give_back).
pub async fn dead(connection: &mut PgConnection, case: &Case, why: &str) -> Result<(), Error> {
    if let Some(question) = case.question {
        sqlx::query(
            "UPDATE midtrans_order SET ask_at = NULL, failures = 0, review = $3
             WHERE order_id = $1 AND asked = $2 AND ask_at IS NOT NULL",
        )
        .bind(text(&case.order_id))
        .bind(i64::from(question.asked))
        .bind(text(why))
        .execute(&mut *connection)
        .await?;
    }
    if !case.notifications.is_empty() {
        let (ids, tries) = held(case);
        sqlx::query(
            "UPDATE midtrans_due SET state = $3, due_at = NULL, reason = $4
             FROM UNNEST($1::bigint[], $2::bigint[]) AS held (id, tries)
             WHERE midtrans_due.id = held.id AND midtrans_due.tries = held.tries AND state = 1",
        )
        .bind(ids)
        .bind(tries)
        .bind(State::Dead.code())
        .bind(text(why))
        .execute(connection)
        .await?;
    }
    Ok(())
}

/// Nothing is to be done any more about these notifications, which are locked.
async fn end(connection: &mut PgConnection, case: &Case, outcome: &str) -> Result<(), Error> {
    if case.notifications.is_empty() {
        return Ok(());
    }
    let (ids, _) = held(case);
    sqlx::query(
        "WITH over AS (DELETE FROM midtrans_due WHERE id = ANY ($1) RETURNING id, tries)
         UPDATE midtrans_notification n SET tries = over.tries, reason = $2 FROM over WHERE n.id = over.id",
    )
    .bind(ids)
    .bind(outcome)
    .execute(connection)
    .await?;
    Ok(())
}
