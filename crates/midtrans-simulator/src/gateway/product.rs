//! The APIs beside the Core API's transactions: their methods and paths, and the form of their
//! refusals.

use http::{Method, Request};
use midtrans_protocol::time::WibTime;
use serde_json::{Value, json};

use super::Gateway;
use super::answer::Answer;
use super::idempotency;
use super::refusal::{self, Refusal};
use super::route::decoded;
use super::subscriptions::Switch;

/// An operation of another API than the Core API's transactions. An id is in the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Product {
    CreateSnap,
    CancelSnap(String),
    Preferences,
    UpdatePreferences,
    UserGopay(String),
    UnlinkUserGopay(String),
    CreatePayAccount,
    PayAccount(String),
    Unbind(String),
    Promotions(String),
    CreateSubscription,
    Subscription(String),
    UpdateSubscription(String),
    SwitchSubscription(String, Switch),
    CreateLink,
    Link(String),
    DeleteLink(String),
    BalanceMutation,
    CreateInvoice,
    Invoice(String),
    VoidInvoice(String),
    ConvertInvoice(String),
}

/// The APIs, by the form of their refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Snap,
    Preferences,
    Subscription,
    PaymentLink,
    Invoice,
    Balance,
}

impl Product {
    /// The operations of a path.
    pub(super) fn at(path: &str) -> Vec<(Method, Self)> {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        match *segments.as_slice() {
            ["snap", "v1", "transactions"] => vec![(Method::POST, Self::CreateSnap)],
            ["snap", "v1", "transactions", token, "cancel"] => {
                vec![(Method::POST, Self::CancelSnap(decoded(token)))]
            }
            ["snap", "v3", "merchant-preferences"] => vec![
                (Method::GET, Self::Preferences),
                (Method::PATCH, Self::UpdatePreferences),
            ],
            ["snap", "v3", "users", id, "gopay"] => vec![
                (Method::GET, Self::UserGopay(decoded(id))),
                (Method::DELETE, Self::UnlinkUserGopay(decoded(id))),
            ],
            ["v2", "pay", "account"] => vec![(Method::POST, Self::CreatePayAccount)],
            ["v2", "pay", "account", id] => vec![(Method::GET, Self::PayAccount(decoded(id)))],
            ["v2", "pay", "account", id, "unbind"] => {
                vec![(Method::POST, Self::Unbind(decoded(id)))]
            }
            ["v1", "subscriptions"] => vec![(Method::POST, Self::CreateSubscription)],
            ["v1", "subscriptions", id] => vec![
                (Method::GET, Self::Subscription(decoded(id))),
                (Method::PATCH, Self::UpdateSubscription(decoded(id))),
            ],
            ["v1", "subscriptions", id, word] => {
                let switch = match word {
                    "disable" => Switch::Disable,
                    "enable" => Switch::Enable,
                    "cancel" => Switch::Cancel,
                    _ => return Vec::new(),
                };
                vec![(Method::POST, Self::SwitchSubscription(decoded(id), switch))]
            }
            ["v1", "payment-links"] => vec![(Method::POST, Self::CreateLink)],
            ["v1", "payment-links", id] => vec![
                (Method::GET, Self::Link(decoded(id))),
                (Method::DELETE, Self::DeleteLink(decoded(id))),
            ],
            ["v1", "invoices"] => vec![(Method::POST, Self::CreateInvoice)],
            ["v1", "invoices", id] => vec![(Method::GET, Self::Invoice(decoded(id)))],
            ["v1", "invoices", id, "void"] => {
                vec![(Method::PATCH, Self::VoidInvoice(decoded(id)))]
            }
            ["v1", "invoices", id, "convert"] => {
                vec![(Method::PATCH, Self::ConvertInvoice(decoded(id)))]
            }
            ["v1", "balance", "mutation"] => vec![(Method::GET, Self::BalanceMutation)],
            ["v2", "gopay", "promo", id] => vec![(Method::GET, Self::Promotions(decoded(id)))],
            _ => Vec::new(),
        }
    }

    /// The operation's name.
    pub(super) const fn operation(&self) -> &'static str {
        match self {
            Self::CreateSnap => "create snap transaction",
            Self::CancelSnap(_) => "cancel snap transaction",
            Self::Preferences => "preferences",
            Self::UpdatePreferences => "update preferences",
            Self::UserGopay(_) => "user's gopay",
            Self::UnlinkUserGopay(_) => "unlink user's gopay",
            Self::CreatePayAccount => "create pay account",
            Self::PayAccount(_) => "pay account",
            Self::Unbind(_) => "unbind pay account",
            Self::Promotions(_) => "promotions",
            Self::CreateLink => "create payment link",
            Self::Link(_) => "payment link",
            Self::DeleteLink(_) => "delete payment link",
            Self::BalanceMutation => "balance mutation",
            Self::CreateInvoice => "create invoice",
            Self::Invoice(_) => "invoice",
            Self::VoidInvoice(_) => "void invoice",
            Self::ConvertInvoice(_) => "convert invoice",
            Self::CreateSubscription => "create subscription",
            Self::Subscription(_) => "subscription",
            Self::UpdateSubscription(_) => "update subscription",
            Self::SwitchSubscription(_, Switch::Disable) => "disable subscription",
            Self::SwitchSubscription(_, Switch::Enable) => "enable subscription",
            Self::SwitchSubscription(_, Switch::Cancel) => "cancel subscription",
        }
    }

    /// The key by which the gateway recognises the repeat of this call, if it does. Each API has
    /// keys of its own.
    pub(super) fn key(&self, request: &Request<Vec<u8>>) -> Option<String> {
        let header = match self {
            Self::CreateSubscription => "idempotency-key",
            Self::CreateInvoice => "x-idempotency-key",
            _ => return None,
        };
        let key = idempotency::key_in(request.method(), request.headers(), header)?;
        Some(format!("{}: {key}", self.operation()))
    }
}

