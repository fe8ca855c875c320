//! Plays the customer, tells every step, and checks that each ends as it should.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{StatusCode, Uri};
use midtrans_axum::protocol::{Notification, ServerKeys, notification};
use midtrans_reqwest::midtrans_transport::{AsyncTransport, Limits};
use midtrans_simulator::Simulator;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, timeout_at};

use crate::browser::{Browser, Page};
use crate::cart::Provider;
use crate::journal::{Entry, Journal, Noted, Way};
use crate::orders::{Order, Payment, Source};
use crate::routes::NOTIFICATION;
use crate::shop::Shop;
use crate::tell;

/// How long a notification may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Something is not as it should be.
#[derive(Debug)]
pub(crate) struct Differs(String);

impl Differs {
    pub(crate) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl fmt::Display for Differs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Differs {}

/// The customer, and what is needed to look over everybody's shoulder.
pub(crate) struct Walk<'a> {
    pub(crate) shop: &'a Shop,
    pub(crate) shop_url: String,
    pub(crate) simulator: &'a Simulator,
    pub(crate) transport: Arc<dyn AsyncTransport>,
    pub(crate) journal: Journal,
    pub(crate) entries: UnboundedReceiver<Entry>,
    /// Notifications that came while a step of the customer was told.
    pub(crate) waiting: VecDeque<Entry>,
    pub(crate) steps: u32,
}

