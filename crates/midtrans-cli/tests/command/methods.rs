//! `midtrans methods`: the table of payment methods.

use midtrans_protocol::method::{PaymentType, Terms};

use crate::program::Program;

#[test]
fn every_method_of_the_registry_is_in_the_table_with_what_it_supports() {
    let ran = Program::bare().line("methods").says(0, &["time to pay"]);
    let lines: Vec<&str> = ran.out.lines().collect();
    let find = |word: &str| {
        let row = lines
            .iter()
            .find(|line| line.starts_with(&format!("{word} ")));
        *row.unwrap_or(&"no such row")
    };
    for payment_type in PaymentType::all() {
        let row = find(payment_type.as_str());
        assert!(row.contains(payment_type.name()), "{row}");
    }
    for (word, parts) in [
        (
            "akulaku",
            [
                "redirect",
                "2 h, up to 180 d",
                "Rp5.000 or more",
                "180 d, also in parts",
            ],
        ),
        (
            "bank_transfer",
            [
                "virtual_account",
                "24 h, up to 180 d",
                "yes     yes",
                "  no",
            ],
        ),
        (
            "ovo",
            [
                "confirm_in_app",
                "65 s, fixed",
                "no      no",
                "7 d, in full",
            ],
        ),
        (
            "cstore",
            ["payment_code", "Rp5.000.000", "yes     yes", "  no"],
        ),
    ] {
        for part in parts {
            assert!(find(word).contains(part), "{part}: {}", find(word));
        }
    }
}

#[test]
fn the_json_has_the_terms_of_each_method() {
    let ran = Program::bare().line("methods --json").says(0, &[]);
    let json = ran.json();
    let methods = json["methods"].as_array().unwrap();
    assert_eq!(methods.len(), PaymentType::all().len());
    for (method, payment_type) in methods.iter().zip(PaymentType::all()) {
        let terms = Terms::of(&payment_type);
        assert_eq!(method["payment_type"], payment_type.as_str());
        assert_eq!(
            method["default_expiry_seconds"],
            terms.default_expiry.as_secs()
        );
        assert_eq!(method["supports_cancel"], terms.supports_cancel);
        assert_eq!(method["supports_refund"], terms.refund_window.is_some());
        assert_eq!(method["shape"], terms.shape.unwrap().as_str());
    }
}
