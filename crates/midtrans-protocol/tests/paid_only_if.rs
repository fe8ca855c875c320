//! "Paid" compared with a second implementation of the gateway's rule, for random words.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::{answered, expected, notified};
use midtrans_protocol::{Decision, decide};
use proptest::option;
use proptest::prelude::{
    Just, ProptestConfig, Strategy, any, prop_assert_eq, prop_oneof, proptest,
};
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// The fields of a message, as text or absent.
#[derive(Clone, Debug)]
struct Said {
    order: String,
    code: String,
    gross: String,
    status: Option<String>,
    fraud: Option<String>,
    currency: Option<String>,
    fee: Option<Fee>,
    fee_beside: Option<Fee>,
}

/// The original amount, and the total.
type Fee = (String, Option<String>);

impl Said {
    fn object(&self) -> Value {
        let mut object = Map::new();
        let texts = [
            ("order_id", Some(&self.order)),
            ("status_code", Some(&self.code)),
            ("gross_amount", Some(&self.gross)),
            ("transaction_status", self.status.as_ref()),
            ("fraud_status", self.fraud.as_ref()),
            ("currency", self.currency.as_ref()),
        ];
        for (name, text) in texts {
            text.map(|text| object.insert(name.to_owned(), json!(text)));
        }
        let info = |(original, total): &Fee| json!({ "gross_amount_info": { "original_amount": original, "gross_amount": total } });
        self.fee
            .as_ref()
            .map(|fee| object.insert("metadata".to_owned(), json!({ "extra_info": info(fee) })));
        self.fee_beside
            .as_ref()
            .map(|fee| object.insert("extra_info".to_owned(), info(fee)));
        object.into()
    }

    /// The rule: one line of text that is among the six paid ones, and an amount compared digit by
    /// digit.
    fn is_paid_for(&self, order: &str, price: u64) -> bool {
        let word = |text: &Option<String>| text.as_deref().unwrap_or("-").to_lowercase();
        let line = format!(
            "{} {} {} {}",
            self.code,
            word(&self.status),
            word(&self.fraud),
            word(&self.currency)
        );
        let paid = [
            "200 settlement - -",
            "200 settlement accept -",
            "200 settlement - idr",
            "200 settlement accept idr",
            "200 capture - -",
            "200 capture accept -",
            "200 capture - idr",
            "200 capture accept idr",
        ];
        let price = price.to_string();
        let exact = digits(&self.gross) == Some(price.clone());
        let number = |text: &String| digits(text).unwrap_or_else(|| text.clone());
        let said = |(original, total): &Fee| (number(original), total.as_ref().map(number));
        let is_one = match (&self.fee, &self.fee_beside) {
            (Some(one), Some(other)) => said(one) == said(other),
            _ => true,
        };
        let explained =
            is_one
                && self.fee.as_ref().or(self.fee_beside.as_ref()).is_some_and(
                    |(original, total)| {
                        let longer = digits(&self.gross).map(|gross| (gross.len(), gross));
                        let same_total = total
                            .as_ref()
                            .is_none_or(|total| digits(total) == digits(&self.gross));
                        longer > Some((price.len(), price.clone()))
                            && digits(original) == Some(price)
                            && same_total
                    },
                );
        paid.contains(&line.as_str()) && self.order == order && (exact || explained)
    }

    /// Returns whether a code at another place in the joined text makes it another order's.
    fn fits_another_order(&self) -> bool {
        let text = format!("{}{}{}", self.order, self.code, self.gross);
        ["200", "201", "202", "407"].iter().any(|code| {
            text.match_indices(code).any(|(at, _)| {
                let (id, amount) = (&text[..at], digits(&text[at + 3..]));
                let sold = amount.is_some_and(|amount| amount != "0" && amount.len() <= 12);
                at != self.order.len()
                    && sold
                    && (1..=50).contains(&id.len())
                    && id != "."
                    && id != ".."
            })
        })
    }
}

