//! The eight fields that are read from every payment body at once; the rest stays in the raw body.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use crate::raw::{self, Key, Scalar};

/// The number of unknown field names that are compared without allocating. Most bodies have fewer
/// than twenty.
const INLINE: usize = 24;

/// The fields, borrowed from the body; `None` where absent, null, or not a scalar.
#[derive(Debug, Default)]
pub(crate) struct Head<'a> {
    pub(crate) order_id: Option<Cow<'a, str>>,
    pub(crate) status_code: Option<Cow<'a, str>>,
    pub(crate) gross_amount: Option<Cow<'a, str>>,
    pub(crate) signature_key: Option<Cow<'a, str>>,
    pub(crate) transaction_status: Option<Cow<'a, str>>,
    pub(crate) transaction_id: Option<Cow<'a, str>>,
    pub(crate) fraud_status: Option<Cow<'a, str>>,
    pub(crate) payment_type: Option<Cow<'a, str>>,
    /// True if there is a field that only another family of notifications has.
    pub(crate) has_marker: bool,
}

/// The fields of which each other family has one: pay accounts, subscriptions, BI-SNAP, payouts.
const MARKERS: [&str; 7] = [
    "account_status",
    "subscription",
    "schedule",
    "latestTransactionStatus",
    "virtualAccountNo",
    "additionalInfo",
    "reference_no",
];

const NAMES: [&str; 8] = [
    "order_id",
    "status_code",
    "gross_amount",
    "signature_key",
    "transaction_status",
    "transaction_id",
    "fraud_status",
    "payment_type",
];

impl<'a> Head<'a> {
    /// The field of that name, with a bit that identifies it.
    fn field(&mut self, name: &str) -> Option<(u8, &mut Option<Cow<'a, str>>)> {
        Some(match name {
            "order_id" => (1, &mut self.order_id),
            "status_code" => (1 << 1, &mut self.status_code),
            "gross_amount" => (1 << 2, &mut self.gross_amount),
            "signature_key" => (1 << 3, &mut self.signature_key),
            "transaction_status" => (1 << 4, &mut self.transaction_status),
            "transaction_id" => (1 << 5, &mut self.transaction_id),
            "fraud_status" => (1 << 6, &mut self.fraud_status),
            "payment_type" => (1 << 7, &mut self.payment_type),
            _ => return None,
        })
    }
}

/// Reads a JSON object.
///
/// A name that occurs twice is an error, because two readers could believe two different values.
pub(crate) fn read(json: &str) -> Result<Head<'_>, serde_json::Error> {
    let mut head = Head::default();
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let numbers = deserializer.deserialize_map(Fields(&mut head))?;
    deserializer.end()?;
    if numbers != 0 {
        for name in NAMES {
            match head.field(name) {
                Some((bit, text)) if numbers & bit != 0 => {
                    *text = raw::find(json, name).and_then(raw::scalar_text)
                }
                _ => {}
            }
        }
    }
    Ok(head)
}

/// Fills a head, and yields the bits of the fields whose own text has to be looked up.
struct Fields<'h, 'de>(&'h mut Head<'de>);

impl<'de> Visitor<'de> for Fields<'_, 'de> {
    type Value = u8;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<u8, A::Error> {
        let (mut seen, mut numbers) = (0, 0);
        let mut unknown = Unknown::default();
        while let Some(name) = map.next_key_seed(Key)? {
            match self.0.field(&name) {
                Some((bit, _)) if seen & bit != 0 => {
                    return Err(A::Error::custom("a field occurs twice"));
                }
                Some((bit, text)) => {
                    seen |= bit;
                    match map.next_value()? {
                        Scalar::Text(value) => *text = Some(value),
                        Scalar::Number => numbers |= bit,
                        Scalar::Null | Scalar::Other => {}
                    }
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                    self.0.has_marker |= MARKERS.contains(&&*name);
                    unknown.push(name);
                }
            }
        }
        if unknown.has_twins() {
            Err(A::Error::custom("a field occurs twice"))
        } else {
            Ok(numbers)
        }
    }
}

/// The names of fields without a slot, kept only to find duplicates.
#[derive(Default)]
struct Unknown<'a> {
    few: [&'a str; INLINE],
    len: usize,
    many: Vec<Cow<'a, str>>,
}

impl<'a> Unknown<'a> {
    fn push(&mut self, name: Cow<'a, str>) {
        match name {
            Cow::Borrowed(name) if self.len < INLINE => {
                self.few[self.len] = name;
                self.len += 1;
            }
            name => self.many.push(name),
        }
    }

    fn has_twins(&mut self) -> bool {
        let few = &self.few[..self.len];
        if self.many.is_empty() {
            return few
                .iter()
                .enumerate()
                .any(|(at, name)| few[..at].contains(name));
        }
        // Sorting keeps a body of a hundred thousand names from costing its square.
        self.many.extend(few.iter().copied().map(Cow::Borrowed));
        self.many.sort_unstable();
        self.many.windows(2).any(|pair| pair[0] == pair[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_the_text_it_was_signed_with() {
        let head = read(r#"{"gross_amount":11000.00,"status_code":200,"order_id":1e3}"#).unwrap();
        assert_eq!(head.gross_amount.as_deref(), Some("11000.00"));
        assert_eq!(head.status_code.as_deref(), Some("200"));
        assert_eq!(head.order_id.as_deref(), Some("1e3"));
    }

    #[test]
    fn a_field_that_occurs_twice_is_an_error() {
        for twice in [
            r#"{"order_id":"a","order_id":"b"}"#,
            r#"{"order_id":null,"order_id":"b"}"#,
            r#"{"order_id":"a","order\u005fid":"b"}"#,
            r#"{"x":1,"y":2,"x":1}"#,
            r#"{"x":1,"\u0078":1}"#,
        ] {
            assert!(read(twice).is_err(), "{twice}");
        }
        let names = |last: &str| {
            let many: String = (0..100).map(|n| format!("\"n{n}\":1,")).collect();
            format!("{{{many}\"{last}\":1}}")
        };
        assert!(read(&names("n100")).is_ok());
        assert!(read(&names("n7")).is_err());
        assert!(read(&names("n99")).is_err());
    }

    #[test]
    fn other_types_and_nulls_count_as_absent() {
        let head = read(
            r#"{"order_id":{"a":[1,{}]},"status_code":null,"fraud_status":[true],"payment_type":false}"#,
        );
        let head = head.unwrap();
        assert!(head.order_id.is_none() && head.status_code.is_none());
        assert!(head.fraud_status.is_none() && head.payment_type.is_none());
    }

    #[test]
    fn what_is_not_one_object_is_an_error() {
        for text in [
            "", "null", "[]", "1", "\"x\"", "{", "{} {}", "{}x", "{\"a\":}",
        ] {
            assert!(read(text).is_err(), "{text:?}");
        }
        let bomb = format!("{{\"a\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
        let _ = read(&bomb);
        let bomb = format!("{{\"order_id\":{}", "[".repeat(200_000));
        assert!(read(&bomb).is_err());
    }
}
