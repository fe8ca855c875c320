//! Plays the customer, tells every step, and checks that each ends as it should.

mod following;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{StatusCode, Uri};
use midtrans_inbox::Outcome;
use midtrans_reqwest::midtrans_transport::{AsyncTransport, Limits};
use midtrans_simulator::Simulator;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::browser::{Browser, Page};
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

/// The payment methods of the walk: both send the customer to a page and take the browser back.
const PAID_WITH: [&str; 2] = ["akulaku", "kredivo"];

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
        let is_restarted = chosen.id() == PAID_WITH[0];
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

    /// Orders: from the product page to the pay page.
    async fn order(
        &mut self,
        browser: &mut Browser,
        chosen: Chosen,
    ) -> Result<(String, Uri), Error> {
        self.step("The customer opens the shop.");
        let product = browser.open(&url(&self.shop_url)?).await?;
        self.print();
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
            .submit(form.clone(), Some(("offer", chosen.id())))
            .await?;
        self.print();
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
        let again = browser.submit(form, Some(("offer", chosen.id()))).await?;
        expect(self.print() == 1, "the gateway is not called again")?;
        expect(
            again.location().as_ref() == Some(&pay_page),
            "the redirect leads to the same page",
        )?;

        self.step("The gateway notifies the shop that the payment is pending. The shop stores that; it is no news.");
        let id = self.notified("pending").await?.order_id().to_owned();
        let order = self.stored(&id).await?;
        expect(order.payment == Payment::Open, "the order is open")?;
        expect(
            order.form.offer == chosen && order.shipped == 0,
            "nothing is shipped yet",
        )?;
        Ok((id, pay_page))
    }

    /// Pays: from the pay page back to the shop, the way each page does it.
    async fn approve(
        &mut self,
        browser: &mut Browser,
        chosen: Chosen,
        pay_page: &Uri,
    ) -> Result<Page, Error> {
        self.step(&format!("The customer looks at {}'s page.", chosen.name()));
        let page = browser.open(pay_page).await?;
        self.print();
        let form = page.form().ok_or("the pay page has no form")?;

        self.step("The customer approves.");
        let answer = browser.submit(form, Some(("choice", "approve"))).await?;
        self.print();
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
        self.print();
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

    /// Follows the notification, and the worker's act on it.
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
