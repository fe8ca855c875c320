//! The customer's next step to pay: six shapes for all payment methods.

mod redirect;
mod shape;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use redirect::RedirectUrl;
pub use shape::Shape;

use crate::method::PaymentType;
use crate::raw::RawBody;
use crate::transaction::{FraudStatus, TransactionStatus};
use crate::{Environment, Transaction};

/// The customer's next step to pay, read from the gateway's answer to the charge. It can be stored
/// and shown again.
///
/// A shop needs one page for each shape, and none for a payment method.
/// ([Charge](https://docs.midtrans.com/reference/charge-transactions-1))
///
/// ```
/// # use midtrans_protocol::{Charge, GatewayReply, OrderId, Rupiah, TransactionDetails, decode};
/// # use midtrans_protocol::method::{Bank, BankTransfer};
/// use midtrans_protocol::instructions::Instructions;
///
/// # let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(44_000))?;
/// # let charge = Charge::builder(order, BankTransfer::new(Bank::Bca)).build()?;
/// # let body = br#"{"status_code":"201","order_id":"order-101","transaction_id":"be03df7d","transaction_status":"pending",
/// #     "payment_type":"bank_transfer","va_numbers":[{"bank":"bca","va_number":"812785002530231"}]}"#;
/// # let transaction = decode(&charge, GatewayReply::from_own_client(http::StatusCode::OK, body.to_vec())).unwrap();
/// match transaction.instructions() {
///     Some(Instructions::Redirect(_)) => { /* send the browser to instructions.redirect(…) */ }
///     Some(Instructions::VirtualAccount { bank, va_number }) => {
///         assert_eq!((&*bank, &*va_number), ("bca", "812785002530231"));
///     }
///     // The other shapes; and None, where this version knows none: read the raw body.
///     _ => {}
/// }
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Instructions {
    /// Send the customer's browser to this page. [`redirect`](Self::redirect) checks it.
    Redirect(String),
    /// Transfer the amount to a virtual account.
    VirtualAccount {
        /// The bank, such as `bca`.
        bank: String,
        /// The number to transfer to.
        va_number: String,
    },
    /// Pay a bill at the bank's machine or in its app.
    Bill {
        /// The code of the billing company.
        biller_code: String,
        /// The number of the bill.
        bill_key: String,
    },
    /// Show a code at the counter of a store.
    PaymentCode {
        /// The store, such as `indomaret`; some answers leave it out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        store: Option<String>,
        /// The code.
        payment_code: String,
    },
    /// Scan a QR code, or open a wallet's app.
    Wallet(Wallet),
    /// Confirm in an app or on the bank's own site, which the gateway has already notified.
    ConfirmInApp,
    /// Wait: the customer has done everything, and the bank has not decided yet, or fraud detection
    /// wants you to decide ([`Approve`](crate::transaction::Approve),
    /// [`Deny`](crate::transaction::Deny)). Show that the payment is being checked, and ask Get
    /// Status again, at most every ten seconds.
    Wait,
    /// Nothing: the money has arrived, or is reserved.
    Nothing,
}

/// The ways to open a wallet. At least one of them is present.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Wallet {
    /// The text of the QR code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qr_string: Option<String>,
    /// The address of a picture of the QR code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qr_image: Option<String>,
    /// The address that opens the app, on the customer's phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deeplink: Option<String>,
}

impl Instructions {
    /// The shape, without what the customer needs.
    #[must_use]
    pub const fn shape(&self) -> Shape {
        match self {
            Self::Redirect(_) => Shape::Redirect,
            Self::VirtualAccount { .. } => Shape::VirtualAccount,
            Self::Bill { .. } => Shape::Bill,
            Self::PaymentCode { .. } => Shape::PaymentCode,
            Self::Wallet(_) => Shape::Wallet,
            Self::ConfirmInApp => Shape::ConfirmInApp,
            Self::Wait => Shape::Wait,
            Self::Nothing => Shape::Nothing,
        }
    }

    /// The page to redirect to, checked: it may be put into a `Location` header. `None` for other
    /// instructions, and for a page that is not allowed in this environment.
    ///
    /// ```
    /// use midtrans_protocol::Environment;
    /// use midtrans_protocol::instructions::Instructions;
    ///
    /// let page = "https://api.midtrans.com/v2/akulaku/redirect/1";
    /// let instructions = Instructions::Redirect(page.to_owned());
    /// assert!(instructions.redirect(&Environment::Production).is_some());
    /// ```
    #[must_use]
    pub fn redirect(&self, environment: &Environment) -> Option<RedirectUrl> {
        match self {
            Self::Redirect(url) => RedirectUrl::new(url, environment).ok(),
            _ => None,
        }
    }

