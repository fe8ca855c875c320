//! An order, as the shop's pages show it.

use std::time::SystemTime;

use midtrans_axum::protocol::Environment;
use midtrans_axum::protocol::instructions::{Instructions, RedirectUrl, Shape};
use midtrans_axum::protocol::time::WibTime;
use midtrans_inbox::{Outcome, Record};

use crate::cart::OrderForm;
use crate::store::{Error, StoredOrder};

/// One order.
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) form: OrderForm,
    pub(crate) payment: Payment,
    /// The number of times the goods were sent. Anything but 0 and 1 is a bug that costs money.
    pub(crate) shipped: u32,
    /// The instructions to pay, as long as it can be paid.
    pub(crate) to_pay: Option<ToPay>,
    /// The page of Snap on which the customer chooses a method, as long as it can be paid.
    pub(crate) page: Option<SnapPage>,
    /// The page where the customer can pay now, if there is one.
    pub(crate) pay_page: Option<RedirectUrl>,
    /// A person has to look at it before more is known.
    pub(crate) is_in_review: bool,
}

/// A page of Snap, as the shop keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SnapPage {
    /// With it a stranger sees the order and may pay it.
    pub(crate) token: String,
    pub(crate) url: String,
}

/// The instructions to pay an order.
#[derive(Clone)]
pub(crate) struct ToPay {
    pub(crate) instructions: Instructions,
    /// The moment at which the payment expires.
    pub(crate) until: Option<WibTime>,
    /// The same from now, when the page is made.
    pub(crate) seconds_left: u64,
    /// The picture of a QR code.
    pub(crate) picture: Option<RedirectUrl>,
    /// The link that opens a wallet's app.
    pub(crate) app_link: Option<String>,
    /// The gateway cancels pending payments of this method.
    pub(crate) may_be_cancelled: bool,
    /// The simulator's page where the customer's part is played: a bank's machine, a scanner.
    pub(crate) machine: Option<String>,
}

/// The state of an order's payment, as far as the shop knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payment {
    /// The charge is under way or was sent, and nothing was heard of it.
    Open,
    /// The gateway refused the charge: there is nothing to pay.
    Refused,
    /// The outcome that the worker has acted on.
    Became(Outcome),
}

impl Payment {
    /// Returns whether more is to come.
    pub(crate) const fn is_undecided(self) -> bool {
        matches!(self, Self::Open | Self::Became(Outcome::Pending))
    }

    /// Returns whether the order may be charged again.
    pub(crate) fn may_be_charged_again(self) -> bool {
        match self {
            Self::Open => false,
            Self::Refused => true,
            Self::Became(outcome) => outcome.is_closed_without_money(),
        }
    }
}

impl Order {
    pub(crate) fn read(stored: &StoredOrder, environment: &Environment) -> Result<Self, Error> {
        let record = stored.history.record.as_ref();
        let outcome = record.and_then(|record| record.outcome);
        let payment = match stored.payment.as_str() {
            // A refusal is told to the caller of the charge, and to no handler.
            "open" if outcome == Some(Outcome::NotCharged) => Payment::Refused,
            "open" => Payment::Open,
            word => Payment::Became(
                Outcome::from_word(word)
                    .ok_or("an order has a payment that this shop does not know")?,
            ),
        };
        let form: OrderForm = serde_json::from_str(&stored.form)?;
        let is_in_review = payment.is_undecided() && stored.history.needs_attention();
        let may_pay = payment.is_undecided() && !is_in_review;
        // One of an earlier life of the order, which is now paid in another way, is not shown.
        let shows_page = may_pay && form.offer.is_on_a_page();
        let page = stored.page.clone().filter(|_| shows_page);
        let to_pay = record.filter(|_| may_pay).and_then(|record| {
            let instructions = match &page {
                // The method that was chosen there is changed and paid there.
                Some(page) => Some(Instructions::Redirect(page.url.clone())),
                None => record.charging.instructions.clone(),
            };
            ToPay::of(record, instructions?, &form, environment)
        });
        let pay_page = to_pay
            .as_ref()
            .and_then(|to_pay| to_pay.instructions.redirect(environment));
        Ok(Self {
            form,
            payment,
            shipped: stored.shipped,
            to_pay,
            page,
            pay_page,
            is_in_review,
        })
    }
}

impl ToPay {
    fn of(
        record: &Record,
        instructions: Instructions,
        form: &OrderForm,
        environment: &Environment,
    ) -> Option<Self> {
        let expires = record.expectation.expires_at;
        let left = expires.duration_since(SystemTime::now());
        let (picture, app_link) = match &instructions {
            Instructions::Wallet(wallet) => (
                web_address(wallet.qr_image.as_deref(), environment),
                app_link(wallet.deeplink.as_deref(), environment),
            ),
            _ => (None, None),
        };
        let machine = match environment {
            Environment::Custom(base) => Some(machine(base.as_str(), form, &instructions)),
            _ => None,
        };
        Some(Self {
            instructions,
            until: WibTime::try_from(expires).ok(),
            seconds_left: left.map_or(0, |left| left.as_secs()),
            picture,
            app_link,
            may_be_cancelled: form.offer.terms(form).supports_cancel && !form.offer.is_on_a_page(),
            machine,
        })
    }
}

/// The simulator's page that asks for a number; of a wallet or an app, the payment's page in the
/// console, which leads to the phone.
fn machine(base: &str, form: &OrderForm, instructions: &Instructions) -> String {
    match instructions.shape() {
        Shape::Wallet | Shape::ConfirmInApp => {
            format!("{base}/console/transactions/{}", form.order_id)
        }
        _ => format!("{base}/pay"),
    }
}

fn web_address(url: Option<&str>, environment: &Environment) -> Option<RedirectUrl> {
    RedirectUrl::new(url?, environment).ok()
}

/// Returns a wallet's link where it is a web page or opens an app of the wallets; any other scheme
/// could be a script.
fn app_link(url: Option<&str>, environment: &Environment) -> Option<String> {
    let url = url?;
    let opens_app = APPS.iter().any(|scheme| url.starts_with(scheme));
    let is_followed = opens_app || RedirectUrl::new(url, environment).is_ok();
    is_followed.then(|| url.to_owned())
}

/// The links of the gateway's samples.
const APPS: [&str; 3] = ["gojek://", "shopeeid://", "dana://"];
