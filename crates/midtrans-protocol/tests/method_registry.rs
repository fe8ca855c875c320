//! The registry of payment methods, as tables are made of it.

use midtrans_protocol::instructions::{Instructions, Shape};
use midtrans_protocol::method::{PaymentType, Terms};

#[test]
fn every_payment_type_of_the_registry_has_a_name_terms_and_a_shape() {
    let all: Vec<PaymentType> = PaymentType::all().collect();
    assert!(all.len() >= 17, "{all:?}");
    for (at, payment_type) in all.iter().enumerate() {
        assert!(
            !all[..at].contains(payment_type),
            "{payment_type} is there twice"
        );
        assert_ne!(payment_type.name(), payment_type.as_str());
        let terms = Terms::of(payment_type);
        assert_ne!(terms, &Terms::UNKNOWN, "{payment_type}");
        assert!(terms.shape.is_some(), "{payment_type}");
        assert!(
            terms.default_expiry <= terms.longest_expiry,
            "{payment_type}"
        );
        assert!(
            terms
                .largest_amount
                .is_none_or(|largest| terms.smallest_amount < largest),
            "{payment_type}"
        );
        assert!(
            terms.refund_window.is_some() || !terms.supports_partial_refund,
            "{payment_type}"
        );
    }
}

#[test]
fn a_shape_has_the_name_that_the_json_of_instructions_has() {
    let text = || "x".to_owned();
    let every = [
        Instructions::Redirect(text()),
        Instructions::VirtualAccount {
            bank: text(),
            va_number: text(),
        },
        Instructions::Bill {
            biller_code: text(),
            bill_key: text(),
        },
        Instructions::PaymentCode {
            store: None,
            payment_code: text(),
        },
        Instructions::Wallet(Default::default()),
        Instructions::ConfirmInApp,
        Instructions::Wait,
        Instructions::Nothing,
    ];
    for instructions in &every {
        let json = serde_json::to_value(instructions).unwrap();
        let name = match &json {
            serde_json::Value::String(name) => name,
            other => other.as_object().unwrap().keys().next().unwrap(),
        };
        assert_eq!(instructions.shape().as_str(), name);
        assert_eq!(instructions.shape().to_string(), *name);
    }
    assert_eq!(every[0].shape(), Shape::Redirect);
}