/// The digits before the point, if there are only zeros behind it and the number has one spelling.
fn digits(text: &str) -> Option<String> {
    let (whole, rest) = text
        .find('.')
        .map_or((text, "0"), |point| (&text[..point], &text[point + 1..]));
    let only_digits = !whole.is_empty() && whole.chars().all(|c| c.is_ascii_digit());
    let only_zeros = !rest.is_empty() && rest.trim_matches('0').is_empty();
    (only_digits
        && only_zeros
        && whole.trim_start_matches('0').len() + usize::from(whole == "0") == whole.len())
    .then(|| whole.to_owned())
}

fn word(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![12 => select(words).prop_map(str::to_owned), 1 => "[a-z]{0,6}"]
}

fn amount() -> impl Strategy<Value = String> {
    let near = select(vec![
        "125000.00",
        "125000.00",
        "125000",
        "125000.0",
        "128500.00",
        "99000.00",
        "125000.50",
        "0125000.00",
    ]);
    let number = (1u64..30_000_000).prop_map(|rupiah| format!("{rupiah}.00"));
    prop_oneof![4 => near.prop_map(str::to_owned), 2 => number, 1 => "[0-9.,-]{0,9}"]
}

fn said() -> impl Strategy<Value = Said> {
    let order = prop_oneof![
        6 => Just("kebaya-0417".to_owned()),
        1 => "[A-Za-z0-9._~-]{3,12}",
        1 => "[ -~]{3,12}",
        1 => "[0-9]{3,9}",
    ];
    let code = word(&["200", "200", "200", "200", "201", "202", "407"])
        .prop_filter("signed", |code| !code.is_empty());
    let status = word(&[
        "settlement",
        "settlement",
        "settlement",
        "capture",
        "SETTLEMENT",
        "pending",
        "deny",
        "refund",
    ]);
    let fraud = option::weighted(
        0.7,
        word(&["accept", "accept", "accept", "ACCEPT", "challenge", "deny"]),
    );
    let currency = option::weighted(0.7, word(&["IDR", "IDR", "idr", "USD"]));
    let fee = || option::weighted(0.3, (amount(), option::weighted(0.5, amount())));
    let gross = amount().prop_filter("signed", |text| !text.is_empty());
    let status = option::weighted(0.95, status);
    // Also the same fee in both places.
    let fees = (fee(), fee(), any::<bool>())
        .prop_map(|(one, two, same)| (one.clone(), if same { one } else { two }));
    (order, code, gross, status, fraud, currency, fees).prop_map(
        |(order, code, gross, status, fraud, currency, fees)| Said {
            order,
            code,
            gross,
            status,
            fraud,
            currency,
            fee: fees.0,
            fee_beside: fees.1,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_notification_is_paid_exactly_by_the_rule(said in said(), same in any::<bool>(), price in 1u64..400_000) {
        let price = if same { 125_000 } else { price };
        for order in ["kebaya-0417", said.order.as_str()] {
            let rule = said.is_paid_for(order, price) && !said.fits_another_order();
            let decision = decide(&expected(order, price), &notified(&said.object()));
            prop_assert_eq!(decision == Decision::Paid, rule, "{:?}", decision);
        }
    }

    #[test]
    fn an_answer_is_paid_exactly_by_the_rule(said in said(), same in any::<bool>(), price in 1u64..400_000) {
        let price = if same { 125_000 } else { price };
        // Other codes never get as far as a transaction.
        if matches!(said.code.as_str(), "200" | "201" | "202" | "407") {
            let decision = decide(&expected("kebaya-0417", price), &answered(&said.object()));
            prop_assert_eq!(decision == Decision::Paid, said.is_paid_for("kebaya-0417", price), "{:?}", decision);
        }
    }
}

#[test]
fn the_words_of_this_test_do_get_paid() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let paid = (0..2_000).filter(|_| {
        let said = said().new_tree(&mut runner).unwrap().current();
        said.is_paid_for("kebaya-0417", 125_000)
    });
    assert!(paid.count() > 50, "a rule that is never met proves nothing");
}
