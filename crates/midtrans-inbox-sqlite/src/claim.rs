//! Taking work, giving it back, and ending it.

use std::time::SystemTime;

use midtrans_inbox::{Answer, Case, Claimed, Finish, Policy, Question, State, Step, from_millis, to_millis};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::{Error, record};

/// Takes up to so many notifications that are due, by order, and holds them until the policy's lease ends. The oldest
/// come first. Those of a worker that died come again when its lease has ended.
///
/// # Errors
/// [`Error`] when the database fails; then nothing is taken.
pub fn claim(connection: &Connection, policy: &Policy, at_most: u32, now: SystemTime) -> Result<Vec<Case>, Error> {
    let (now, lease_until) = (to_millis(now), policy.lease_until(now));
    let due = "SELECT id FROM midtrans_notification WHERE due_at <= ?1 ORDER BY due_at, id LIMIT ?2";
    // An update that finds nothing would still wait for everybody who writes.
    if connection.prepare_cached(due)?.query_row([now, 1], |row| row.get::<_, i64>(0)).optional()?.is_none() {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare_cached(
        "UPDATE midtrans_notification SET state = 1, due_at = ?3, tries = tries + 1
         WHERE id IN (SELECT id FROM midtrans_notification WHERE due_at <= ?1 ORDER BY due_at, id LIMIT ?2)
         RETURNING order_id, id, body, tries, failures, received_at",
    )?;
    let rows = statement.query_map(params![now, at_most, to_millis(lease_until)], |row| {
        let claimed = Claimed {
            id: row.get(1)?,
            body: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
            tries: row.get(3)?,
            failures: row.get(4)?,
            received_at: from_millis(row.get(5)?),
        };
        Ok((row.get::<_, String>(0)?, claimed))
    })?;
    let claimed = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(Case::by_order(claimed, lease_until))
}

/// Takes up to so many orders that the reconciler is to ask about: written down, and without a last word when there
/// should be one. They count as asked about.
///
/// # Errors
/// As [`claim`].
pub fn due_for_status(
    connection: &Connection,
    policy: &Policy,
    at_most: u32,
    now: SystemTime,
) -> Result<Vec<Case>, Error> {
    let lease_until = policy.lease_until(now);
    // Whoever was asked about a moment ago, by anybody, waits.
    let (now, asked_before) = (to_millis(now), policy.asked_before(now).map(to_millis));
    let due = "SELECT order_id FROM midtrans_order
        WHERE ask_at <= ?1 AND (asked_at IS NULL OR asked_at <= ?3) ORDER BY ask_at LIMIT ?2";
    let first = params![now, 1, asked_before];
    if connection.prepare_cached(due)?.query_row(first, |row| row.get::<_, String>(0)).optional()?.is_none() {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare_cached(
        "UPDATE midtrans_order SET ask_at = ?4, asked_at = ?1, asked = asked + 1
         WHERE order_id IN (SELECT order_id FROM midtrans_order
            WHERE ask_at <= ?1 AND (asked_at IS NULL OR asked_at <= ?3) ORDER BY ask_at LIMIT ?2)
         RETURNING order_id, asked, failures",
    )?;
    let rows = statement.query_map(params![now, at_most, asked_before, to_millis(lease_until)], |row| {
        Ok(Case {
            order_id: row.get(0)?,
            notifications: Vec::new(),
            question: Some(Question { asked: row.get(1)?, failures: row.get(2)? }),
            lease_until,
        })
    })?;
    Ok(rows.collect::<Result<Vec<_>, _>>()?)
}

/// Ends a case, in the merchant's own transaction: one commit, one effect. With the answers to the questions that an
/// earlier call asked for, or none at first.
///
/// Begin the transaction with [`TransactionBehavior::Immediate`](rusqlite::TransactionBehavior): what is read here must
/// not change before it is written.
///
/// # Errors
/// [`Error`] when the database fails; then roll back.
pub fn finish(
    transaction: &Transaction<'_>,
    case: &Case,
    answers: &[Answer],
    policy: &Policy,
    now: SystemTime,
) -> Result<Finish, Error> {
    if !is_ours(transaction, case)? {
        return Ok(Finish::Lost);
    }
    let stored = record::load(transaction, &case.order_id)?;
    match (case.judge(stored.as_ref(), answers, policy, now), &stored) {
        (Step::Settle { record, changes, ahead }, Some(stored)) => {
            record::save(transaction, stored, &record)?;
            let outcome = changes.last().map_or("nothing new", |change| change.outcome.as_str());
            let (settled, ahead) = case.ahead(&ahead, policy, now);
            end(transaction, &settled, State::Done, outcome)?;
            match ahead {
                Some((later, Step::GiveBack { until, failures, why })) => {
                    give_back(transaction, &later, until, failures, &why)?;
                }
                Some((later, Step::Dead { why })) => dead(transaction, &later, &why)?,
                _ => {}
            }
            Ok(Finish::Done(changes))
        }
        (step, _) => {
            if matches!(step, Step::Ask(_)) {
                note_question(transaction, case, now)?;
            }
            Ok(Finish::Next(step))
        }
    }
}

/// Whether the claim still counts.
fn is_ours(connection: &Connection, case: &Case) -> Result<bool, Error> {
    let mut notification =
        connection.prepare_cached("SELECT 1 FROM midtrans_notification WHERE id = ?1 AND tries = ?2 AND state = 1")?;
    for claimed in &case.notifications {
        if !notification.exists(params![claimed.id, claimed.tries])? {
            return Ok(false);
        }
    }
    match case.question {
        Some(question) => {
            let mut order =
                connection.prepare_cached("SELECT 1 FROM midtrans_order WHERE order_id = ?1 AND asked = ?2")?;
            Ok(order.exists(params![case.order_id, question.asked])?)
        }
        None => Ok(true),
    }
}

/// Leaves a case for later; it is looked at again then. Does nothing if the claim has ended, or if the order has had its last
/// word meanwhile and this was the question after it.
///
/// # Errors
/// [`Error`] when the database fails; then the case comes again when its lease has ended.
pub fn give_back(
    connection: &Connection,
    case: &Case,
    until: SystemTime,
    failures: u32,
    why: &str,
) -> Result<(), Error> {
    let until = to_millis(until);
    let mut statement = connection.prepare_cached(
        "UPDATE midtrans_notification SET state = 0, due_at = ?3, failures = ?4, reason = ?5
         WHERE id = ?1 AND tries = ?2 AND state = 1",
    )?;
    for claimed in &case.notifications {
        statement.execute(params![claimed.id, claimed.tries, until, failures, why])?;
    }
    if let Some(question) = case.question {
        let mut statement = connection.prepare_cached(
            "UPDATE midtrans_order SET ask_at = ?3, failures = ?4
             WHERE order_id = ?1 AND asked = ?2 AND ask_at IS NOT NULL",
        )?;
        statement.execute(params![case.order_id, question.asked, until, failures])?;
    }
    Ok(())
}

/// Ends a case that a person has to look at: it is kept, shown by [`dead_letters`](crate::dead_letters), and tried again
/// only when [`retry`](crate::retry) says so. Does nothing if the claim has ended.
///
/// # Errors
/// As [`give_back`].
pub fn dead(connection: &Connection, case: &Case, why: &str) -> Result<(), Error> {
    end(connection, case, State::Dead, why)?;
    if let Some(question) = case.question {
        let mut statement = connection.prepare_cached(
            "UPDATE midtrans_order SET ask_at = NULL, failures = 0, review = ?3
             WHERE order_id = ?1 AND asked = ?2 AND ask_at IS NOT NULL",
        )?;
        statement.execute(params![case.order_id, question.asked, why])?;
    }
    Ok(())
}

/// Writes down that the gateway is asked about an order now, so that nobody else asks meanwhile.
fn note_question(connection: &Connection, case: &Case, now: SystemTime) -> Result<(), Error> {
    let mut statement = connection.prepare_cached("UPDATE midtrans_order SET asked_at = ?2 WHERE order_id = ?1")?;
    statement.execute(params![case.order_id, to_millis(now)])?;
    Ok(())
}

fn end(connection: &Connection, case: &Case, state: State, why: &str) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "UPDATE midtrans_notification SET state = ?3, due_at = NULL, reason = ?4
         WHERE id = ?1 AND tries = ?2 AND state = 1",
    )?;
    for claimed in &case.notifications {
        statement.execute(params![claimed.id, claimed.tries, state.code(), why])?;
    }
    Ok(())
}
