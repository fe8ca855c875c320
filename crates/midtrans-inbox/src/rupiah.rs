//! Amounts in stored JSON: whole rupiah as a number.

use midtrans_protocol::Rupiah;
use serde::{Deserialize, Deserializer, Serializer};

pub(crate) fn serialize<S: Serializer>(amount: &Rupiah, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(amount.get())
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Rupiah, D::Error> {
    u64::deserialize(deserializer).map(Rupiah::new)
}
