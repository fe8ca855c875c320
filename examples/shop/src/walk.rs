//! Plays the customer, tells every step, and checks that each ends as it should.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{StatusCode, Uri};
use midtrans_axum::protocol::{Notification, ServerKeys, notification};
use midtrans_inbox::Outcome;
use midtrans_reqwest::midtrans_transport::{AsyncTransport, Limits};
use midtrans_simulator::Simulator;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, timeout_at};

use crate::browser::{Browser, Page};
use crate::journal::{Entry, RecordingTransport, Way};
use crate::offer::Chosen;
use crate::orders::{Order, Payment};
use crate::routes::NOTIFICATION;
use crate::shop::Shop;
use crate::store::Error;
use crate::tell;
use crate::worker::{RunningWorker, WorkerConfig};

/// How long a notification, or what the worker does about it, may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// The payment methods of the walk: both send the customer to a page and take the browser back.
const PAID_WITH: [&str; 2] = ["akulaku", "kredivo"];

/// The customer, and all that is needed to see what the others do.
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
    /// One Akulaku and one Kredivo order, paid.
    pub(crate) async fn all(&mut self) -> Result<(), Error> {
        self.start_worker();
        for payment_type in PAID_WITH {
            let chosen = Chosen::of(payment_type).ok_or("the shop does not offer this")?;
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
        println!("\nBoth orders are paid, and each was shipped once.");
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
        let (id, pay_page) = self.order(&mut browser, chosen).await?;
        // The first order is paid while no worker runs.
        let is_restarted = chosen.payment_type() == PAID_WITH[0];
        if is_restarted {
            self.step("The shop's worker is stopped, as if the shop were being updated.");
            self.stop_worker().await?;
        }
        let back = self.approve(&mut browser, chosen, &pay_page).await?;
        expect(back.text.contains(&id), "the landing page names the order")?;
        let is_honest = ["We are checking", "Paid"]
            .iter()
            .any(|words| back.text.contains(words));
        expect(is_honest, "the landing page says what is known")?;
        self.settled(&id, is_restarted).await?;
        self.is_paid(&mut browser, &id).await?;
        self.repeat_and_forge(&id).await
    }

    /// From the product page to the pay page.
    async fn order(
        &mut self,
        browser: &mut Browser,
        chosen: Chosen,
    ) -> Result<(String, Uri), Error> {
        self.step("The customer opens the shop.");
        let product = browser.open(&url(&self.shop_url)?).await?;
        self.tell();
        expect(
            product.status == StatusCode::OK,
            "the product page is there",
        )?;

        self.step(&format!(
            "The customer presses “Pay with {}”. The shop writes down the order and what it expects, in one commit, then \
            charges and sends the browser on.",
            chosen.name()
        ));
        let form = product.form().ok_or("the product page has no form")?;
        let sent_off = browser
            .submit(form.clone(), Some(("payment_type", chosen.payment_type())))
            .await?;
        self.tell();
        expect(
            sent_off.status == StatusCode::SEE_OTHER,
            "the shop answers 303 See Other",
        )?;
        expect(
            sent_off.header("cache-control") == Some("no-store"),
            "the redirect is not cached",
        )?;
        let pay_page = sent_off.location().ok_or("the redirect leads nowhere")?;
        expect(
            pay_page.to_string().starts_with(self.simulator.url()),
            "the redirect leads to the gateway",
        )?;

        self.step(
            "The customer presses it again. It is the same order and the same page, and nothing is charged twice.",
        );
        let again = browser
            .submit(form, Some(("payment_type", chosen.payment_type())))
            .await?;
        expect(self.tell() == 1, "the gateway is not called again")?;
        expect(
            again.location().as_ref() == Some(&pay_page),
            "the redirect leads to the same page",
        )?;

        self.step("The gateway notifies the shop that the payment is pending. The shop stores that; it is no news.");
        let id = self.notified("pending").await?.order_id().to_owned();
        let order = self.stored(&id).await?;
        expect(order.payment == Payment::Open, "the order is open")?;
        expect(
            order.form.payment_type == chosen && order.shipped == 0,
            "nothing is shipped yet",
        )?;
        Ok((id, pay_page))
    }

    /// From the pay page back to the shop, the way each page does it.
    async fn approve(
        &mut self,
        browser: &mut Browser,
        chosen: Chosen,
        pay_page: &Uri,
    ) -> Result<Page, Error> {
        self.step(&format!("The customer looks at {}'s page.", chosen.name()));
        let page = browser.open(pay_page).await?;
        self.tell();
        let form = page.form().ok_or("the pay page has no form")?;

        self.step("The customer approves.");
        let answer = browser.submit(form, Some(("choice", "approve"))).await?;
        self.tell();
        let back = match (answer.location(), answer.form()) {
            (Some(location), _) => {
                self.step("The page sends the browser back with a redirect.");
                browser.open(&location).await?
            }
            (None, Some(form)) => {
                self.step("The page sends the browser back with a form, which posts itself.");
                browser.submit(form, None).await?
            }
            (None, None) => return Err("the pay page sends the browser nowhere".into()),
        };
        self.tell();
        expect(
            back.url.to_string().starts_with(&self.shop_url),
            "the way back leads to the shop",
        )?;
        expect(
            back.status == StatusCode::OK,
            "the shop welcomes the customer back",
        )?;
        Ok(back)
    }

    /// The notification, and what the worker makes of it.
    async fn settled(&mut self, id: &str, is_restarted: bool) -> Result<(), Error> {
        self.step("The gateway notifies the shop that the money is there. The shop verifies, stores, and answers.");
        expect(
            self.notified("settlement").await?.order_id() == id,
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
        self.tell();
        expect(
            page.status == StatusCode::OK && page.text.contains("<h1>Paid</h1>"),
            "the order page says paid",
        )
    }

    /// The same message twice, and a forged one.
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
            .send(request, Limits::new(PATIENCE, 1 << 20))
            .await;
        let status = answer?.status();
        for entry in self.message().await? {
            tell::entry(&entry.by(Way::Stranger), self.simulator.url());
        }
        expect(
            status == StatusCode::FORBIDDEN,
            "a forged notification is answered with 403",
        )?;
        expect(self.stored(id).await?.shipped == 1, "and changes nothing")
    }

    fn step(&mut self, words: &str) {
        self.steps += 1;
        println!("\n{:2}. {words}", self.steps);
    }

    /// Tells what the customer and the shop did; notifications and the worker wait for steps of
    /// their own. Returns how many requests it told.
    fn tell(&mut self) -> usize {
        while let Ok(entry) = self.entries.try_recv() {
            self.waiting.push_back(entry);
        }
        let waits = |entry: &Entry| matches!(entry.way(), Way::Notification | Way::Worker);
        let (waiting, told): (VecDeque<_>, VecDeque<_>) = self.waiting.drain(..).partition(waits);
        self.waiting = waiting;
        told.iter()
            .for_each(|entry| tell::entry(entry, self.simulator.url()));
        told.iter()
            .filter(|entry| matches!(entry, Entry::Asked(..)))
            .count()
    }

    /// Waits for the notification of a status, tells all that come, and verifies it once more.
    async fn notified(&mut self, status: &str) -> Result<Notification, Error> {
        loop {
            let entries = self
                .message()
                .await
                .map_err(|error| Error::from(format!("no {status} notification: {error}")))?;
            entries
                .iter()
                .for_each(|entry| tell::entry(entry, self.simulator.url()));
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
    async fn message(&mut self) -> Result<Vec<Entry>, Error> {
        let mut taken = Vec::new();
        while !matches!(taken.last(), Some(Entry::Answered(..))) {
            taken.push(self.next(Way::Notification).await?);
        }
        Ok(taken)
    }

    /// Tells what the worker does until it has acted on this.
    async fn worked(&mut self, id: &str, outcome: Outcome) -> Result<(), Error> {
        loop {
            let entry = self
                .next(Way::Worker)
                .await
                .map_err(|error| Error::from(format!("{id} is not {outcome}: {error}")))?;
            tell::entry(&entry, self.simulator.url());
            if matches!(&entry, Entry::Acted(order, became) if order == id && *became == outcome) {
                return Ok(());
            }
        }
    }

    /// What comes next from there; what comes from elsewhere waits.
    async fn next(&mut self, way: Way) -> Result<Entry, Error> {
        let deadline = Instant::now() + PATIENCE;
        if let Some(at) = self.waiting.iter().position(|entry| entry.way() == way) {
            return self
                .waiting
                .remove(at)
                .ok_or_else(|| "it was there a moment ago".into());
        }
        loop {
            let next = timeout_at(deadline, self.entries.recv()).await;
            let next = next.map_err(|_| {
                Error::from(format!("nothing came in {} seconds", PATIENCE.as_secs()))
            })?;
            let next = next.ok_or("the shop stopped")?;
            if next.way() == way {
                return Ok(next);
            }
            self.waiting.push_back(next);
        }
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
