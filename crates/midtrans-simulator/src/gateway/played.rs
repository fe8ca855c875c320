//! A payment method as a transaction holds it, and as its row in the state file has it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use super::method::{METHODS, Method};

/// A registered method, for a transaction to hold.
#[derive(Clone, Copy)]
pub(super) struct Played(&'static dyn Method);

impl std::ops::Deref for Played {
    type Target = dyn Method;

    fn deref(&self) -> &Self::Target {
        self.0
    }
}

impl PartialEq for Played {
    fn eq(&self, other: &Self) -> bool {
        self.payment_type() == other.payment_type()
    }
}

impl fmt::Debug for Played {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.payment_type())
    }
}

impl Serialize for Played {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.payment_type().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Played {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| de::Error::custom("no payment type"))
    }
}

impl Played {
    /// The method that plays a charge.
    pub(super) fn of(charge: &Value) -> Option<Self> {
        let named = Self::named(charge["payment_type"].as_str()?)?;
        Some(named.played_by(charge).map_or(named, Self))
    }

    /// The method of this `payment_type`.
    pub(super) fn named(payment_type: &str) -> Option<Self> {
        METHODS
            .iter()
            .find(|method| method.payment_type() == payment_type)
            .map(|method| Self(*method))
    }

    /// All methods.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        METHODS.iter().map(|method| Self(*method))
    }
}