impl Walk<'_> {
    /// One Akulaku and one Kredivo order, paid.
    pub(crate) async fn all(&mut self) -> Result<(), Differs> {
        println!("The shop is at {}, the simulated gateway at {}.", self.shop_url, self.simulator.url());
        for provider in Provider::BOTH {
            self.pay_with(provider).await.map_err(|error| Differs(format!("{}: {error}", provider.name())))?;
        }
        println!("\nBoth orders are paid, and each was shipped once.");
        Ok(())
    }

    async fn pay_with(&mut self, provider: Provider) -> Result<(), Differs> {
        println!("\n=== A customer pays with {} ===", provider.name());
        let transport = Arc::clone(&self.transport);
        let mut browser = Browser::new(Arc::new(Noted { transport, journal: self.journal.clone(), way: Way::Browser }));
        let (id, pay_page) = self.order(&mut browser, provider).await?;
        let back = self.approve(&mut browser, provider, &pay_page).await?;
        expect(back.text.contains(&id), "the landing page names the order")?;
        let is_honest = ["We are checking", "Paid"].iter().any(|words| back.text.contains(words));
        expect(is_honest, "the landing page says what is known")?;
        self.is_paid(&mut browser, &id).await?;
        self.repeat_and_forge(&id).await
    }

    /// From the product page to the pay page.
    async fn order(&mut self, browser: &mut Browser, provider: Provider) -> Result<(String, Uri), Differs> {
        self.step("The customer opens the shop.");
        let product = browser.open(&url(&self.shop_url)?).await?;
        self.tell();
        expect(product.status == StatusCode::OK, "the product page is there")?;

        self.step(&format!(
            "The customer presses “Pay with {}”. The shop writes the order down, charges, and sends the browser on.",
            provider.name()
        ));
        let form = product.form().ok_or_else(|| Differs::new("the product page has no form"))?;
        let sent_off = browser.submit(form, Some(("provider", provider.word()))).await?;
        self.tell();
        expect(sent_off.status == StatusCode::SEE_OTHER, "the shop answers 303 See Other")?;
        expect(sent_off.header("cache-control") == Some("no-store"), "the redirect is not cached")?;
        let pay_page = sent_off.location().ok_or_else(|| Differs::new("the redirect leads nowhere"))?;
        expect(pay_page.to_string().starts_with(self.simulator.url()), "the redirect leads to the gateway")?;

        self.step("The gateway notifies the shop that the payment is pending.");
        let id = self.notified("pending").await?.order_id().to_owned();
        let order = self.stored(&id)?;
        expect(matches!(order.payment, Payment::Open { .. }), "the order is open")?;
        expect(order.provider == provider && order.shipped == 0, "nothing is shipped yet")?;
        Ok((id, pay_page))
    }

    /// From the pay page back to the shop, the way each provider does it.
    async fn approve(&mut self, browser: &mut Browser, provider: Provider, pay_page: &Uri) -> Result<Page, Differs> {
        self.step(&format!("The customer looks at {}'s page.", provider.name()));
        let page = browser.open(pay_page).await?;
        self.tell();
        let form = page.form().ok_or_else(|| Differs::new("the pay page has no form"))?;

        self.step("The customer approves.");
        let answer = browser.submit(form, Some(("choice", "approve"))).await?;
        self.tell();
        let back = match provider {
            Provider::Akulaku => {
                self.step("Akulaku's page sends the browser back with a form, which posts itself.");
                let form = answer.form().ok_or_else(|| Differs::new("Akulaku's way back has no form"))?;
                browser.submit(form, None).await?
            }
            Provider::Kredivo => {
                self.step("Kredivo sends the browser back with a redirect.");
                let location = answer.location().ok_or_else(|| Differs::new("Kredivo sends the browser nowhere"))?;
                browser.open(&location).await?
            }
        };
        self.tell();
        expect(back.url.to_string().starts_with(&self.shop_url), "the way back leads to the shop")?;
        expect(back.status == StatusCode::OK, "the shop welcomes the customer back")?;
        Ok(back)
    }

    async fn is_paid(&mut self, browser: &mut Browser, id: &str) -> Result<(), Differs> {
        self.step("The gateway notifies the shop that the money is there. The shop verifies, decides, and ships.");
        expect(self.notified("settlement").await?.order_id() == id, "the notification is about this order")?;
        let order = self.stored(id)?;
        expect(order.payment == Payment::Paid, "the decision is paid")?;
        expect(order.source == Some(Source::Notification), "the notification alone decided")?;
        expect(order.shipped == 1, "the goods are shipped once")?;

        self.step("The customer looks at the order.");
        let page = browser.open(&url(&format!("{}/orders/{id}", self.shop_url))?).await?;
        self.tell();
        expect(page.status == StatusCode::OK && page.text.contains("<h1>Paid</h1>"), "the order page says paid")
    }

    /// What happens on the internet, too: the same message twice, and one that somebody made up.
    async fn repeat_and_forge(&mut self, id: &str) -> Result<(), Differs> {
        self.step("The gateway sends the same notification again. Nothing happens twice.");
        self.simulator.idle().await;
        let messages = self.simulator.messages();
        let told = messages.iter().find(|message| message.order_id == id && message.body.contains("settlement"));
        let told = told.ok_or_else(|| Differs::new("the gateway knows no settlement"))?;
        expect(self.simulator.repeat(told.id), "the gateway sends it again")?;
        self.notified("settlement").await?;
        expect(self.stored(id)?.shipped == 1, "the goods are still shipped once")?;

        self.step("Somebody sends it with another amount. The shop does not believe it.");
        let forged = told.body.replace("0.00", "1.00");
        let request = http::Request::post(format!("{}{NOTIFICATION}", self.shop_url));
        let request = request.header("content-type", "application/json").body(forged.into_bytes());
        let request = request.map_err(|error| Differs(error.to_string()))?;
        let answer = self.transport.send(request, Limits::new(PATIENCE, 1 << 20)).await;
        let status = answer.map_err(|error| Differs(error.to_string()))?.status();
        for entry in self.take().await? {
            tell::entry(&entry.by(Way::Stranger), self.simulator.url());
        }
        expect(status == StatusCode::FORBIDDEN, "a forged notification is answered with 403")?;
        expect(self.stored(id)?.shipped == 1, "and changes nothing")
    }

    fn step(&mut self, words: &str) {
        self.steps += 1;
        println!("\n{:2}. {words}", self.steps);
    }

    /// Tells what the customer and the shop did; notifications wait for a step of their own.
    fn tell(&mut self) {
        while let Ok(entry) = self.entries.try_recv() {
            if entry.way() == Way::Notification {
                self.waiting.push_back(entry);
            } else {
                tell::entry(&entry, self.simulator.url());
            }
        }
    }

    /// Waits for the notification of a status, tells all that come, and verifies it once more.
    async fn notified(&mut self, status: &str) -> Result<Notification, Differs> {
        loop {
            let entries = self.take().await.map_err(|error| Differs(format!("no {status} notification: {error}")))?;
            entries.iter().for_each(|entry| tell::entry(entry, self.simulator.url()));
            let (Some(Entry::Asked(_, request)), Some(Entry::Answered(_, answer))) = (entries.first(), entries.last())
            else {
                return Err(Differs::new("a notification came without a request or without an answer"));
            };
            let keys = ServerKeys::from(self.simulator.server_key());
            let notification =
                notification::verify(request.body(), &keys).map_err(|error| Differs(error.to_string()))?;
            expect(answer.status() == StatusCode::OK, "the shop acknowledges a genuine notification")?;
            if notification.reported().transaction_status().is_some_and(|reported| reported.as_str() == status) {
                return Ok(notification);
            }
        }
    }

    /// The next notification, from its request to its answer.
    async fn take(&mut self) -> Result<Vec<Entry>, Differs> {
        let deadline = Instant::now() + PATIENCE;
        let mut taken = Vec::new();
        while !matches!(taken.last(), Some(Entry::Answered(..))) {
            let next = match self.waiting.pop_front() {
                Some(entry) => Some(entry),
                None => timeout_at(deadline, self.entries.recv())
                    .await
                    .map_err(|_| Differs(format!("nothing came in {} seconds", PATIENCE.as_secs())))?,
            };
            taken.push(next.ok_or_else(|| Differs::new("the shop stopped"))?);
        }
        Ok(taken)
    }

    fn stored(&self, id: &str) -> Result<Order, Differs> {
        let order = self.shop.orders().get(id).map_err(|error| Differs(error.to_string()))?;
        order.ok_or_else(|| Differs(format!("the shop has no order {id}")))
    }
}

fn expect(holds: bool, what: &str) -> Result<(), Differs> {
    if holds { Ok(()) } else { Err(Differs(format!("expected that {what}"))) }
}

fn url(text: &str) -> Result<Uri, Differs> {
    text.parse().map_err(|_| Differs(format!("{text} is no URL")))
}
