//! `POST /v1/payment-links`
//!
//! Makes a payment link. [Gateway page](https://docs.midtrans.com/reference/create-payment-link)

use http::{Method, Request, StatusCode};

use super::{Amount, Contents};
use crate::account::Host;
use crate::charge::read::{checked, items};
use crate::charge::shape::{CUSTOMER, ITEM};
use crate::charge::{Field, Shape};
use crate::fields::Fields;
use crate::instructions::RedirectUrl;
use crate::object_reply::object_reply;
use crate::of_contents::of_contents;
use crate::operation::{Operation, Replay};
use crate::reply::{ReplyError, answers};
use crate::snap::{
    CALLBACKS, CARD, Callbacks, CardOptions, EXPIRY, Expiry, VA_FIELDS, VirtualAccounts,
    on_own_host,
};
use crate::{CustomerDetails, Environment, InvalidInput, Merchant, OrderId, Rupiah};

/// Makes a payment link. A value of this type has passed every check that can be made before
/// sending.
///
/// ```
/// use midtrans_protocol::payment_link::{Amount, Contents, Create};
/// use midtrans_protocol::{OrderId, Rupiah};
///
/// let amount = Amount::Fixed(Rupiah::new(190_000));
/// let mut link = Contents::new(OrderId::new("link-9001")?, amount);
/// link.payment_link_id = Some("K3V9".to_owned());
/// let error = Create::new(link).unwrap_err();
/// assert_eq!(error.field(), "transaction_details.payment_link_id");
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Create(Contents);

of_contents!(Create, "a link", contents);

impl Operation for Create {
    type Account = Merchant;
    type Reply = NewLink;
    const NAME: &'static str = "create_payment_link";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        environment.request(Method::POST, Host::Api, "/v1/payment-links", self.to_json())
    }

    /// The gateway documents no idempotency key here. A second copy is refused because the order id
    /// is taken, whatever became of the first; after an unknown outcome, ask [`Get`](super::Get).
    fn replay(&self) -> Replay {
        Replay::Never
    }

    fn target(&self) -> Option<&str> {
        Some(self.0.order_id.as_str())
    }

    fn accept_reply(&self, http: StatusCode, reply: NewLink) -> Result<NewLink, ReplyError> {
        let is_its = reply.raw.text("order_id").as_deref() == Some(self.0.order_id.as_str());
        answers(is_its, "the link of this order id", http, &reply.raw)?;
        Ok(reply)
    }
}

object_reply! {
    /// A link that was made.
    #[must_use = "it has the address to send to the customer"]
    NewLink, "payment_url", "a payment_url"
}

impl NewLink {
    /// The address to send to the customer, as received. With it a stranger sees the order.
    #[must_use]
    pub fn payment_url(&self) -> Option<String> {
        self.raw.text("payment_url")
    }

    /// The address, checked: it may be put into a `Location` header. `None` unless it is on Snap's
    /// own host in this environment.
    #[must_use]
    pub fn redirect(&self, environment: &Environment) -> Option<RedirectUrl> {
        on_own_host(&self.payment_url()?, environment)
    }
}

const DETAILS: &[Field] = &[
    Field::required("order_id", Shape::Text),
    Field::optional("gross_amount", Shape::Rupiah),
    Field::optional("payment_link_id", Shape::Text),
];
const DYNAMIC: &[Field] = &[
    Field::optional("min_amount", Shape::Rupiah),
    Field::optional("max_amount", Shape::Rupiah),
    Field::optional("preset_amount", Shape::Rupiah),
];
const LINK: &[Field] = &[
    Field::required("transaction_details", Shape::Exact(DETAILS)),
    Field::optional("customer_required", Shape::Bool),
    Field::optional("customer_details", Shape::Object(CUSTOMER)),
    Field::optional("item_details", Shape::List(ITEM)),
    Field::optional("usage_limit", Shape::Count),
    Field::optional("expiry", Shape::Exact(EXPIRY)),
    Field::optional("enabled_payments", Shape::Texts),
    Field::optional("title", Shape::Text),
    Field::optional("payment_link_type", Shape::Text),
    Field::optional("dynamic_amount", Shape::Exact(DYNAMIC)),
    Field::optional("credit_card", Shape::Object(CARD)),
    Field::optional("callbacks", Shape::Object(CALLBACKS)),
    Field::optional("custom_field1", Shape::Text),
    Field::optional("custom_field2", Shape::Text),
    Field::optional("custom_field3", Shape::Text),
    VA_FIELDS[0],
    VA_FIELDS[1],
    VA_FIELDS[2],
    VA_FIELDS[3],
    VA_FIELDS[4],
    VA_FIELDS[5],
    VA_FIELDS[6],
    VA_FIELDS[7],
];

fn contents(json: &str) -> Result<Contents, InvalidInput> {
    let mut fields = checked("payment_link", json, LINK)?.without_nulls();
    let fields = &mut fields;
    let mut details = fields
        .object("transaction_details")
        .ok_or_else(|| InvalidInput::new("transaction_details", "a JSON object"))?;
    let order_id = OrderId::new(details.text("order_id").unwrap_or_default());
    let order_id = order_id.map_err(|error| {
        InvalidInput::new("transaction_details.order_id", error.expected().to_owned())
    })?;
    let amount = amount(fields, details.rupiah("gross_amount"))?;
    let mut contents = Contents::new(order_id, amount);
    contents.payment_link_id = details.text("payment_link_id");
    contents.usage_limit = fields.count("usage_limit").unwrap_or(1);
    contents.customer_required = fields.truth("customer_required");
    contents.customer_details = fields.object("customer_details").map(CustomerDetails::read);
    contents.item_details = items(fields);
    contents.expiry = Expiry::take(fields, "expiry")?;
    contents.enabled_payments = fields.words("enabled_payments");
    contents.title = fields.text("title");
    let card = fields.object("credit_card").map(CardOptions::read);
    contents.credit_card = card.transpose()?;
    contents.callbacks = fields.object("callbacks").map(Callbacks::read);
    contents.virtual_accounts = VirtualAccounts::take(fields);
    contents.custom_field1 = fields.text("custom_field1");
    contents.custom_field2 = fields.text("custom_field2");
    contents.custom_field3 = fields.text("custom_field3");
    contents.extra = fields.take_rest();
    Ok(contents)
}

fn amount(fields: &mut Fields, gross: Option<Rupiah>) -> Result<Amount, InvalidInput> {
    let kind = fields.text("payment_link_type");
    let dynamic = fields.object("dynamic_amount");
    match kind.as_deref() {
        None | Some("FIXED_AMOUNT") if dynamic.is_some() => {
            let expected = "nothing: only a link of the type DYNAMIC_AMOUNT has such bounds";
            Err(InvalidInput::new("dynamic_amount", expected))
        }
        None | Some("FIXED_AMOUNT") => gross.map(Amount::Fixed).ok_or_else(|| {
            let expected = "whole rupiah, for a link of a fixed amount";
            InvalidInput::new("transaction_details.gross_amount", expected)
        }),
        Some("DYNAMIC_AMOUNT") => {
            let mut bounds = dynamic.unwrap_or_default();
            let mut bound = |name| bounds.rupiah(name);
            Ok(Amount::Dynamic {
                min: bound("min_amount"),
                max: bound("max_amount"),
                preset: bound("preset_amount"),
            })
        }
        Some(_) => Err(InvalidInput::new(
            "payment_link_type",
            "FIXED_AMOUNT or DYNAMIC_AMOUNT",
        )),
    }
}
