//! All records of an account beside its transactions.

use serde_json::Value;

use super::invoices::Invoice;
use super::pay_accounts::PayAccount;
use super::payment_links::PaymentLink;
use super::shelf::Shelf;
use super::snap::Session;
use super::subscriptions::{Agenda, Subscription};

/// The records of an account, by kind.
#[derive(Debug, Default)]
pub(super) struct Shelves {
    pub(super) sessions: Shelf<Session>,
    pub(super) pay_accounts: Shelf<PayAccount>,
    pub(super) subscriptions: Shelf<Subscription>,
    pub(super) links: Shelf<PaymentLink>,
    pub(super) invoices: Shelf<Invoice>,
    /// The settings of Snap's page, as the merchant has sent them.
    pub(super) preferences: Value,
    /// The next charges of the subscriptions.
    pub(super) agenda: Agenda,
}

/// Does the same to the shelf of each kind, borrowed by `&` or by `&mut`.
macro_rules! each {
    ($shelves:expr, ($($by:tt)+), $kind:ident, $shelf:ident => $work:expr) => {
        {
            let ($kind, $shelf) = ("snap", $($by)+ $shelves.sessions);
            $work;
        }
        {
            let ($kind, $shelf) = ("pay_account", $($by)+ $shelves.pay_accounts);
            $work;
        }
        {
            let ($kind, $shelf) = ("subscription", $($by)+ $shelves.subscriptions);
            $work;
        }
        {
            let ($kind, $shelf) = ("payment_link", $($by)+ $shelves.links);
            $work;
        }
        {
            let ($kind, $shelf) = ("invoice", $($by)+ $shelves.invoices);
            $work;
        }
    };
}

impl Shelves {
    /// Forgets all records.
    pub(super) fn forget(&mut self) {
        each!(self, (&mut), _kind, shelf => shelf.forget());
        self.agenda = Agenda::default();
    }
}

#[cfg(feature = "state")]
mod saving {
    use std::collections::BTreeMap;

    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::Shelves;
    use crate::gateway::saved::Unreadable;
    use crate::gateway::shelf::{Record, Shelf};

    /// Rows by the kind of the record and its number, as JSON.
    pub(crate) type Rows = BTreeMap<(String, usize), String>;

    impl Shelves {
        /// Records changes from now on.
        pub(in crate::gateway) fn keep_changes(&mut self) {
            each!(self, (&mut), _kind, shelf => shelf.dirty().start());
        }

        /// Marks all changes as written.
        pub(in crate::gateway) fn forget_changes(&mut self) {
            each!(self, (&mut), _kind, shelf => shelf.dirty().clear());
        }

        /// The records that changed.
        pub(in crate::gateway) fn changes(&self) -> Rows {
            let mut rows = Rows::new();
            each!(self, (&), kind, shelf => write(kind, shelf, &mut rows));
            rows
        }

        /// The number of records of all kinds.
        pub(in crate::gateway) fn count(&self) -> usize {
            let mut count = 0;
            each!(self, (&), _kind, shelf => count += shelf.all().len());
            count
        }

        /// Puts the records of another run back.
        pub(in crate::gateway) fn restore(&mut self, rows: &Rows) -> Result<(), Unreadable> {
            each!(self, (&mut), kind, shelf => read(kind, shelf, rows)?);
            for (number, subscription) in self.subscriptions.all().iter().enumerate() {
                self.agenda.plan(number, subscription.next_at());
            }
            Ok(())
        }
    }

    /// Numbers, texts and lists only: there is nothing in them that JSON could not write.
    fn write<T: Record + Serialize>(kind: &str, shelf: &Shelf<T>, rows: &mut Rows) {
        for (number, record) in shelf.changed() {
            let json = serde_json::to_string(record).unwrap_or_default();
            rows.insert((kind.to_owned(), number), json);
        }
    }

    fn read<T: Record + DeserializeOwned>(
        kind: &str,
        shelf: &mut Shelf<T>,
        rows: &Rows,
    ) -> Result<(), Unreadable> {
        let own = (kind.to_owned(), 0)..=(kind.to_owned(), usize::MAX);
        for (expected, ((_, number), json)) in rows.range(own).enumerate() {
            if expected != *number {
                return Err(Unreadable("gap between its records"));
            }
            let record = serde_json::from_str(json).map_err(|_| Unreadable("record"))?;
            shelf.add(record);
        }
        Ok(())
    }
}

#[cfg(feature = "state")]
pub(crate) use saving::Rows;
