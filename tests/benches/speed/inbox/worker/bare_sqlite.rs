//! By hand on SQLite: one thread that writes, sixty-four that ask, and up to sixty-four orders in
//! one commit.

use std::error::Error;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

use midtrans_inbox::store::to_millis;
use midtrans_inbox_sqlite::tune;
use rusqlite::{Connection, Transaction, params};

use super::{Progress, Task};
use crate::bare::BareUreq;

const THREADS: usize = 64;

/// An order and what the gateway said of it.
type Answer = (String, String);

pub(super) fn work(task: &Task, progress: &Arc<Progress>) -> Result<(), Box<dyn Error>> {
    let connection = Connection::open(Path::new(&task.database))?;
    tune(&connection)?;
    let (ask, asked) = channel::<String>();
    let (answer, answered) = channel::<Answer>();
    let asked = Arc::new(Mutex::new(asked));
    let client = BareUreq::new(&task.gateway);
    for _ in 0..THREADS {
        let (client, asked, answer) = (client.clone(), Arc::clone(&asked), answer.clone());
        thread::spawn(move || ask_on(&client, &asked, &answer));
    }
    write(&connection, &ask, &answered, progress)
}

fn ask_on(client: &BareUreq, asked: &Mutex<Receiver<String>>, answer: &Sender<Answer>) {
    loop {
        let next = asked.lock().map(|asked| asked.recv());
        let Ok(Ok(order_id)) = next else { return };
        let Ok(reply) = client.status(&order_id) else {
            return;
        };
        if answer.send((order_id, reply)).is_err() {
            return;
        }
    }
}

fn write(
    connection: &Connection,
    ask: &Sender<String>,
    answered: &Receiver<Answer>,
    progress: &Progress,
) -> Result<(), Box<dyn Error>> {
    let mut in_flight = 0;
    loop {
        if in_flight <= THREADS / 2 {
            let claimed = claim(connection, THREADS - in_flight)?;
            in_flight += claimed.len();
            for order_id in claimed {
                ask.send(order_id)?;
            }
        }
        let Ok(first) = answered.recv_timeout(Duration::from_millis(50)) else {
            continue;
        };
        // Those that come within a moment share a commit, as ours do.
        let mut answers = vec![first];
        while answers.len() < THREADS / 2 {
            let Ok(next) = answered.recv_timeout(Duration::from_millis(5)) else {
                break;
            };
            answers.push(next);
        }
        in_flight -= answers.len();
        store(connection, &answers)?;
        progress.acted(act(connection)?);
    }
}

/// Takes notifications, and claims their orders.
fn claim(connection: &Connection, at_most: usize) -> rusqlite::Result<Vec<String>> {
    let transaction =
        Transaction::new_unchecked(connection, rusqlite::TransactionBehavior::Immediate)?;
    let wakes = wakes(&transaction, at_most)?;
    let until = to_millis(SystemTime::now() + Duration::from_secs(60));
    for (id, order_id) in &wakes {
        let read = "SELECT amount, state FROM midtrans_order WHERE order_id = ?1";
        let _: (i64, String) = transaction
            .prepare_cached(read)?
            .query_row([order_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let claim = "UPDATE midtrans_order SET check_at = ?2, leased_until = ?2, fence = fence + 1 WHERE order_id = ?1";
        transaction
            .prepare_cached(claim)?
            .execute(params![order_id, until])?;
        transaction
            .prepare_cached("DELETE FROM midtrans_wake WHERE id = ?1")?
            .execute([id])?;
    }
    transaction.commit()?;
    Ok(wakes.into_iter().map(|wake| wake.1).collect())
}

fn wakes(connection: &Connection, at_most: usize) -> rusqlite::Result<Vec<(i64, String)>> {
    let sql = "SELECT id, order_id, status_code, amount FROM midtrans_wake ORDER BY id LIMIT ?1";
    let mut wakes = connection.prepare_cached(sql)?;
    wakes
        .query_map([at_most as i64], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Stores what the gateway said, and the changes that follow.
fn store(connection: &Connection, answers: &[Answer]) -> rusqlite::Result<()> {
    let transaction =
        Transaction::new_unchecked(connection, rusqlite::TransactionBehavior::Immediate)?;
    let now = to_millis(SystemTime::now());
    for (order_id, state) in answers {
        let read = "SELECT fence, state FROM midtrans_order WHERE order_id = ?1";
        let _: (i64, String) = transaction
            .prepare_cached(read)?
            .query_row([order_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let update = "UPDATE midtrans_order SET outcome = 'paid', check_at = NULL, leased_until = NULL, state = ?2
             WHERE order_id = ?1";
        transaction
            .prepare_cached(update)?
            .execute(params![order_id, state])?;
        let insert = "INSERT INTO midtrans_change (order_id, amount, payment_type, transaction_id, outcome, refunds,
                changed_at)
             VALUES (?1, 149000, 'akulaku', '5f0c2c64-4f0e-4c57-9d2b-7a61c3e8b901', 'paid', '[]', ?2)";
        transaction
            .prepare_cached(insert)?
            .execute(params![order_id, now])?;
    }
    transaction.commit()
}

/// Takes changes and ends them. What a shop would do in between is not measured on either side.
fn act(connection: &Connection) -> rusqlite::Result<usize> {
    let transaction =
        Transaction::new_unchecked(connection, rusqlite::TransactionBehavior::Immediate)?;
    let mut changes = transaction
        .prepare_cached("SELECT id, order_id, outcome FROM midtrans_change ORDER BY id LIMIT 64")?;
    let ids: Vec<i64> = changes
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in &ids {
        transaction
            .prepare_cached("DELETE FROM midtrans_change WHERE id = ?1")?
            .execute([id])?;
    }
    drop(changes);
    transaction.commit()?;
    Ok(ids.len())
}
