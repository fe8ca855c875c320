//! Words that the gateway chooses, and may add to any day.

use std::fmt;

/// A word that this version has no name for. Read it through the enum's `as_str`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Opaque(pub(crate) Box<str>);

impl fmt::Debug for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &self.0)
    }
}

macro_rules! wire_enum {
    (
        $(#[$doc:meta])* pub enum $name:ident {
            $($(#[$variant_doc:meta])* $variant:ident = $text:literal $(| $alias:literal)*),+ $(,)?
        }
    ) => {
        $(#[$doc])*
        ///
        /// Reading ignores case; an unknown word is kept to the letter.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A word that this version has no name for: neither success nor failure.
            Unknown($crate::Opaque),
        }

        impl $name {
            /// The word on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown(text) => &text.0,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    $(_ if text.eq_ignore_ascii_case($text) $(|| text.eq_ignore_ascii_case($alias))* => Self::$variant,)+
                    _ => Self::Unknown($crate::Opaque(text.into())),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self::from(&*<std::borrow::Cow<'de, str>>::deserialize(deserializer)?))
            }
        }

        #[cfg(test)]
        impl $name {
            #[allow(dead_code, reason = "for tests")]
            pub(crate) const WORDS: &[&str] = &[$($text),+];
        }
    };
}
pub(crate) use wire_enum;

wire_enum! {
    /// Where a transaction stands. ([Transaction
    /// status](https://docs.midtrans.com/reference/transaction-status))
    pub enum TransactionStatus {
        /// Made; waiting for the customer.
        Pending = "pending",
        /// The funds are reserved, not taken.
        Authorize = "authorize",
        /// Card money is taken and will settle.
        Capture = "capture",
        /// The money is there. The only paid status of Akulaku and Kredivo.
        Settlement = "settlement",
        /// Refused by the provider or by fraud detection.
        Deny = "deny",
        /// Cancelled by the merchant.
        Cancel = "cancel",
        /// Not paid in time.
        Expire = "expire" | "expired",
        /// An unexpected error; not paid.
        Failure = "failure",
        /// Given back in full.
        Refund = "refund",
        /// Given back in part.
        PartialRefund = "partial_refund",
        /// Disputed by the cardholder.
        Chargeback = "chargeback",
        /// Disputed in part.
        PartialChargeback = "partial_chargeback",
    }
}

wire_enum! {
    /// What fraud detection said. It accompanies refused and expired transactions as `accept` too,
    /// so it never means "paid" by itself. ([Fraud
    /// status](https://docs.midtrans.com/reference/code-statuses))
    pub enum FraudStatus {
        /// No objection.
        Accept = "accept",
        /// Refused.
        Deny = "deny" | "denied",
        /// To be approved or denied by the merchant; cards only in practice.
        Challenge = "challenge",
    }
}

wire_enum! {
    /// How the customer pays. ([Charge](https://docs.midtrans.com/reference/charge-transactions-1))
    pub enum PaymentType {
        /// Akulaku PayLater.
        Akulaku = "akulaku",
        /// Kredivo.
        Kredivo = "kredivo",
        /// Cards.
        CreditCard = "credit_card",
        /// Virtual accounts.
        BankTransfer = "bank_transfer",
        /// Mandiri Bill.
        Echannel = "echannel",
        /// Permata virtual account, by its old name.
        Permata = "permata",
        /// GoPay.
        Gopay = "gopay",
        /// QRIS.
        Qris = "qris",
        /// ShopeePay.
        ShopeePay = "shopeepay",
        /// OVO.
        Ovo = "ovo",
        /// DANA.
        Dana = "dana",
        /// Indomaret and Alfamart counters.
        Cstore = "cstore",
        /// BCA KlikPay, older.
        BcaKlikpay = "bca_klikpay",
        /// KlikBCA, older.
        BcaKlikbca = "bca_klikbca",
        /// CIMB Clicks, older.
        CimbClicks = "cimb_clicks",
        /// BRImo and e-Pay BRI, older.
        BriEpay = "bri_epay",
        /// Danamon Online Banking, older.
        DanamonOnline = "danamon_online",
        /// UOB EZ Pay, older.
        UobEzpay = "uob_ezpay",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn unknown_words_survive_byte_for_byte(text in "\\PC{0,30}") {
            let known = TransactionStatus::WORDS.iter().chain(&["expired"]).any(|word| text.eq_ignore_ascii_case(word));
            let status = TransactionStatus::from(text.as_str());
            prop_assert_eq!(matches!(status, TransactionStatus::Unknown(_)), !known);
            if !known {
                prop_assert_eq!(status.as_str(), text);
            }
        }
    }

    #[test]
    fn every_known_word_survives_and_case_is_ignored() {
        for word in TransactionStatus::WORDS {
            let status = TransactionStatus::from(*word);
            assert_eq!(status.as_str(), *word);
            assert_eq!(
                TransactionStatus::from(word.to_uppercase().as_str()),
                status
            );
        }
        assert_eq!(FraudStatus::from("ACCEPT"), FraudStatus::Accept);
        assert_eq!(FraudStatus::from("denied"), FraudStatus::Deny);
        assert_eq!(
            TransactionStatus::from("expired"),
            TransactionStatus::Expire
        );
        assert_eq!(PaymentType::WORDS.len(), 18);
        assert!(
            FraudStatus::WORDS
                .iter()
                .all(|word| FraudStatus::from(*word).as_str() == *word)
        );
    }
}
