//! The test cards of the sandbox: what each number means.
//! ([Test cards](https://docs.midtrans.com/docs/testing-payment-on-sandbox))
//!
//! Any other number is refused by its bank. No page says what the sandbox does with one, and a
//! refusal is the safe guess: a payment that works with a number that stands in no list would make
//! a shop's test pass which fails at the gateway.

use super::BankAnswer::{
    Accepts, AcceptsUpTo, Challenges, DoesNotHonor, HasNoFunds, IsFraud, IsOffline,
};
use super::Secure::{Attempted, Fails, Frictionless, Password, Slow, Version1};
use super::{BankAnswer, Scheme, Secure};

/// The schemes by the first digits of their numbers.
pub(super) const SCHEMES: &[(&str, Scheme)] = &[
    ("4", Scheme::Visa),
    ("5", Scheme::Mastercard),
    ("2", Scheme::Mastercard),
    ("35", Scheme::Jcb),
    ("34", Scheme::Amex),
    ("37", Scheme::Amex),
    ("62", Scheme::UnionPay),
];

/// What a number means.
pub(super) fn behaviour(number: &str) -> (Secure, BankAnswer) {
    let found = ROWS.iter().find(|row| row.numbers.contains(&number));
    found.map_or((Password, DoesNotHonor), |row| (row.secure, row.answer))
}

/// Returns true if a test card begins with these digits.
pub(super) fn begins(digits: &str) -> bool {
    let mut numbers = ROWS.iter().flat_map(|row| row.numbers);
    numbers.any(|number| number.starts_with(digits))
}

struct Row {
    secure: Secure,
    answer: BankAnswer,
    numbers: &'static [&'static str],
}

const fn row(secure: Secure, answer: BankAnswer, numbers: &'static [&'static str]) -> Row {
    Row {
        secure,
        answer,
        numbers,
    }
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    // By scheme: Visa, Mastercard, JCB, Amex, CUP.
    row(Password, Accepts, &["4811111111111114", "5211111111111117", "3528203324564357", "370192169722458", "6212487892425802"]),
    row(Password, DoesNotHonor, &["4911111111111113", "5111111111111118", "3528512944932269", "374296354400881", "6212484129687072"]),
    row(Attempted, Accepts, &["4411111111111118", "5410111111111116", "3528868047864225", "373747726661940", "6212489506621198"]),
    row(Attempted, IsFraud, &["4611111111111116", "5411111111111115", "3528185267171623", "378096218340018", "6212482535178193972"]),
    row(Attempted, DoesNotHonor, &["4711111111111115", "5511111111111114", "3528909779837631", "370356097975856", "6212484228635865"]),
    // 3DS 2: Visa, Mastercard, Amex.
    row(Frictionless, Accepts, &["4556557955726624", "4024007189449340", "5333259155643223", "341502098634895"]),
    row(Frictionless, DoesNotHonor, &["4485436455354151", "5328720384582224", "345695399207589"]),
    row(Password, Accepts, &["4916994064252017", "5306889942833340", "348638267931507"]),
    row(Password, DoesNotHonor, &["4604633194219929", "5424184049821670", "372021106351394"]),
    row(Slow, Accepts, &["4024007176265022", "5487971631330522", "345197771649926"]),
    row(Fails, DoesNotHonor, &["4716125059847899", "5250548692069390", "3794521996036850"]),
    row(Version1, DoesNotHonor, &["4723249479082225", "5555666677771111", "3528927894502153", "3419184532253540"]),
    // Answers of the bank.
    row(Password, HasNoFunds, &["4472429869996670"]),
    row(Password, AcceptsUpTo(30_000), &["4806000000000081"]),
    row(Password, IsOffline, &["4705859510984866", "5597518926561951"]),
    // Only the suites of the official clients have this one.
    row(Password, Challenges, &["5510111111111115"]),
    // By bank: Mandiri credit and debit, CIMB, BNI and its private label, BCA, BRI, Mega, Maybank.
    row(Password, Accepts, &[
        "4617006959746656", "5573381072196900", "4097661111111113", "4599207887122414", "5481169818832479",
        "4105058689481467", "5264221038874659", "1946415981487684", "4773776057051650", "5229903136853172",
        "4365026335737199", "5520029870899100", "4201910000000009", "5221030000000009", "4055772026036004",
        "5520086752102334",
    ]),
    row(Attempted, Accepts, &[
        "4617001741942101", "5573381999825417", "4097661111111139", "4599203997052898", "5481167121032563",
        "4105052541512148", "5264224971761016", "4773773810981190", "5229907364303610", "4365027867232690",
        "5520025486468439", "4201910000000017", "5221030000000017", "4055771335144012", "5520086774908452",
    ]),
    row(Password, DoesNotHonor, &[
        "4617008560831760", "5573384043224447", "4097667672178631", "4599206009733090", "5481169191782739",
        "4105054148541363", "5264223530131711", "1946410271931269", "4773775202011809", "5229903405423830",
        "4365028662512583", "5520021909203008", "4201910000000025", "5221030000000025", "4055779628460474",
        "5520088314653770",
    ]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_test_card_stands_once_and_has_a_right_check_digit() {
        let numbers: Vec<&str> = ROWS.iter().flat_map(|row| row.numbers).copied().collect();
        let once: BTreeSet<&str> = numbers.iter().copied().collect();
        assert_eq!((numbers.len(), once.len()), (100, 100));
        for number in numbers {
            assert!(super::super::form::has_check_digit(number), "{number}");
        }
    }

    #[test]
    fn a_number_that_stands_in_no_list_is_refused_by_its_bank() {
        assert_eq!(behaviour("4111111111111111"), (Password, DoesNotHonor));
        assert_eq!(behaviour("4811111111111114"), (Password, Accepts));
        assert!(begins("48111111") && !begins("41111111"));
    }
}
