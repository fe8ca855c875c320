//! Plays the customer, tells every step, and checks that each ends as it should.

mod following;
mod ordering;
mod paying;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{StatusCode, Uri};
use midtrans_inbox::Outcome;
use midtrans_reqwest::midtrans_transport::{AsyncTransport, Limits};
use midtrans_simulator::Simulator;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::browser::Browser;
use crate::journal::{Entry, RecordingTransport, Way};
use crate::offer::Chosen;
use crate::orders::{Order, Payment};
use crate::print;
use crate::routes::NOTIFICATION;
use crate::shop::Shop;
use crate::store::Error;
use crate::worker::{RunningWorker, WorkerConfig};

/// The longest that a notification, or the worker's answer to it, may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The offers that the walk pays with: one of each shape, two that send the browser to a page and
/// take it back in two ways, and Snap.
const PAID_WITH: [&str; 10] = [
    "akulaku",
    "kredivo",
    "bca",
    "echannel",
    "indomaret",
    "qris",
    "shopeepay",
    "ovo",
    "credit_card",
    "snap_page",
];

/// The customer, and the means to follow the gateway and the shop.
pub(crate) struct Walk<'a> {
    pub(crate) shop: &'a Shop,
    pub(crate) shop_url: String,
    pub(crate) simulator: &'a Simulator,
    pub(crate) transport: Arc<dyn AsyncTransport>,
    pub(crate) worker_config: WorkerConfig,
    pub(crate) worker: Option<RunningWorker>,
    pub(crate) entries: UnboundedReceiver<Entry>,
    /// Entries that belong to a later step.
    pub(crate) waiting: VecDeque<Entry>,
    pub(crate) steps: u32,
}

impl Walk<'_> {
    /// One order with each of these offers, paid.
    pub(crate) async fn all(&mut self) -> Result<(), Error> {
        self.start_worker();
        for id in PAID_WITH {
            let chosen = Chosen::of(id).ok_or("the shop does not offer this")?;
            self.pay_with(chosen)
                .await
                .map_err(|error| Error::from(format!("{}: {error}", chosen.name())))?;
        }
        self.step("The operator looks at the inbox.");
        let snapshot = self.shop.store.snapshot().await?;
        snapshot
            .to_string()
            .lines()
            .for_each(|line| println!("       {line}"));
        println!(
            "\nAll {} orders are paid, and each was shipped once.",
            PAID_WITH.len()
        );
        Ok(())
    }

    fn start_worker(&mut self) {
        self.worker = Some(RunningWorker::start(
            Arc::clone(&self.shop.store),
            self.worker_config.clone(),
        ));
    }

    pub(crate) async fn stop_worker(&mut self) -> Result<(), Error> {
        match self.worker.take() {
            Some(worker) => worker.stop().await,
            None => Ok(()),
        }
    }

    async fn pay_with(&mut self, chosen: Chosen) -> Result<(), Error> {
        println!("\n=== A customer pays with {} ===", chosen.name());
        let (transport, journal) = (Arc::clone(&self.transport), self.shop.journal.clone());
        let mut browser = Browser::new(Arc::new(RecordingTransport {
            transport,
            journal,
            way: Way::Browser,
        }));
        let id = self.order(&mut browser, chosen).await?;
        // The first order is paid while no worker runs.
        let is_restarted = chosen.id() == PAID_WITH[0];
        if is_restarted {
            self.step("The shop's worker is stopped, as if the shop were being updated.");
            self.stop_worker().await?;
        }
        self.pay(&mut browser, &id).await?;
        // A card's money is taken first, and settled the next day.
        let status = if chosen.asks_for_card() {
            "capture"
        } else {
            "settlement"
        };
        self.settled(&id, status, is_restarted).await?;
        self.is_paid(&mut browser, &id).await?;
        if chosen.id() == PAID_WITH[0] {
            self.repeat_and_forge(&id).await?;
        }
        Ok(())
    }

    /// Follows the notification, and the worker's act on it.
    async fn settled(&mut self, id: &str, status: &str, is_restarted: bool) -> Result<(), Error> {
        self.step("The gateway notifies the shop that the money is there. The shop verifies, stores, and answers.");
        expect(
            self.notified(status).await?.order_id() == id,
            "the notification is about this order",
        )?;
        if is_restarted {
            expect(
                self.stored(id).await?.shipped == 0,
                "it is not acted on yet",
            )?;
            self.step("The worker is started again and finds it.");
            self.start_worker();
        } else {
            self.step("The worker finds it.");
        }
        println!(
            "    Its status is not signed, so the gateway is asked; then the order is paid and shipped, in one commit."
        );
        self.worked(id, Outcome::Paid).await
    }

    async fn is_paid(&mut self, browser: &mut Browser, id: &str) -> Result<(), Error> {
        let order = self.stored(id).await?;
        expect(
            order.payment == Payment::Became(Outcome::Paid),
            "the order is paid",
        )?;
        expect(order.shipped == 1, "the goods are shipped once")?;

        self.step("The customer looks at the order.");
        let page = browser
            .open(&url(&format!("{}/orders/{id}", self.shop_url))?)
            .await?;
        self.print();
        expect(
            page.status == StatusCode::OK && page.text.contains("<h1>Paid</h1>"),
            "the order page says paid",
        )
    }

    /// Sends the same message twice, and a forged one.
    async fn repeat_and_forge(&mut self, id: &str) -> Result<(), Error> {
        self.step("The gateway sends the same notification again. Nothing happens twice.");
        self.simulator.idle().await;
        let messages = self.simulator.messages();
        let told = messages
            .iter()
            .find(|message| *message.order_id == *id && message.body.contains("settlement"));
        let told = told.ok_or("the gateway knows no settlement")?;
        expect(self.simulator.repeat(told.id), "the gateway sends it again")?;
        expect(
            self.notified("settlement").await?.order_id() == id,
            "it is about this order",
        )?;
        expect(
            self.stored(id).await?.shipped == 1,
            "the goods are still shipped once",
        )?;

        self.step("A stranger sends it with another amount. The shop does not believe it.");
        let forged = told.body.replace("0.00", "1.00");
        let request = http::Request::post(format!("{}{NOTIFICATION}", self.shop_url));
        let request = request
            .header("content-type", "application/json")
            .body(forged.into_bytes());
        let request = request?;
        let answer = self
            .transport
            .send(request, Limits::new(TIMEOUT, 1 << 20))
            .await;
        let status = answer?.status();
        for entry in self.message().await? {
            print::entry(&entry.by(Way::Stranger), self.simulator.url());
        }
        expect(
            status == StatusCode::FORBIDDEN,
            "a forged notification is answered with 403",
        )?;
        expect(self.stored(id).await?.shipped == 1, "and changes nothing")
    }

    async fn stored(&self, id: &str) -> Result<Order, Error> {
        let order = self.shop.order(id).await?;
        order.ok_or_else(|| Error::from(format!("the shop has no order {id}")))
    }
}

fn expect(holds: bool, what: &str) -> Result<(), Error> {
    if holds {
        Ok(())
    } else {
        Err(format!("expected that {what}").into())
    }
}

fn url(text: &str) -> Result<Uri, Error> {
    text.parse()
        .map_err(|_| Error::from(format!("{text} is no URL")))
}
