//! Follows the gateway, the shop and the worker: waits for their entries and prints them in order.

use std::collections::VecDeque;

use axum::http::StatusCode;
use midtrans_axum::protocol::{Notification, ServerKeys, notification};
use midtrans_inbox::Outcome;
use tokio::time::{Instant, timeout_at};

use super::{TIMEOUT, Walk, expect};
use crate::journal::{Entry, Way};
use crate::print;
use crate::store::Error;

impl Walk<'_> {
    pub(super) fn step(&mut self, words: &str) {
        self.steps += 1;
        println!("\n{:2}. {words}", self.steps);
    }

    /// Prints the entries of the customer and the shop; notifications and the worker wait for steps
    /// of their own. Returns the number of requests.
    pub(super) fn print(&mut self) -> usize {
        while let Ok(entry) = self.entries.try_recv() {
            self.waiting.push_back(entry);
        }
        let waits = |entry: &Entry| matches!(entry.way(), Way::Notification | Way::Worker);
        let (waiting, told): (VecDeque<_>, VecDeque<_>) = self.waiting.drain(..).partition(waits);
        self.waiting = waiting;
        told.iter()
            .for_each(|entry| print::entry(entry, self.simulator.url()));
        told.iter()
            .filter(|entry| matches!(entry, Entry::Asked(..)))
            .count()
    }

    /// Waits for the notification of a status, tells all that come, and verifies it once more.
    pub(super) async fn notified(&mut self, status: &str) -> Result<Notification, Error> {
        loop {
            let entries = self
                .message()
                .await
                .map_err(|error| Error::from(format!("no {status} notification: {error}")))?;
            entries
                .iter()
                .for_each(|entry| print::entry(entry, self.simulator.url()));
            let (Some(Entry::Asked(_, request)), Some(Entry::Answered(_, answer))) =
                (entries.first(), entries.last())
            else {
                return Err(Error::from(
                    "a notification came without a request or without an answer",
                ));
            };
            let keys = ServerKeys::from(self.simulator.server_key());
            let notification = notification::verify(request.body(), &keys)?;
            expect(
                answer.status() == StatusCode::OK,
                "the shop acknowledges a genuine notification",
            )?;
            if notification
                .reported()
                .transaction_status()
                .is_some_and(|reported| reported.as_str() == status)
            {
                return Ok(notification);
            }
        }
    }

    /// The next notification, from its request to its answer.
    pub(super) async fn message(&mut self) -> Result<Vec<Entry>, Error> {
        let mut taken = Vec::new();
        while !matches!(taken.last(), Some(Entry::Answered(..))) {
            taken.push(self.next(Way::Notification).await?);
        }
        Ok(taken)
    }

    /// Tells what the worker does until it has acted on this.
    pub(super) async fn worked(&mut self, id: &str, outcome: Outcome) -> Result<(), Error> {
        loop {
            let entry = self
                .next(Way::Worker)
                .await
                .map_err(|error| Error::from(format!("{id} is not {outcome}: {error}")))?;
            print::entry(&entry, self.simulator.url());
            if matches!(&entry, Entry::Acted(order, became) if order == id && *became == outcome) {
                return Ok(());
            }
        }
    }

    /// Waits for the next entry from there; entries from elsewhere wait for their turn.
    async fn next(&mut self, way: Way) -> Result<Entry, Error> {
        let deadline = Instant::now() + TIMEOUT;
        if let Some(at) = self.waiting.iter().position(|entry| entry.way() == way) {
            return self
                .waiting
                .remove(at)
                .ok_or_else(|| "it was there a moment ago".into());
        }
        loop {
            let next = timeout_at(deadline, self.entries.recv()).await;
            let next = next.map_err(|_| {
                Error::from(format!("nothing came in {} seconds", TIMEOUT.as_secs()))
            })?;
            let next = next.ok_or("the shop stopped")?;
            if next.way() == way {
                return Ok(next);
            }
            self.waiting.push_back(next);
        }
    }
}
