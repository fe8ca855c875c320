//! The names of the payment methods.

use crate::vocabulary::wire_enum;

wire_enum! {
    /// A payment type. ([Charge](https://docs.midtrans.com/reference/charge-transactions-1))
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

impl PaymentType {
    /// Returns the name that people know the payment type by; the gateway's word where this
    /// version knows none.
    ///
    /// ```
    /// use midtrans_protocol::method::PaymentType;
    ///
    /// assert_eq!(PaymentType::Echannel.name(), "Mandiri Bill");
    /// assert_eq!(PaymentType::from("pigeon_post").name(), "pigeon_post");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Akulaku => "Akulaku PayLater",
            Self::Kredivo => "Kredivo",
            Self::CreditCard => "Cards",
            Self::BankTransfer => "Virtual accounts",
            Self::Echannel => "Mandiri Bill",
            Self::Permata => "Permata VA",
            Self::Gopay => "GoPay",
            Self::Qris => "QRIS",
            Self::ShopeePay => "ShopeePay",
            Self::Ovo => "OVO",
            Self::Dana => "DANA",
            Self::Cstore => "Indomaret, Alfamart",
            Self::BcaKlikpay => "BCA KlikPay",
            Self::BcaKlikbca => "KlikBCA",
            Self::CimbClicks => "CIMB Clicks",
            Self::BriEpay => "BRImo",
            Self::DanamonOnline => "Danamon Online",
            Self::UobEzpay => "UOB EZ Pay",
            Self::Unknown(word) => &word.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gateway_has_eighteen_payment_types() {
        assert_eq!(PaymentType::WORDS.len(), 18);
    }
}
