//! A transaction in the history.

use crate::money::WireAmount;
use crate::object_reply::object_reply;
use crate::raw::RawBody;
use crate::time::WibTime;
use crate::vocabulary::wire_enum;

wire_enum! {
    /// The kind of a transaction in the history, in the gateway's own words.
    pub enum TransactionType {
        /// A payment by a customer.
        Payment = "PAYMENT",
        /// Money that the merchant put in.
        TopUp = "TOP_UP",
        /// Money that the merchant took out.
        Withdrawal = "WITHDRAWAL",
        /// A payout.
        Disbursement = "DISBURSEMENT",
    }
}

object_reply! {
    /// A transaction in the history: a row of a list, or all of it.
    TransactionRecord, "dateTime", "a dateTime"
}

impl TransactionRecord {
    pub(super) const fn of(raw: RawBody) -> Self {
        Self { raw }
    }

    /// The time.
    #[must_use]
    pub fn date_time(&self) -> Option<WibTime> {
        self.raw.time("dateTime")
    }

    /// The amount, exactly as received.
    #[must_use]
    pub fn amount(&self) -> Option<WireAmount> {
        self.raw.object("amount")?.amount("value")
    }

    /// The fee, exactly as received.
    #[must_use]
    pub fn fee(&self) -> Option<WireAmount> {
        self.info()?.object("fee")?.amount("value")
    }

    /// The gateway's id of the transaction. Rows have it in another place than a whole record.
    #[must_use]
    pub fn reference_no(&self) -> Option<String> {
        self.either("referenceNo")
    }

    /// Your id: the order id of a payment.
    #[must_use]
    pub fn partner_reference_no(&self) -> Option<String> {
        self.either("partnerReferenceNo")
    }

    /// The status in the gateway's own words, in capital letters. They differ from those of
    /// notifications, such as `SUCCESS` and `DENIED`: for reports, and nothing to ship by.
    #[must_use]
    pub fn status(&self) -> Option<String> {
        self.info()?.text("status")
    }

    /// The kind, in the gateway's own words.
    #[must_use]
    pub fn transaction_type(&self) -> Option<TransactionType> {
        let word = self.info()?.text("type")?;
        Some(TransactionType::from(word.as_str()))
    }

    /// The channel, such as `qris`, or the name of a bank.
    #[must_use]
    pub fn channel(&self) -> Option<String> {
        self.info()?.text("channel")
    }

    fn info(&self) -> Option<RawBody> {
        self.raw.object("additionalInfo")
    }

    fn either(&self, name: &str) -> Option<String> {
        self.raw.text(name).or_else(|| self.info()?.text(name))
    }
}
