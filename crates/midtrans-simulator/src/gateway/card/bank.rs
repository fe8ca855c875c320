//! Banks: the ones that issue cards, by the first digits of their numbers, and the ones that take
//! cards for merchants.

/// A bank's cards of one kind.
#[derive(Debug)]
pub(super) struct Bank {
    pub(super) prefix: &'static str,
    /// The gateway's word for the bank.
    pub(super) word: &'static str,
    pub(super) name: &'static str,
    pub(super) is_debit: bool,
    /// Points can be redeemed.
    pub(super) has_points: bool,
}

/// The issuing bank of a number, or of its first digits.
pub(super) fn of(number: &str) -> Option<&'static Bank> {
    BANKS.iter().find(|bank| number.starts_with(bank.prefix))
}

/// Returns true for the word of a bank that takes cards for merchants.
pub(in super::super) fn is_acquirer(word: &str) -> bool {
    ACQUIRERS.contains(&word)
}

/// Returns true for the word of a bank that issues cards.
pub(in super::super) fn is_bank(word: &str) -> bool {
    is_acquirer(word) || BANKS.iter().any(|bank| bank.word == word)
}

/// ([Charge](https://docs.midtrans.com/reference/charge-transactions-on-card))
const ACQUIRERS: &[&str] = &[
    "bca", "bni", "mandiri", "cimb", "bri", "danamon", "maybank", "mega",
];

const fn credit(prefix: &'static str, word: &'static str, name: &'static str) -> Bank {
    Bank {
        prefix,
        word,
        name,
        is_debit: false,
        has_points: false,
    }
}

const fn with_points(bank: Bank) -> Bank {
    Bank {
        has_points: true,
        ..bank
    }
}

const MANDIRI: &str = "BANK MANDIRI";
const CIMB: &str = "BANK CIMB NIAGA";
const BNI: &str = "BANK NEGARA INDONESIA";
const BCA: &str = "BANK CENTRAL ASIA";
const BRI: &str = "BANK RAKYAT INDONESIA";
const MEGA: &str = "BANK MEGA";
const MAYBANK: &str = "BANK MAYBANK INDONESIA";

const BANKS: &[Bank] = &[
    with_points(credit("461700", "mandiri", MANDIRI)),
    with_points(credit("557338", "mandiri", MANDIRI)),
    Bank {
        is_debit: true,
        ..credit("409766", "mandiri", MANDIRI)
    },
    credit("459920", "cimb", CIMB),
    credit("548116", "cimb", CIMB),
    with_points(credit("410505", "bni", BNI)),
    with_points(credit("526422", "bni", BNI)),
    credit("194641", "bni", BNI),
    credit("477377", "bca", BCA),
    credit("522990", "bca", BCA),
    credit("455633", "bca", BCA),
    credit("436502", "bri", BRI),
    credit("552002", "bri", BRI),
    credit("420191", "mega", MEGA),
    credit("522103", "mega", MEGA),
    credit("405577", "maybank", MAYBANK),
    credit("552008", "maybank", MAYBANK),
];
