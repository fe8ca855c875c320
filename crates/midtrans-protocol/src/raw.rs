//! The body as received: no field is lost, whether this crate has a type for it or not.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::value::RawValue;

use crate::money::WireAmount;
use crate::time::WibTime;

/// A JSON object as it was received.
///
/// Any field of it can be read by name, also those that this version has no type for. `Debug` shows
/// only its length, because bodies hold personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct RawBody(Box<str>);

impl RawBody {
    pub(crate) fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text, byte for byte.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The top-level field of that name, read as `T`; `None` where it is absent, null or of another
    /// type.
    #[must_use]
    pub fn field<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_str::<Option<T>>(find(&self.0, name)?.get()).ok()?
    }

    /// The top-level field of that name as text: a string's content, or a number's or a boolean's
    /// own text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        scalar_text(find(&self.0, name)?).map(Cow::into_owned)
    }

    /// The top-level field of that name as a time in any of the gateway's spellings.
    pub(crate) fn time(&self, name: &str) -> Option<WibTime> {
        WibTime::from_iso(&self.text(name)?).ok()
    }

    /// The top-level field of that name as an amount, in its own text.
    pub(crate) fn amount(&self, name: &str) -> Option<WireAmount> {
        self.text(name).map(WireAmount::received)
    }

    /// The object of that name.
    pub(crate) fn object(&self, name: &str) -> Option<Self> {
        let value = find(&self.0, name)?.get();
        value.starts_with('{').then(|| Self::new(value))
    }

    /// The objects in the list of that name; anything else in it is left out.
    pub(crate) fn objects(&self, name: &str) -> Vec<Self> {
        let entries: Vec<Box<RawValue>> = self.field(name).unwrap_or_default();
        let objects = entries.iter().map(|entry| entry.get());
        objects
            .filter(|entry| entry.starts_with('{'))
            .map(Self::new)
            .collect()
    }

    /// The texts in the list of that name; anything else in it is left out.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let entries: Vec<Box<RawValue>> = self.field(name).unwrap_or_default();
        let texts = entries.iter().filter_map(|entry| scalar_text(entry));
        texts.map(Cow::into_owned).collect()
    }

    /// Returns whether the object has a top-level field of that name that is not null.
    pub(crate) fn has(&self, name: &str) -> bool {
        find(&self.0, name).is_some_and(|value| value.get() != "null")
    }

    /// The names of all top-level fields, in the order of the body.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Vec<String>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
                let mut names = Vec::new();
                while let Some((name, IgnoredAny)) = map.next_entry()? {
                    names.push(name);
                }
                Ok(names)
            }
        }
        serde_json::Deserializer::from_str(&self.0)
            .deserialize_map(Names)
            .unwrap_or_default()
    }
}

impl fmt::Debug for RawBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawBody({} bytes)", self.0.len())
    }
}

/// The value of the first top-level field of that name, with its text untouched.
pub(crate) fn find<'a>(json: &'a str, name: &str) -> Option<&'a RawValue> {
    struct Find<'n>(&'n str);
    impl<'de> Visitor<'de> for Find<'_> {
        type Value = Option<&'de RawValue>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = None;
            while let Some(name) = map.next_key_seed(Key)? {
                if found.is_none() && name == self.0 {
                    found = Some(map.next_value()?);
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(found)
        }
    }
    serde_json::Deserializer::from_str(json)
        .deserialize_map(Find(name))
        .ok()?
}

/// The values of these top-level fields, `None` where absent or null. Fails unless the text is an
/// object that has each of them at most once.
pub(crate) fn pick<'a, const N: usize>(
    json: &'a str,
    names: [&str; N],
) -> Option<[Option<&'a RawValue>; N]> {
    let mut found = [None; N];
    pick_into(json, &names, &mut found)?;
    Some(found.map(|value| value.filter(|value| value.get() != "null")))
}

