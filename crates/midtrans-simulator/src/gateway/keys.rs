//! The fields of the gateway's bodies, in the order in which the gateway writes them.

use std::iter;

/// Names of fields, in order.
pub(super) type Keys = &'static [&'static str];

/// Fields that are added to a common list, each group with the field that it follows. [`FIRST`]
/// stands for the beginning of the list.
pub(super) type Added = &'static [(&'static str, Keys)];

/// The place before all fields.
pub(super) const FIRST: &str = "";

/// Returns the fields of a common list with the added ones in their places.
pub(super) fn with_added(common: Keys, added: Added) -> impl Iterator<Item = &'static str> {
    let following = move |place: &'static str| {
        added
            .iter()
            .filter(move |(after, _)| *after == place)
            .flat_map(|(_, keys)| keys.iter().copied())
    };
    iter::once(FIRST)
        .chain(common.iter().copied())
        .flat_map(move |key| iter::once(key).chain(following(key)))
        .skip(1)
}

/// The fields that answers to charges of all methods have. They are also those of the answer to
/// Expire.
pub(super) const CHARGED: Keys = &[
    "status_code",
    "status_message",
    "transaction_id",
    "order_id",
    "merchant_id",
    "gross_amount",
    "currency",
    "payment_type",
    "transaction_time",
    "transaction_status",
    "fraud_status",
];

/// The fields that notifications of all methods have.
pub(super) const NOTIFIED: Keys = &[
    "transaction_time",
    "transaction_status",
    "transaction_id",
    "subscription_id",
    "status_message",
    "status_code",
    "signature_key",
    "settlement_time",
    "refunds",
    "refund_amount",
    "payment_type",
    "order_id",
    "payment_link_id",
    "metadata",
    "merchant_id",
    "gross_amount",
    "fraud_status",
    "expiry_time",
    "custom_field1",
    "custom_field2",
    "custom_field3",
    "currency",
];

/// The fields of Get Status, behind those that a method shows first.
pub(super) const STATUS: Keys = &[
    "transaction_time",
    "custom_field1",
    "custom_field2",
    "custom_field3",
    "gross_amount",
    "currency",
    "order_id",
    "payment_type",
    "signature_key",
    "status_code",
    "transaction_id",
    "transaction_status",
    "fraud_status",
    "settlement_time",
    "expiry_time",
    "status_message",
    "merchant_id",
    "refund_amount",
    "refunds",
    "metadata",
];

/// The fields of the answer to a refund, before those about the refund. With a `fraud_status` they
/// are those of the answer to Cancel.
pub(super) const REFUNDED: Keys = &[
    "status_code",
    "status_message",
    "transaction_id",
    "order_id",
    "payment_type",
    "transaction_time",
    "transaction_status",
    "gross_amount",
];

/// The fields of the answer to a direct refund, before those about the refund.
pub(super) const DIRECTLY_REFUNDED: Keys = &[
    "status_code",
    "status_message",
    "transaction_id",
    "order_id",
    "gross_amount",
    "payment_type",
    "transaction_time",
    "transaction_status",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn added_fields_follow_the_field_they_name_and_the_first_ones_lead() {
        let added: Added = &[("b", &["x", "y"]), (FIRST, &["w"])];
        let keys: Vec<_> = with_added(&["a", "b", "c"], added).collect();
        assert_eq!(keys, ["w", "a", "b", "x", "y", "c"]);
    }
}