impl Family {
    fn of(path: &str) -> Option<Self> {
        let mut segments = path.split('/').skip(1);
        match (segments.next()?, segments.next()?) {
            ("snap", "v3") => Some(Self::Preferences),
            ("snap", _) => Some(Self::Snap),
            ("v1", "subscriptions") => Some(Self::Subscription),
            ("v1", "payment-links") => Some(Self::PaymentLink),
            ("v1", "invoices") => Some(Self::Invoice),
            ("v1", "balance") => Some(Self::Balance),
            _ => None,
        }
    }

    fn refusal(self, code: u16, sentence: &str) -> Answer {
        let body = match self {
            Self::Snap | Self::Preferences | Self::PaymentLink | Self::Invoice | Self::Balance => {
                json!({ "error_messages": [sentence] })
            }
            Self::Subscription => json!({ "status_message": sentence }),
        };
        failed(code, &body)
    }

    fn unauthorized(self) -> Answer {
        match self {
            Self::Snap => Answer {
                http_status: 401,
                status_code: 401,
                body: SNAP_UNAUTHORIZED.to_owned(),
                is_text: false,
            },
            Self::Preferences => self.refusal(401, "Access denied, please check server key"),
            // A plain text where all other refusals have a list.
            Self::PaymentLink => failed(401, &json!({ "error_messages": UNAUTHORIZED })),
            Self::Invoice | Self::Balance => self.refusal(401, UNAUTHORIZED),
            Self::Subscription => self.refusal(401, refusal::on_purpose(401)),
        }
    }
}

/// The answer of these APIs to a refusal that all APIs have; `None` where theirs is the Core API's.
pub(super) fn refused(refusal: &Refusal, path: &str) -> Option<Answer> {
    if let Refusal::Ready(answer) = refusal {
        return Some(answer.clone());
    }
    let family = Family::of(path)?;
    match refusal {
        Refusal::Unauthorized => Some(family.unauthorized()),
        Refusal::OnPurpose(401) => Some(family.unauthorized()),
        Refusal::OnPurpose(500) if family == Family::Snap => {
            Some(family.refusal(500, SNAP_INTERNAL))
        }
        Refusal::OnPurpose(code) => Some(family.refusal(*code, refusal::on_purpose(*code))),
        _ => None,
    }
}

/// An answer whose HTTP status is the only code.
pub(super) fn answered(code: u16, body: String) -> Answer {
    Answer {
        http_status: code,
        status_code: code,
        body,
        is_text: false,
    }
}

fn failed(code: u16, body: &Value) -> Answer {
    answered(code, body.to_string())
}

/// A moment as `2025-06-03T13:09:39.000Z`.
pub(super) fn utc_with_millis(now: WibTime) -> String {
    format!("{}.000Z", utc(now))
}

/// A moment as `2025-06-03T13:09:39`, in UTC.
pub(super) fn utc(now: WibTime) -> String {
    const AHEAD: i64 = 7 * 3_600;
    let utc = WibTime::from_unix(now.unix().saturating_sub(AHEAD)).unwrap_or(now);
    utc.to_string().replace(' ', "T")
}

/// A refusal with these `error_messages`.
pub(super) fn errors<T: AsRef<str>>(code: u16, messages: &[T]) -> Refusal {
    let messages: Vec<&str> = messages.iter().map(AsRef::as_ref).collect();
    Refusal::Ready(failed(code, &json!({ "error_messages": messages })))
}

impl Gateway {
    /// Carries out an operation of these APIs.
    pub(super) fn run_product(
        &mut self,
        product: &Product,
        request: &Request<Vec<u8>>,
        now: WibTime,
    ) -> Result<Answer, Refusal> {
        match product {
            Product::CreateSnap => self.create_snap(request, now),
            Product::CancelSnap(token) => self.cancel_snap(token, now),
            Product::Preferences => Ok(self.preferences()),
            Product::UpdatePreferences => self.update_preferences(request.body()),
            Product::UserGopay(id) => self.user_gopay(id),
            Product::UnlinkUserGopay(id) => self.unlink_user_gopay(id, now),
            Product::CreatePayAccount => self.create_pay_account(request),
            Product::PayAccount(id) => self.pay_account(id),
            Product::Unbind(id) => self.unbind(id, now),
            Product::CreateLink => self.create_link(request, now),
            Product::Link(id) => self.payment_link(id),
            Product::DeleteLink(id) => self.delete_link(id),
            Product::CreateInvoice => self.create_invoice(request, now),
            Product::Invoice(id) => self.invoice(id, now),
            Product::VoidInvoice(id) => self.void_invoice(id, request.body(), now),
            Product::ConvertInvoice(id) => self.convert_invoice(id, request.body(), now),
            Product::BalanceMutation => self.balance_mutation(request),
            Product::CreateSubscription => self.create_subscription(request, now),
            Product::Subscription(id) => self.subscription(id),
            Product::UpdateSubscription(id) => self.update_subscription(id, request.body(), now),
            Product::SwitchSubscription(id, switch) => self.switch_subscription(id, *switch, now),
            Product::Promotions(id) => self.promotions(id, request.uri().query(), now),
        }
    }
}

/// To the letter: a client of the gateway compares the text.
const SNAP_UNAUTHORIZED: &str = "{\"error_messages\":[\
    \"Access denied due to unauthorized transaction, please check client or server key\",\
    \"Visit https://snap-docs.midtrans.com/#request-headers for more details\"]}";
const SNAP_INTERNAL: &str = "Sorry, we encountered internal server error. We will fix this soon.";
const UNAUTHORIZED: &str = "Access denied due to unauthorized request";
