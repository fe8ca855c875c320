//! A crash between every two steps. The file changes only by commits, so a crash is a number of
//! successful commits: the same steps run with every number, and another process finishes them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use midtrans_inbox_sqlite::inbox::Again;
use midtrans_inbox_sqlite::protocol::ids::IdempotencyKey;
use midtrans_inbox_sqlite::protocol::{Environment, Notification};
use midtrans_inbox_sqlite::{ChargeRequest, Charged, Error, Stop, Worker, accept, charge_with};
use rusqlite::Connection;

use crate::gateway::{CHARGE, Gateway, PAGE, transaction};
use crate::shop::{Shop, at, charge_of, signed, write};

/// A program of the shop that crashes at the commit after so many.
struct Program {
    connection: Connection,
    gateway: Gateway,
    seconds: u64,
    name: &'static str,
}

impl Program {
    fn new(shop: &Shop, name: &'static str, commits: Option<usize>) -> Self {
        let mut connection = shop.file.open();
        let done = Arc::new(AtomicUsize::new(0));
        if let Some(commits) = commits {
            // From then on every commit is a rollback, as if the process were gone.
            connection
                .commit_hook(Some(move || done.fetch_add(1, Ordering::SeqCst) >= commits))
                .unwrap();
        }
        Self {
            connection,
            gateway: shop.gateway.clone(),
            seconds: 0,
            name,
        }
    }

    fn click(&mut self) -> Result<Charged, Error> {
        let charge = charge_of("order-1");
        let (client, key) = (
            self.gateway.client(),
            IdempotencyKey::new(self.name).unwrap(),
        );
        let mut request = ChargeRequest::new(&charge, key, at(self.seconds));
        request.again = Again::Never;
        let insert = |transaction: &rusqlite::Transaction<'_>| {
            transaction
                .execute(
                    "INSERT INTO orders (id, state) VALUES ('order-1', 'new')",
                    [],
                )
                .map(drop)
        };
        charge_with(&mut self.connection, request, insert, |charge, options| {
            client.send_with(charge, options)
        })
    }

    fn accept(&self, received: &Notification) -> Result<(), Error> {
        accept(&self.connection, received, at(self.seconds)).map(drop)
    }

    fn round(&mut self) -> Result<usize, Error> {
        let seconds = self.seconds;
        let worker = Worker::new(self.gateway.client()).with_clock(move || at(seconds));
        worker.round(&mut self.connection, &Stop::new(), write)
    }

    /// Runs the whole life of an order, up to the first failure.
    fn live(&mut self) -> Result<(), Error> {
        let _ = self.click()?;
        self.gateway.says("order-1", "pending");
        self.accept(&signed("order-1", "201", "pending"))?;
        self.seconds = 240;
        self.round()?;
        self.gateway.says("order-1", "settlement");
        self.accept(&signed("order-1", "200", "settlement"))?;
        self.seconds = 260;
        self.round()?;
        Ok(())
    }
}

#[test]
fn a_crash_between_any_two_commits_loses_nothing_and_does_nothing_twice() {
    let mut lived_to_the_end = false;
    for commits in 0..40 {
        let shop = Shop::new(&format!("crash-{commits}"));
        shop.gateway
            .replies(CHARGE, 200, &transaction("order-1", "pending"));
        let mut first = Program::new(&shop, "key-1", Some(commits));
        let result = first.live();
        lived_to_the_end |= result.is_ok() && shop.effects().len() == 2;
        drop(first);

        // Another process, two minutes later: the customer clicks again, and the gateway sends its
        // notifications again.
        let mut second = Program::new(&shop, "key-2", None);
        second.seconds = 400;
        match second.click().unwrap() {
            Charged::Instructions(page) => {
                assert_eq!(page.redirect(&Environment::Sandbox).unwrap().as_str(), PAGE)
            }
            Charged::Unknown | Charged::Decided(_) => {}
            other => panic!("{commits}: {other:?}"),
        }
        shop.gateway.says("order-1", "settlement");
        second.accept(&signed("order-1", "201", "pending")).unwrap();
        second
            .accept(&signed("order-1", "200", "settlement"))
            .unwrap();
        for _ in 0..30 {
            second.seconds += 70;
            second.round().unwrap();
        }
        let effects = shop.effects();
        let effects: Vec<_> = effects.iter().map(String::as_str).collect();
        let allowed: [&[&str]; 2] = [&["order-1 pending", "order-1 paid"], &["order-1 paid"]];
        assert!(
            allowed.contains(&effects.as_slice()),
            "{commits}: {effects:?}"
        );
        assert_eq!(shop.number("SELECT count(*) FROM orders"), 1, "{commits}");
        assert_eq!(
            shop.number("SELECT count(*) FROM midtrans_change"),
            0,
            "{commits}"
        );
        let mut keys: Vec<_> = shop
            .gateway
            .seen()
            .into_iter()
            .filter(|seen| seen.starts_with(CHARGE))
            .collect();
        keys.dedup();
        assert_eq!(
            keys.len(),
            1,
            "{commits}: one charge, whatever was clicked: {keys:?}"
        );
    }
    assert!(
        lived_to_the_end,
        "the walk has fewer commits than were tried"
    );
}
