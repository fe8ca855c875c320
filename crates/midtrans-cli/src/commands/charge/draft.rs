//! A charge out of options and the gateway's JSON.

use midtrans_protocol::charge::{CustomExpiry, ExpiryUnit};
use midtrans_protocol::{Charge as Operation, InvalidInput};
use serde_json::{Map, Value, json};

use super::Charge;
use crate::failure::Failure;
use crate::input;

impl Charge {
    /// Puts the gateway's JSON together, and has the protocol crate read and check it.
    pub(super) fn draft(&self) -> Result<Operation, Failure> {
        let mut body = match &self.from {
            Some(file) => parsed(&input::read_text(file)?)?,
            None => Map::new(),
        };
        self.name(&mut body)?;
        let options = self.options();
        for option in &options {
            option.put(&mut body);
        }
        let mut body = Value::Object(body);
        for change in &self.set {
            change.apply(&mut body).map_err(|field| {
                Failure::usage(format!("--set {field}: the charge has no place for it"))
                    .next("name a field of an object, or the number of a line that is there")
            })?;
        }
        if let Some(failure) = options.iter().find_map(|option| option.contradicted(&body)) {
            return Err(failure);
        }
        let charge = Operation::from_json(&body.to_string()).map_err(refused)?;
        self.check_lists(&charge)?;
        Ok(charge)
    }

    /// The options that are given, with their places in the charge.
    fn options(&self) -> Vec<Given> {
        let payment_type = self.payment_type.as_ref().map(|it| it.as_str());
        let items = (!self.item.is_empty()).then_some(&self.item);
        let given = [
            (
                "METHOD",
                &["payment_type"][..],
                payment_type.map(|it| json!(it)),
            ),
            ("--order", ORDER_ID, self.order.as_ref().map(|it| json!(it))),
            ("--amount", AMOUNT, self.amount.map(|it| json!(it.get()))),
            ("--item", &["item_details"], items.map(|it| json!(it))),
            (
                "--customer",
                &["customer_details"],
                self.customer.as_ref().map(|it| json!(it)),
            ),
            (
                "--expiry",
                &["custom_expiry"],
                self.expiry.as_ref().map(|it| json!(it)),
            ),
        ];
        let given = given.into_iter();
        given
            .filter_map(|(name, place, value)| value.map(|value| Given { name, place, value }))
            .collect()
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

/// An option that says a part of the charge.
struct Given {
    name: &'static str,
    place: &'static [&'static str],
    value: Value,
}

impl Given {
    /// Puts the value into the charge, in place of what a file said. Where the charge has another
    /// thing than an object on the way, reading it refuses that.
    fn put(&self, body: &mut Map<String, Value>) {
        let Some((last, way)) = self.place.split_last() else {
            return;
        };
        let mut place = body;
        for name in way {
            match place.entry(*name).or_insert_with(|| json!({})) {
                Value::Object(deeper) => place = deeper,
                _ => return,
            }
        }
        place.insert((*last).to_owned(), self.value.clone());
    }

    /// Returns the failure where a `--set` says something else than the option. A field that the
    /// option leaves open may be set.
    fn contradicted(&self, body: &Value) -> Option<Failure> {
        let found = body.pointer(&format!("/{}", self.place.join("/")));
        let below = difference(&self.value, found.unwrap_or(&Value::Null))?;
        let field = format!("{}{below}", self.place.join("."));
        let what = format!("{} and --set {field} say different things", self.name);
        Some(Failure::usage(what).next("leave one of the two out"))
    }
}

/// Returns the place of the first value of `said` that `found` has otherwise, as dots and names.
fn difference(said: &Value, found: &Value) -> Option<String> {
    match (said, found) {
        (Value::Object(fields), Value::Object(_)) => fields.iter().find_map(|(name, value)| {
            let below = difference(value, &found[name])?;
            Some(format!(".{name}{below}"))
        }),
        (Value::Array(said), Value::Array(found)) if said.len() == found.len() => {
            let mut pairs = said.iter().zip(found).enumerate();
            pairs.find_map(|(at, (said, found))| {
                let below = difference(said, found)?;
                Some(format!(".{at}{below}"))
            })
        }
        _ => (said != found).then(String::new),
    }
}

fn parsed(text: &str) -> Result<Map<String, Value>, Failure> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        Failure::usage(format!("the charge is not JSON (line {})", error.line()))
    })?;
    match value {
        Value::Object(fields) => Ok(fields),
        _ => Err(Failure::usage("the charge is not a JSON object")),
    }
}

/// Says which option gives the field.
fn refused(error: InvalidInput) -> Failure {
    let field = error.field().to_owned();
    let next = match field.as_str() {
        "transaction_details.order_id" => "give it with --order ID".to_owned(),
        "transaction_details.gross_amount" => "give it with --amount RUPIAH".to_owned(),
        "payment_type" => "name the METHOD as the gateway does".to_owned(),
        name if name.starts_with("item_details") => {
            "give every line with --item; the lines have to add up to --amount".to_owned()
        }
        name if name.starts_with("customer_details") => "give it with --customer".to_owned(),
        name if name.starts_with("custom_expiry") => "give it with --expiry TIME".to_owned(),
        "credit_card.token_id" => {
            "make one with midtrans card token, and give it with --set credit_card.token_id=TOKEN"
                .to_owned()
        }
        "charge" => "nest fewer objects and lists in one another".to_owned(),
        name => {
            // In `--set`, places in a list are numbers between dots.
            let name = name.replace('[', ".").replace(']', "");
            format!("give it with --set {name}=TEXT, or as JSON with --set {name}:=JSON")
        }
    };
    Failure::from(error).next(next)
}

pub(super) fn expiry(text: &str) -> Result<CustomExpiry, String> {
    let refused = || "expected a number and s, m, h or d, such as 30m".to_owned();
    let unit = match text.chars().last() {
        Some('s') => ExpiryUnit::Second,
        Some('m') => ExpiryUnit::Minute,
        Some('h') => ExpiryUnit::Hour,
        Some('d') => ExpiryUnit::Day,
        _ => return Err(refused()),
    };
    let number = text[..text.len() - 1].parse().map_err(|_| refused())?;
    CustomExpiry::new(number, unit).map_err(|error| format!("expected {}", error.expected()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_a_number_and_a_unit() {
        assert_eq!(expiry("30m").unwrap().duration().as_secs(), 1_800);
        for wrong in ["", "m", "30", "30x", "-1h", "19s", "é", "181d"] {
            assert!(expiry(wrong).is_err(), "{wrong}");
        }
    }
}
