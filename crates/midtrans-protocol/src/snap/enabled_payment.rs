//! The words for payment methods on a page of Snap.

use crate::vocabulary::wire_enum;

wire_enum! {
    /// A payment method in the words of Snap, payment links and invoices, which differ from the
    /// payment type of the resulting transaction: every `…_va` becomes `bank_transfer`, a store
    /// becomes `cstore`, and GoPay may come back as `qris`. ([Enabled
    /// payments](https://docs.midtrans.com/reference/request-body-json-parameter))
    ///
    /// The list is open. A word that the gateway does not know, or that the account has not
    /// activated, is not refused here: the gateway leaves it off the page, and a page with no
    /// method at all is of no use to the customer. Check the spelling.
    pub enum EnabledPayment {
        /// Cards.
        CreditCard = "credit_card",
        /// Google Pay.
        GooglePay = "google_pay",
        /// Mandiri bill.
        Echannel = "echannel",
        /// Permata virtual account.
        PermataVa = "permata_va",
        /// BCA virtual account.
        BcaVa = "bca_va",
        /// BNI virtual account.
        BniVa = "bni_va",
        /// BRI virtual account.
        BriVa = "bri_va",
        /// CIMB Niaga virtual account.
        CimbVa = "cimb_va",
        /// Danamon virtual account.
        DanamonVa = "danamon_va",
        /// BSI virtual account.
        BsiVa = "bsi_va",
        /// SeaBank virtual account.
        SeabankVa = "seabank_va",
        /// Saqu virtual account.
        SaquVa = "saqu_va",
        /// A virtual account for transfers from all other banks.
        OtherVa = "other_va",
        /// All virtual accounts.
        BankTransfer = "bank_transfer",
        /// GoPay.
        Gopay = "gopay",
        /// OVO.
        Ovo = "ovo",
        /// DANA.
        Dana = "dana",
        /// ShopeePay.
        Shopeepay = "shopeepay",
        /// QRIS, with any app.
        OtherQris = "other_qris",
        /// Alfamart and its group.
        Alfamart = "alfamart",
        /// Indomaret.
        Indomaret = "indomaret",
        /// All stores.
        Cstore = "cstore",
        /// Akulaku. It asks for items and a customer.
        Akulaku = "akulaku",
        /// Kredivo. It asks for items and a customer with a shipping address.
        Kredivo = "kredivo",
        /// CIMB Clicks; retired.
        CimbClicks = "cimb_clicks",
        /// KlikBCA; retired.
        BcaKlikbca = "bca_klikbca",
        /// BCA KlikPay; retired.
        BcaKlikpay = "bca_klikpay",
        /// BRImo; retired.
        BriEpay = "bri_epay",
        /// Danamon Online Banking; retired.
        DanamonOnline = "danamon_online",
        /// UOB EZ Pay; retired.
        UobEzpay = "uob_ezpay",
    }
}
