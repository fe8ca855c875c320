//! Taking work, and giving it back.

use std::time::SystemTime;

use midtrans_inbox::{Case, Claimed, Policy, Question, from_millis, to_millis};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::Error;
use crate::record::count;
use crate::text::text;

/// Takes up to so many notifications that are due, by order, and holds them until the policy's lease ends. The oldest
/// come first. Those of a worker that died come again when its lease has ended.
///
/// It waits for nobody, and workers that claim at once get different notifications. Commit it before you work, or others
/// will wait for you.
///
/// # Errors
/// [`Error`] when the database fails; then nothing is taken.
pub async fn claim(
    connection: &mut PgConnection,
    policy: &Policy,
    at_most: u32,
    now: SystemTime,
) -> Result<Vec<Case>, Error> {
    let lease_until = policy.lease_until(now);
    // An array, because it is made once, and because it is thought to be short however many are due: joined with, they make
    // PostgreSQL read the whole table where it plans without knowing the limit.
    let rows = sqlx::query(
        "WITH taken AS (
            UPDATE midtrans_due SET state = 1, due_at = $3, tries = tries + 1
            WHERE id = ANY (ARRAY(
                SELECT id FROM midtrans_due WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED
            ))
            RETURNING id, tries, failures
         )
         SELECT n.order_id, n.id, n.body, taken.tries, taken.failures, n.received_at
         FROM taken JOIN midtrans_notification n ON n.id = taken.id",
    )
    .bind(to_millis(now))
    .bind(i64::from(at_most))
    .bind(to_millis(lease_until))
    .fetch_all(connection)
    .await?;
    let claimed = rows.iter().map(claimed).collect::<Result<_, _>>()?;
    Ok(Case::by_order(claimed, lease_until))
}

fn claimed(row: &PgRow) -> Result<(String, Claimed), Error> {
    let claimed = Claimed {
        id: row.try_get("id")?,
        body: row.try_get::<Option<String>, _>("body")?.unwrap_or_default(),
        tries: count(row, "tries")?,
        failures: count(row, "failures")?,
        received_at: from_millis(row.try_get("received_at")?),
    };
    Ok((row.try_get("order_id")?, claimed))
}

/// Takes up to so many orders that the reconciler is to ask about: written down, and without a last word when there
/// should be one. They count as asked about.
///
/// # Errors
/// As [`claim`].
pub async fn due_for_status(
    connection: &mut PgConnection,
    policy: &Policy,
    at_most: u32,
    now: SystemTime,
) -> Result<Vec<Case>, Error> {
    let lease_until = policy.lease_until(now);
    let rows = sqlx::query(
        "UPDATE midtrans_order SET ask_at = $3, asked_at = $1, asked = asked + 1
         WHERE order_id = ANY (ARRAY(
            SELECT order_id FROM midtrans_order WHERE ask_at <= $1 AND (asked_at IS NULL OR asked_at <= $4)
            ORDER BY ask_at LIMIT $2 FOR UPDATE SKIP LOCKED
         ))
         RETURNING order_id, asked, failures",
    )
    .bind(to_millis(now))
    .bind(i64::from(at_most))
    .bind(to_millis(lease_until))
    // Whoever was asked about a moment ago, by anybody, waits.
    .bind(policy.asked_before(now).map(to_millis))
    .fetch_all(connection)
    .await?;
    let case = |row: &PgRow| {
        let question = Question { asked: count(row, "asked")?, failures: count(row, "failures")? };
        Ok(Case {
            order_id: row.try_get("order_id")?,
            notifications: Vec::new(),
            question: Some(question),
            lease_until,
        })
    };
    rows.iter().map(case).collect()
}

/// Leaves a case for later; it is looked at again then. Does nothing if the claim has ended, or if the order has had its last
/// word meanwhile and this was the question after it.
///
/// # Errors
/// [`Error`] when the database fails; then the case comes again when its lease has ended.
pub async fn give_back(
    connection: &mut PgConnection,
    case: &Case,
    until: SystemTime,
    failures: u32,
    why: &str,
) -> Result<(), Error> {
    let until = to_millis(until);
    // The order first, as everywhere.
    if let Some(question) = case.question {
        sqlx::query(
            "UPDATE midtrans_order SET ask_at = $3, failures = $4
             WHERE order_id = $1 AND asked = $2 AND ask_at IS NOT NULL",
        )
        .bind(text(&case.order_id))
        .bind(i64::from(question.asked))
        .bind(until)
        .bind(i64::from(failures))
        .execute(&mut *connection)
        .await?;
    }
    if !case.notifications.is_empty() {
        let (ids, tries) = held(case);
        sqlx::query(
            "UPDATE midtrans_due SET state = 0, due_at = $3, failures = $4, reason = $5
             FROM UNNEST($1::bigint[], $2::bigint[]) AS held (id, tries)
             WHERE midtrans_due.id = held.id AND midtrans_due.tries = held.tries AND state = 1",
        )
        .bind(ids)
        .bind(tries)
        .bind(until)
        .bind(i64::from(failures))
        .bind(text(why))
        .execute(connection)
        .await?;
    }
    Ok(())
}

/// The notifications of a case as statements take them: their numbers, and how often each was claimed. A claim that has
/// ended is no longer the latest, so the two together say whether it still counts.
pub(crate) fn held(case: &Case) -> (Vec<i64>, Vec<i64>) {
    case.notifications.iter().map(|claimed| (claimed.id, i64::from(claimed.tries))).unzip()
}
