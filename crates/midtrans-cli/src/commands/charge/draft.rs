//! A charge out of options and the gateway's JSON.

use midtrans_protocol::{Charge as Operation, InvalidInput};
use serde_json::{Map, Value, json};

use super::Charge;
use crate::draft::{self, Given};
use crate::failure::Failure;

impl Charge {
    /// Puts the gateway's JSON together, and has the protocol crate read and check it.
    pub(super) fn draft(&self) -> Result<Operation, Failure> {
        let mut body = draft::from_file("charge", self.from.as_deref())?;
        self.name(&mut body)?;
        let body = draft::filled("charge", body, &self.options(), &self.set)?;
        let charge = Operation::from_json(&body.to_string()).map_err(refused)?;
        self.check_lists(&charge)?;
        Ok(charge)
    }

    /// The options that are given, with their places in the charge.
    fn options(&self) -> Vec<Given> {
        let payment_type = self.payment_type.as_ref().map(|it| it.as_str());
        let amount = self.amount.map(|amount| amount.get());
        let customer = self.customer.as_ref().map(|it| json!(it));
        let items = self.item.iter().map(|item| json!(item));
        let expiry = self.expiry.as_ref().map(|it| json!(it));
        let given = [
            Given::new("METHOD", &["payment_type"], payment_type),
            Given::new("--order", ORDER_ID, self.order.as_deref()),
            Given::new("--amount", AMOUNT, amount),
            Given::list("--item", &["item_details"], items),
            Given::new("--customer", &["customer_details"], customer),
            Given::new("--expiry", &["custom_expiry"], expiry),
        ];
        given.into_iter().flatten().collect()
    }

    fn name(&self, body: &mut Map<String, Value>) -> Result<(), Failure> {
        let Some(payment_type) = &self.payment_type else {
            return Ok(());
        };
        let word = payment_type.as_str();
        let named = body.entry("payment_type").or_insert_with(|| word.into());
        if named.as_str() == Some(word) {
            Ok(())
        } else {
            Err(
                Failure::usage(format!("the charge's payment_type is not {word}"))
                    .next("leave METHOD out, or take another file"),
            )
        }
    }

    /// The gateway's guide sends neither items nor a customer with some methods. A charge that has
    /// one of the two from an option is held to the method's whole list.
    fn check_lists(&self, charge: &Operation) -> Result<(), Failure> {
        if self.item.is_empty() && self.customer.is_none() {
            return Ok(());
        }
        let order = charge.transaction_details().clone();
        let mut whole = Operation::builder(order, charge.method().clone())
            .items(charge.item_details().to_vec());
        if let Some(customer) = charge.customer_details() {
            whole = whole.customer(customer.clone());
        }
        whole.build().map(drop).map_err(|error| {
            Failure::from(error).next(
                "give every field of --item and --customer that the method asks for, or neither of the two; \
                 the items have to add up to --amount",
            )
        })
    }
}

const ORDER_ID: &[&str] = &["transaction_details", "order_id"];
const AMOUNT: &[&str] = &["transaction_details", "gross_amount"];

/// Says which option gives the field.
fn refused(error: InvalidInput) -> Failure {
    draft::refused(error, OPTIONS)
}

const OPTIONS: &[(&str, &str)] = &[
    ("transaction_details.order_id", "give it with --order ID"),
    (
        "transaction_details.gross_amount",
        "give it with --amount RUPIAH",
    ),
    ("payment_type", "name the METHOD as the gateway does"),
    (
        "item_details",
        "give every line with --item; the lines have to add up to --amount",
    ),
    ("customer_details", "give it with --customer"),
    ("custom_expiry", "give it with --expiry TIME"),
    (
        "credit_card.token_id",
        "make one with midtrans card token, and give it with --set credit_card.token_id=TOKEN",
    ),
    ("charge", "nest fewer objects and lists in one another"),
];
