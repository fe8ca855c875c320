//! Counters of stores: the customer shows a code at Indomaret or Alfamart.
//! [Gateway page](https://docs.midtrans.com/reference/indomaret-1)

use serde::Serialize;
use serde_json::{Map, Value};

use super::{PaymentMethod, Terms};
use crate::charge::{Field, Problems, Shape, join};
use crate::fields::Fields;
use crate::json::to_json;
use crate::method::PaymentType;
use crate::redacted::redacted;
use crate::vocabulary::wire_enum;
use crate::{Charge, Rupiah, instructions};

/// A payment at a store's counter. A charge at Alfamart has no `|` in any text.
/// ([Indomaret](https://docs.midtrans.com/reference/indomaret-1),
/// [Alfamart](https://docs.midtrans.com/reference/alfamart-1))
///
/// ```
/// use midtrans_protocol::method::{Cstore, Store};
///
/// let mut counter = Cstore::new(Store::Alfamart);
/// counter.alfamart_free_text_1 = Some("Terima kasih".to_owned());
/// # let _ = counter;
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Cstore {
    /// The store.
    pub store: Store,
    /// The text that Indomaret shows at the till.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The first line on Alfamart's receipt: at most 40 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alfamart_free_text_1: Option<String>,
    /// The second line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alfamart_free_text_2: Option<String>,
    /// The third line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alfamart_free_text_3: Option<String>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

wire_enum! {
    /// A chain of stores.
    pub enum Store {
        /// Indomaret.
        Indomaret = "indomaret",
        /// Alfamart.
        Alfamart = "alfamart",
    }
}

redacted!(Cstore);

impl Cstore {
    /// A payment at that store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self {
            store,
            message: None,
            alfamart_free_text_1: None,
            alfamart_free_text_2: None,
            alfamart_free_text_3: None,
            extra: Map::new(),
        }
    }
}

impl PaymentMethod for Cstore {
    const TYPE: PaymentType = PaymentType::Cstore;
    const TERMS: Terms = Terms {
        shape: Some(instructions::Shape::PaymentCode),
        largest_amount: Some(Rupiah::new(5_000_000)),
        ..Terms::TRANSFER
    };
    const FIELDS: Option<&'static [Field]> = Some(&[
        Field::required("store", Shape::Text),
        Field::optional("message", Shape::Text),
        Field::optional("alfamart_free_text_1", Shape::Text),
        Field::optional("alfamart_free_text_2", Shape::Text),
        Field::optional("alfamart_free_text_3", Shape::Text),
    ]);

    fn read(mut fields: Fields) -> Option<Self> {
        Some(Self {
            store: fields.word("store")?,
            message: fields.text("message"),
            alfamart_free_text_1: fields.text("alfamart_free_text_1"),
            alfamart_free_text_2: fields.text("alfamart_free_text_2"),
            alfamart_free_text_3: fields.text("alfamart_free_text_3"),
            extra: fields.rest(),
        })
    }

    fn keeps_key(&self) -> bool {
        self.store == Store::Alfamart
    }

    /// ([Amounts](https://docs.midtrans.com/reference/indomaret-1))
    fn check(&self, charge: &Charge, problems: &mut Problems) {
        problems.refuse_known("cstore", &self.extra, Self::FIELDS);
        let smallest = Rupiah::new(10_000);
        let amount = charge.transaction_details().gross_amount();
        if self.store == Store::Indomaret && amount < smallest {
            let expected = format!("at least {} rupiah at Indomaret", smallest.get());
            problems.add("transaction_details.gross_amount", expected);
        }
        let store = Some(self.store.as_str().to_owned());
        problems.require("cstore", &[("store", &store)]);
        let lines = [
            ("alfamart_free_text_1", &self.alfamart_free_text_1),
            ("alfamart_free_text_2", &self.alfamart_free_text_2),
            ("alfamart_free_text_3", &self.alfamart_free_text_3),
        ];
        problems.limit("cstore", &lines, 40);
        if self.store == Store::Alfamart {
            // Through the bytes that are sent: a second kind of writer for every field of a charge
            // would be a tenth of the crate's code.
            let sent = serde_json::from_slice(&to_json(charge)).unwrap_or_default();
            refuse_bars(&sent, "", problems);
        }
    }
}

/// Collects every text with `|`: Alfamart takes it nowhere in a charge.
fn refuse_bars(value: &Value, path: &str, problems: &mut Problems) {
    match value {
        Value::String(text) if text.contains('|') => {
            problems.add(path.to_owned(), "a text without `|`, as Alfamart asks");
        }
        Value::Array(entries) => {
            for (at, entry) in entries.iter().enumerate() {
                refuse_bars(entry, &format!("{path}[{at}]"), problems);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                refuse_bars(field, &join(path, name), problems);
            }
        }
        _ => {}
    }
}