fn pick_into<'a>(json: &'a str, names: &[&str], found: &mut [Option<&'a RawValue>]) -> Option<()> {
    struct Pick<'n, 'f, 'a>(&'n [&'n str], &'f mut [Option<&'a RawValue>]);
    impl<'a> Visitor<'a> for Pick<'_, '_, 'a> {
        type Value = ();
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object that has each field once")
        }
        fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(name) = map.next_key_seed(Key)? {
                let place = self.0.iter().position(|wanted| *wanted == name);
                match place.and_then(|place| self.1.get_mut(place)) {
                    None => _ = map.next_value::<IgnoredAny>()?,
                    Some(place @ None) => *place = Some(map.next_value()?),
                    Some(Some(_)) => return Err(de::Error::custom("a field that is there twice")),
                }
            }
            Ok(())
        }
    }
    let mut deserializer = serde_json::Deserializer::from_str(json);
    deserializer.deserialize_map(Pick(names, found)).ok()?;
    deserializer.end().ok()
}

/// A scalar's text: what was signed, whether it came as a string or as a number.
pub(crate) fn scalar_text(value: &RawValue) -> Option<Cow<'_, str>> {
    let text = value.get();
    match text.as_bytes().first()? {
        b'"' => match serde_json::from_str::<Scalar<'_>>(text) {
            Ok(Scalar::Text(text)) => Some(text),
            _ => None,
        },
        b'{' | b'[' | b'n' => None,
        _ => Some(Cow::Borrowed(text)),
    }
}

/// Reads an object's key, borrowed where it has no escapes.
pub(crate) struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// A field where the gateway documents a string and may send anything.
#[derive(Debug)]
pub(crate) enum Scalar<'a> {
    /// A string, or an integer in its only spelling.
    Text(Cow<'a, str>),
    /// A number whose own text has to be looked up, because reading it as a number loses its
    /// spelling; or an object.
    Number,
    /// Null.
    Null,
    /// A boolean or an array.
    Other,
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Scalar<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Text(Cow::Owned(text.to_owned())))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Text(Cow::Owned(number.to_string())))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Text(Cow::Owned(number.to_string())))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Number)
            }
            fn visit_bool<E>(self, _: bool) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Other)
            }
            fn visit_unit<E>(self) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Null)
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar<'de>, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar::Other)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar<'de>, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                // Where some crate of the program has switched on serde_json's
                // `arbitrary_precision`, a number comes as a map. The text tells it from an object.
                Ok(Scalar::Number)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use serde::de::value::{Error, MapDeserializer};

    use super::*;

    #[test]
    fn a_number_survives_serde_jsons_arbitrary_precision() {
        // What that feature hands over for the number 11000.00.
        let number = [("$serde_json::private::Number", "11000.00")];
        let number = MapDeserializer::<_, Error>::new(number.into_iter());
        assert!(matches!(Scalar::deserialize(number), Ok(Scalar::Number)));
    }

    #[test]
    fn fields_are_picked_in_one_pass_and_none_of_them_may_be_there_twice() {
        let text = |json| {
            let picked = pick(json, ["a", "b"])?;
            Some(picked.map(|value| value.map(RawValue::get)))
        };
        assert_eq!(
            text(r#"{"b":"\u0031","c":[2],"c":3}"#),
            Some([None, Some(r#""\u0031""#)])
        );
        assert_eq!(
            text(r#"{"a":null,"b":{"b":1}}"#),
            Some([None, Some(r#"{"b":1}"#)])
        );
        for refused in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":null,"\u0061":1}"#,
            r#"{"a":1} 2"#,
            r#"["a"]"#,
            r#"{"a":"#,
        ] {
            assert_eq!(text(refused), None, "{refused}");
        }
    }

    #[test]
    fn any_field_can_be_read_by_name() {
        let raw =
            RawBody::new(r#"{"a":"x\u0021","n":12000.50,"b":true,"z":null,"o":{"k":[1]},"n":1}"#);
        assert_eq!(raw.text("a").as_deref(), Some("x!"));
        assert_eq!(raw.text("n").as_deref(), Some("12000.50"));
        assert_eq!(raw.text("b").as_deref(), Some("true"));
        assert_eq!(raw.text("z"), None);
        assert_eq!(raw.text("o"), None);
        assert_eq!(raw.text("missing"), None);
        assert_eq!(
            raw.field::<serde_json::Value>("o"),
            Some(serde_json::json!({"k": [1]}))
        );
        assert_eq!(raw.field::<bool>("a"), None);
        assert_eq!(raw.names(), ["a", "n", "b", "z", "o", "n"]);
        assert_eq!(format!("{raw:?}"), "RawBody(66 bytes)");
    }
}
