//! Calling the handler.

use std::collections::BTreeSet;
use std::time::{Instant, SystemTime};

use midtrans_inbox::{Error, Event, Outcome};
use rusqlite::{Connection, Transaction};

use super::{Handler, Worker};
use crate::batch::{self, Failure, ItemResult};
use crate::change;

/// A change that was acted on.
struct Acted {
    order_id: String,
    outcome: Outcome,
    /// The time of its notification, or else the time at which it was stored.
    since: SystemTime,
}

impl Worker {
    /// Calls the handler for changes that are due and not in `tried`: a batch of them in one
    /// commit, or as many as fit into the commit delay. Adds them to `tried`, and returns their
    /// number.
    pub(super) fn act(
        &self,
        connection: &Connection,
        handler: &mut Handler<'_>,
        tried: &mut BTreeSet<i64>,
    ) -> Result<usize, Error> {
        let mut ids = change::due(connection, self.settings.batch.max(1), self.now())?;
        ids.retain(|id| !tried.contains(id));
        if ids.is_empty() {
            return Ok(0);
        }
        let until = Instant::now() + self.settings.commit_delay;
        let results = batch::each(connection, &ids, Some(until), &mut |transaction, id| {
            self.act_on(transaction, *id, handler)
        })?;
        let count = results.len();
        tried.extend(&ids[..count]);
        let mut failed = Vec::new();
        for (id, outcome) in ids.into_iter().zip(results) {
            match outcome {
                Ok(acted) => acted.iter().for_each(|acted| self.emit_acted(acted)),
                Err(Failure::Handler(why)) => failed.push((id, why)),
                Err(failure) => failed.push((id, Error::from(failure).to_string())),
            }
        }
        self.count_failures(connection, &failed)?;
        Ok(count)
    }

    /// Acts on one change, behind its savepoint. Returns `None` if another program has acted on it.
    fn act_on(
        &self,
        transaction: &Transaction<'_>,
        id: i64,
        handler: &mut Handler<'_>,
    ) -> ItemResult<Option<Acted>> {
        let Some(stored) = change::mark(transaction, id, self.now())? else {
            return Ok(None);
        };
        let change = stored.change()?;
        handler(transaction, &change).map_err(Failure::Handler)?;
        // Once the transaction has ended, this would delete a change whose writes are not stored.
        if !transaction.is_autocommit() {
            change::done(transaction, id)?;
        }
        Ok(Some(Acted {
            order_id: stored.order_id.clone(),
            outcome: change.outcome,
            since: stored.since(),
        }))
    }

    fn emit_acted(&self, acted: &Acted) {
        self.stats
            .acted(self.now().duration_since(acted.since).unwrap_or_default());
        self.emit(&Event::Acted {
            order_id: &acted.order_id,
            outcome: acted.outcome,
        });
    }

    fn count_failures(
        &self,
        connection: &Connection,
        failed: &[(i64, String)],
    ) -> Result<(), Error> {
        if failed.is_empty() {
            return Ok(());
        }
        let results = batch::each(connection, failed, None, &mut |transaction, (id, why)| {
            Ok(change::failed(
                transaction,
                *id,
                why,
                &self.policy,
                self.now(),
            )?)
        })?;
        for ((_, why), outcome) in failed.iter().zip(results) {
            if let Some(retry) = outcome? {
                self.stats.handler_failed();
                self.emit(&Event::HandlerFailed {
                    order_id: &retry.order_id,
                    retry_at: retry.retry_at,
                    why,
                });
            }
        }
        Ok(())
    }
}
