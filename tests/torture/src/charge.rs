//! The run that kills a merchant at every line of its charge code: no customer is charged twice,
//! and no payment is forgotten.

use std::env;
use std::process::Command;

use midtrans_private_postgres::PrivatePostgres;

use crate::charger::{STEPS, Step};
use crate::failure::{Failure, failed};
use crate::folder::Folder;
use crate::gateway::Gateway;
use crate::scenarios::Event;
use crate::store::Store;

/// The events after the crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    /// The customer clicks again at once: the same charge, with the stored key.
    ClicksAtOnce,
    /// The gateway has forgotten the key when the customer clicks again.
    ClicksLate,
    /// The reconciler comes first, then the customer clicks again.
    IsReconciledFirst,
}

pub(crate) fn run(seed: u64, on_postgres: bool) -> Result<(), Failure> {
    println!(
        "\n== charge on {}",
        if on_postgres { "PostgreSQL" } else { "SQLite" }
    );
    let folder = Folder::new()?;
    let server = if on_postgres {
        Some(PrivatePostgres::start().map_err(failed("PostgreSQL"))?)
    } else {
        None
    };
    let store = match &server {
        Some(server) => Store::Postgres { url: server.url() },
        None => Store::Sqlite {
            path: folder.path().join("inbox.db"),
        },
    };
    store.set_up(&[])?;
    let gateway = Gateway::start(seed)?;
    let mut orders = Vec::new();
    for after in [
        After::ClicksAtOnce,
        After::ClicksLate,
        After::IsReconciledFirst,
    ] {
        for (number, step) in STEPS.iter().enumerate() {
            for payment_type in ["akulaku", "kredivo"] {
                let order_id = format!("order-{after:?}-{number}-{payment_type}");
                crash_and_recover(&store, &gateway, &order_id, payment_type, *step, after)?;
                orders.push(order_id);
            }
        }
    }
    // Every customer pays in the end, and no notification ever arrives: the worker's questions have
    // to find out.
    for order_id in &orders {
        gateway.happen(order_id, &Event::Pays)?;
    }
    drop(gateway.due());
    child(&store, &gateway, &["--reconcile", "7200"])?;
    let ledger = store.ledger()?;
    for order_id in &orders {
        let (made, paid) = gateway.transactions_of(order_id);
        let shipped = ledger.get(order_id).map_or(0, |row| {
            row.effects
                .iter()
                .filter(|effect| effect.0 == "ship")
                .count()
        });
        if (made, paid, shipped) != (1, 1, 1) {
            return Err(Failure(format!(
                "{order_id}: charged {made} times, paid {paid} times, shipped {shipped} times"
            )));
        }
    }
    println!(
        "{} crashes at {} lines: each customer was charged once, each payment was found",
        orders.len(),
        STEPS.len()
    );
    Ok(())
}

fn crash_and_recover(
    store: &Store,
    gateway: &Gateway,
    order_id: &str,
    payment_type: &str,
    step: Step,
    after: After,
) -> Result<(), Failure> {
    let crashed = status(
        store,
        gateway,
        &[
            "--order",
            order_id,
            "--payment-type",
            payment_type,
            "--crash-at",
            step.name(),
        ],
    )?;
    if crashed.is_some() {
        return Err(Failure(format!(
            "{order_id}: the merchant was to be killed at `{}` and ended by itself",
            step.name()
        )));
    }
    match after {
        After::ClicksAtOnce => {}
        After::ClicksLate => gateway.forget_keys(),
        After::IsReconciledFirst => child(store, gateway, &["--reconcile", "300"])?,
    }
    child(
        store,
        gateway,
        &["--order", order_id, "--payment-type", payment_type],
    )?;
    let (made, _) = gateway.transactions_of(order_id);
    if made != 1 {
        return Err(Failure(format!(
            "{order_id}: {made} transactions after `{}` and {after:?}",
            step.name()
        )));
    }
    Ok(())
}

fn child(store: &Store, gateway: &Gateway, arguments: &[&str]) -> Result<(), Failure> {
    match status(store, gateway, arguments)? {
        Some(0) => Ok(()),
        end => Err(Failure(format!(
            "the merchant ended with {end:?} at {arguments:?}"
        ))),
    }
}

/// Returns the exit code; `None` if it was killed.
fn status(store: &Store, gateway: &Gateway, arguments: &[&str]) -> Result<Option<i32>, Failure> {
    let program = env::current_exe().map_err(failed("finding this program"))?;
    let mut command = Command::new(program);
    command
        .arg("charger")
        .args(["--gateway", gateway.url()])
        .args(store.arguments())
        .args(arguments);
    Ok(command
        .status()
        .map_err(failed("starting a merchant"))?
        .code())
}
