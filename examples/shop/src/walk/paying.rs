//! Pays: on a page, at a machine or a counter, in an app. One way for each shape of instructions.

use axum::http::StatusCode;
use midtrans_axum::protocol::instructions::Instructions;

use super::{Walk, expect, url};
use crate::browser::{Browser, Page};
use crate::orders::{Order, ToPay};
use crate::store::Error;

/// The method that is chosen on Snap's page.
const METHOD: &str = "bca_va";

/// The password of the sandbox's cards.
const PASSWORD: &str = "112233";

impl Walk<'_> {
    /// Pays an order in the way that its instructions say.
    pub(super) async fn pay(&mut self, browser: &mut Browser, id: &str) -> Result<(), Error> {
        let order = self.stored(id).await?;
        let to_pay = order.to_pay.clone().ok_or("the order cannot be paid")?;
        if order.pay_page.is_some() {
            return self.pay_on_page(browser, &order).await;
        }
        self.step("The customer looks at the order.");
        let page = browser
            .open(&url(&format!("{}/orders/{id}", self.shop_url))?)
            .await?;
        self.print();
        let pay_page = match &to_pay.instructions {
            Instructions::VirtualAccount { va_number, .. } => {
                self.type_number(browser, &page, va_number, "at the bank's machine")
                    .await?
            }
            Instructions::Bill { bill_key, .. } => {
                self.type_number(browser, &page, bill_key, "at the bank's machine")
                    .await?
            }
            Instructions::PaymentCode { payment_code, .. } => {
                self.type_number(browser, &page, payment_code, "at the store's counter")
                    .await?
            }
            Instructions::Wallet(wallet) => match (&to_pay.app_link, &wallet.qr_string) {
                (Some(link), _) => self.open_app(browser, &page, link).await?,
                (None, Some(text)) => self.scan(browser, &page, &to_pay, text).await?,
                _ => return Err("the wallet can be opened in no way".into()),
            },
            Instructions::ConfirmInApp => self.open_prompt(browser, &page, id).await?,
            _ => return Err("the walk does not know how to pay this".into()),
        };
        self.step("The customer confirms.");
        let form = pay_page.form().ok_or("the page has no form")?;
        let answer = browser.submit(form, Some(("choice", "approve"))).await?;
        self.print();
        expect(
            matches!(answer.status, StatusCode::OK | StatusCode::SEE_OTHER),
            "the page takes the choice",
        )
    }

    /// Pays on a page of the provider or of the card's bank, and comes back to the shop in the
    /// page's own way.
    async fn pay_on_page(&mut self, browser: &mut Browser, order: &Order) -> Result<(), Error> {
        let pay_page = order.pay_page.as_ref().ok_or("the order has no page")?;
        let place = order.form.offer.place();
        self.step(&format!("The customer looks at the page of {place}."));
        let mut page = browser.open(&url(pay_page.as_str())?).await?;
        self.print();
        if order.page.is_some() {
            page = self.choose(browser, &page, order).await?;
        }
        let mut form = page.form().ok_or("the pay page has no form")?;

        self.step("The customer approves.");
        let is_card = order.form.offer.asks_for_card();
        form.fill("otp", PASSWORD);
        let button = (!is_card).then_some(("choice", "approve"));
        let answer = browser.submit(form, button).await?;
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
        expect(
            back.text.contains(&order.form.order_id),
            "the landing page names the order",
        )?;
        let is_honest = ["We are checking", "Paid"]
            .iter()
            .any(|words| back.text.contains(words));
        expect(is_honest, "the landing page says what is known")
    }

    /// Chooses a method on Snap's page, which then says how to pay.
    async fn choose(
        &mut self,
        browser: &mut Browser,
        page: &Page,
        order: &Order,
    ) -> Result<Page, Error> {
        self.step("The customer chooses a virtual account there.");
        let form = page.form().ok_or("Snap's page has no form")?;
        let chosen = browser.submit(form, Some(("method", METHOD))).await?;
        let page = chosen.location().ok_or("Snap's page takes no method")?;
        let page = browser.open(&page).await?;
        self.print();
        self.step("The gateway notifies the shop that this payment is pending.");
        expect(
            self.notified("pending").await?.order_id() == order.form.order_id,
            "the notification is about this order",
        )?;
        Ok(page)
    }

    /// Types the number of the order's page somewhere else.
    async fn type_number(
        &mut self,
        browser: &mut Browser,
        page: &Page,
        number: &str,
        place: &str,
    ) -> Result<Page, Error> {
        expect(
            page.text.contains(&format!(">{number}</output>")),
            "the order's page shows the number",
        )?;
        self.step(&format!("The customer types {number} {place}."));
        self.find(browser, number).await
    }

    /// Scans the QR code of the order's page.
    async fn scan(
        &mut self,
        browser: &mut Browser,
        page: &Page,
        to_pay: &ToPay,
        text: &str,
    ) -> Result<Page, Error> {
        let picture = to_pay.picture.as_ref().ok_or("the code has no picture")?;
        expect(
            page.text
                .contains(&format!(r#"<img src="{}""#, picture.as_str())),
            "the order's page shows the QR code",
        )?;
        self.step("The customer's browser loads the QR code, and a phone scans it.");
        let picture = browser.open(&url(picture.as_str())?).await?;
        expect(
            picture.header("content-type") == Some("image/png"),
            "the QR code is a picture",
        )?;
        self.print();
        self.find(browser, text).await
    }

    /// The simulator's page that takes a number or a QR code leads to the page where it is paid.
    async fn find(&mut self, browser: &mut Browser, text: &str) -> Result<Page, Error> {
        let machine = url(&format!("{}/pay", self.simulator.url()))?;
        let mut form = browser
            .open(&machine)
            .await?
            .form()
            .ok_or("the machine has no form")?;
        form.fill("number", text);
        let found = browser.submit(form, None).await?;
        let pay_page = found.location().ok_or("the machine knows no such number")?;
        let page = browser.open(&pay_page).await?;
        self.print();
        Ok(page)
    }

    async fn open_app(
        &mut self,
        browser: &mut Browser,
        page: &Page,
        link: &str,
    ) -> Result<Page, Error> {
        expect(
            page.text.contains(&link.replace('&', "&amp;")),
            "the order's page has the link",
        )?;
        self.step("The customer opens the wallet's app by its link.");
        let app = browser.open(&url(link)?).await?;
        self.print();
        Ok(app)
    }

    /// The shop has no link to a phone, but the simulator has a page for each payment.
    async fn open_prompt(
        &mut self,
        browser: &mut Browser,
        page: &Page,
        id: &str,
    ) -> Result<Page, Error> {
        expect(
            page.text.contains("data-seconds-left="),
            "the order's page counts the time down",
        )?;
        self.step("The customer takes the phone, where the app asks.");
        let asked = self.simulator.timeline(id).ok_or("the app asks nothing")?;
        let transaction = asked.summary.transaction_id;
        let app = url(&format!("{}/pay/{transaction}", self.simulator.url()))?;
        let app = browser.open(&app).await?;
        self.print();
        Ok(app)
    }
}