    /// Reads the instructions from an answer by the fields that are present, because the gateway
    /// moves methods from one shape to another.
    pub(crate) fn of(transaction: &Transaction) -> Option<Self> {
        use TransactionStatus::{Authorize, Capture, Settlement};
        let raw = transaction.details().raw();
        match transaction.transaction_status() {
            Some(Authorize | Capture | Settlement) => {
                return match transaction.details().fraud_status() {
                    None | Some(FraudStatus::Accept) => Some(Self::Nothing),
                    Some(FraudStatus::Challenge) => Some(Self::Wait),
                    Some(_) => None,
                };
            }
            None | Some(TransactionStatus::Pending | TransactionStatus::Unknown(_)) => {}
            Some(_) => return None,
        }
        authenticated(transaction)
            .or_else(|| virtual_account(raw))
            .or_else(|| bill(raw))
            .or_else(|| payment_code(raw))
            .or_else(|| actions(raw))
            .or_else(|| text(raw, "redirect_url").map(Self::Redirect))
            .or_else(|| confirmation(transaction))
    }
}

fn text(raw: &RawBody, name: &str) -> Option<String> {
    raw.text(name).filter(|text| !text.is_empty())
}

/// Permata's number has a field of its own.
fn virtual_account(raw: &RawBody) -> Option<Instructions> {
    if let Some(va_number) = text(raw, "permata_va_number") {
        return Some(Instructions::VirtualAccount {
            bank: "permata".to_owned(),
            va_number,
        });
    }
    raw.objects("va_numbers").iter().find_map(|number| {
        let va_number = text(number, "va_number")?;
        let bank = number.text("bank").unwrap_or_default();
        Some(Instructions::VirtualAccount { bank, va_number })
    })
}

fn bill(raw: &RawBody) -> Option<Instructions> {
    Some(Instructions::Bill {
        biller_code: text(raw, "biller_code")?,
        bill_key: text(raw, "bill_key")?,
    })
}

fn payment_code(raw: &RawBody) -> Option<Instructions> {
    Some(Instructions::PaymentCode {
        store: text(raw, "store"),
        payment_code: text(raw, "payment_code")?,
    })
}

fn actions(raw: &RawBody) -> Option<Instructions> {
    // Unknown links may appear; a link is found by its name, and never by its place.
    let actions = raw.objects("actions");
    if let Some(page) = url(&actions, "verification-link-url") {
        return Some(Instructions::Redirect(page));
    }
    let wallet = Wallet {
        qr_string: text(raw, "qr_string"),
        qr_image: url(&actions, "generate-qr-code-v2")
            .or_else(|| url(&actions, "generate-qr-code")),
        deeplink: url(&actions, "deeplink-redirect"),
    };
    (wallet != Wallet::default()).then_some(Instructions::Wallet(wallet))
}

/// The URL of the first link of this name that has one.
fn url(actions: &[RawBody], name: &str) -> Option<String> {
    let mut links = actions.iter();
    links.find_map(|link| text(link, "url").filter(|_| link.text("name").as_deref() == Some(name)))
}

/// A card's 3-D Secure page is used up once the customer has given the password, although the
/// answer still names it.
fn authenticated(transaction: &Transaction) -> Option<Instructions> {
    let card = transaction.details().card()?;
    card.is_authenticated().then_some(Instructions::Wait)
}

/// The payment types whose customers confirm outside the shop, without a link.
fn confirmation(transaction: &Transaction) -> Option<Instructions> {
    match transaction.details().payment_type() {
        Some(PaymentType::Ovo | PaymentType::BcaKlikbca) => Some(Instructions::ConfirmInApp),
        _ => None,
    }
}

/// Shows the shape alone: with the rest, a stranger could pay, or see what is paid.
impl fmt::Debug for Instructions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Redirect(_) => "Redirect(..)",
            Self::VirtualAccount { .. } => "VirtualAccount(..)",
            Self::Bill { .. } => "Bill(..)",
            Self::PaymentCode { .. } => "PaymentCode(..)",
            Self::Wallet(_) => "Wallet(..)",
            Self::ConfirmInApp => "ConfirmInApp",
            Self::Wait => "Wait",
            Self::Nothing => "Nothing",
        })
    }
}

impl fmt::Debug for Wallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wallet(..)")
    }
}
