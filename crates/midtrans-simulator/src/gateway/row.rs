//! The form, in rows of the state file, of values that have none of their own: times are seconds
//! since 1970, amounts are whole rupiah.

/// Makes a module for `#[serde(with = "…")]`, and one for the value in an `Option`.
macro_rules! form {
    ($name:ident, $maybe:ident, $value:ty, $form:ty, $write:expr, $read:expr) => {
        pub(super) mod $name {
            use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

            pub(in super::super) fn serialize<S: Serializer>(
                value: &$value,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                let write: fn($value) -> $form = $write;
                write(*value).serialize(serializer)
            }

            pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<$value, D::Error> {
                let read: fn($form) -> Option<$value> = $read;
                let form = <$form>::deserialize(deserializer)?;
                read(form).ok_or_else(|| de::Error::custom("out of range"))
            }
        }

        pub(super) mod $maybe {
            use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

            pub(in super::super) fn serialize<S: Serializer>(
                value: &Option<$value>,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                let write: fn($value) -> $form = $write;
                value.map(write).serialize(serializer)
            }

            pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Option<$value>, D::Error> {
                let read: fn($form) -> Option<$value> = $read;
                let form = Option::<$form>::deserialize(deserializer)?;
                let value = |form| read(form).ok_or_else(|| de::Error::custom("out of range"));
                form.map(value).transpose()
            }
        }
    };
}

form!(
    time,
    maybe_time,
    midtrans_protocol::time::WibTime,
    i64,
    midtrans_protocol::time::WibTime::unix,
    midtrans_protocol::time::WibTime::from_unix
);

form!(
    rupiah,
    maybe_rupiah,
    midtrans_protocol::Rupiah,
    u64,
    midtrans_protocol::Rupiah::get,
    |amount| Some(midtrans_protocol::Rupiah::new(amount))
);

/// JSON of a request as a text: the row around it would nest it deeper than can be read.
pub(super) mod json {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
    use serde_json::Value;

    pub(in super::super) fn serialize<S: Serializer>(
        value: &Value,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.to_string().serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Value, D::Error> {
        let text = String::deserialize(deserializer)?;
        serde_json::from_str(&text).map_err(de::Error::custom)
    }
}
