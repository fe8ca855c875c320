//! The states of a transaction, in the gateway's words.

use crate::vocabulary::wire_enum;

wire_enum! {
    /// The status of a transaction. ([Transaction
    /// status](https://docs.midtrans.com/reference/transaction-status))
    pub enum TransactionStatus {
        /// Made; waiting for the customer.
        Pending = "pending",
        /// The funds are reserved, not taken.
        Authorize = "authorize",
        /// Card money is taken and will settle.
        Capture = "capture",
        /// Paid. The only paid status of Akulaku and Kredivo.
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
    /// The result of fraud detection. It accompanies refused and expired transactions as `accept`
    /// too, so it never means "paid" by itself. ([Fraud
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
        assert!(
            FraudStatus::WORDS
                .iter()
                .all(|word| FraudStatus::from(*word).as_str() == *word)
        );
    }
}
