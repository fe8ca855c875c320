//! Orders: from the product page to the charge.

use axum::http::StatusCode;
use midtrans_reqwest::midtrans_transport::{AsyncTransport, Limits};

use super::{TIMEOUT, Walk, expect, url};
use crate::browser::{Browser, Form, Page};
use crate::journal::{RecordingTransport, Way};
use crate::offer::Chosen;
use crate::orders::Payment;
use crate::store::Error;

/// The sandbox's card that its bank accepts. ([Test
/// cards](https://docs.midtrans.com/docs/testing-payment-on-sandbox))
const CARD: &str = "card_number=4811111111111114&card_exp_month=12&card_exp_year=2049&card_cvv=123";

impl Walk<'_> {
    /// Orders, and returns the order's id.
    pub(super) async fn order(
        &mut self,
        browser: &mut Browser,
        chosen: Chosen,
    ) -> Result<String, Error> {
        self.step("The customer opens the shop.");
        let product = browser.open(&url(&self.shop_url)?).await?;
        self.print();
        expect(
            product.status == StatusCode::OK,
            "the product page is there",
        )?;
        let mut form = product.form().ok_or("the product page has no form")?;
        let id = form.value("order_id").to_owned();
        let mut button = Some(("offer", chosen.id()));
        if chosen.asks_for_card() {
            form = self.type_card(browser, form, chosen).await?;
            button = None;
        }

        self.step(&format!(
            "The customer pays with {}. The shop writes down the order and what it expects, in one commit, then charges \
            and sends the browser on.",
            chosen.name()
        ));
        let sent_off = browser.submit(form.clone(), button).await?;
        self.print();
        self.is_sent_on(&sent_off, &id).await?;

        self.step(
            "The customer presses it again. It is the same order, and nothing is charged twice.",
        );
        let again = browser.submit(form, button).await?;
        expect(self.print() == 1, "the gateway is not called again")?;
        expect(
            again.location() == sent_off.location(),
            "the redirect leads to the same page",
        )?;

        if chosen.is_on_a_page() {
            self.step("The gateway knows no payment of the order before the customer chooses one. That is no failure.");
        } else {
            self.step("The gateway notifies the shop that the payment is pending. The shop stores that; it is no news.");
            expect(
                self.notified("pending").await?.order_id() == id,
                "the notification is about this order",
            )?;
        }
        let order = self.stored(&id).await?;
        expect(order.payment == Payment::Open, "the order is open")?;
        expect(
            order.form.offer == chosen && order.shipped == 0,
            "nothing is shipped yet",
        )?;
        Ok(id)
    }

    /// Types a card. As the gateway's library does in a real browser, this asks the gateway for a
    /// token, and the shop's form gets the token alone.
    async fn type_card(
        &mut self,
        browser: &mut Browser,
        form: Form,
        chosen: Chosen,
    ) -> Result<Form, Error> {
        self.step("The customer chooses the card. The shop asks for it on a page of its own.");
        let page = browser.submit(form, Some(("offer", chosen.id()))).await?;
        self.print();
        let mut form = page.form().ok_or("the card's page has no form")?;

        self.step("The customer types a card. The browser exchanges it for a token at the gateway; the shop never sees it.");
        let libraries = &self.shop.libraries;
        let gateway = libraries
            .card_origin()
            .ok_or("the library has no address")?;
        let request = http::Request::get(format!(
            "{gateway}/v2/token?client_key={}&{CARD}",
            libraries.client_key
        ));
        let recorded = RecordingTransport {
            transport: self.transport.clone(),
            journal: self.shop.journal.clone(),
            way: Way::Browser,
        };
        let answer = recorded
            .send(request.body(Vec::new())?, Limits::new(TIMEOUT, 1 << 20))
            .await?;
        self.print();
        let answer: serde_json::Value = serde_json::from_slice(answer.body())?;
        let token = answer["token_id"]
            .as_str()
            .ok_or("the gateway gave no token")?;
        form.fill("token_id", token);
        Ok(form)
    }

    /// Where the method has a page, the shop leads there; otherwise to the order, which says how to
    /// pay.
    async fn is_sent_on(&self, page: &Page, id: &str) -> Result<(), Error> {
        expect(
            page.status == StatusCode::SEE_OTHER,
            "the shop answers 303 See Other",
        )?;
        let to = page
            .location()
            .ok_or("the redirect leads nowhere")?
            .to_string();
        let order = self.stored(id).await?;
        match order.pay_page {
            Some(_) if !order.form.offer.asks_for_card() => {
                expect(
                    page.header("cache-control") == Some("no-store"),
                    "the redirect is not cached",
                )?;
                expect(
                    to.starts_with(self.simulator.url()),
                    "the redirect leads to the gateway",
                )
            }
            _ => expect(
                to == format!("{}/orders/{id}", self.shop_url),
                "the redirect leads to the order",
            ),
        }
    }
}
