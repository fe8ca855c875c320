//! Virtual accounts: every bank, and every field that a bank has of its own.

use midtrans_protocol::method::{Bank, BankTransfer, BcaFields, FreeText, PermataFields, Wording};
use midtrans_protocol::operation::{Operation, Replay};
use midtrans_protocol::{Charge, OrderId, Rupiah, TransactionDetails};
use serde_json::{Value, json};

fn charge(transfer: BankTransfer) -> Charge {
    let id = OrderId::new("kebaya-0417").expect("a valid order id");
    let order = TransactionDetails::new(id, Rupiah::new(125_000)).expect("a price");
    Charge::builder(order, transfer).build().expect("a charge")
}

fn sent(transfer: BankTransfer) -> Value {
    let body: Value = serde_json::from_slice(&charge(transfer).to_json()).expect("JSON");
    body["bank_transfer"].clone()
}

#[test]
fn every_bank_is_sent_by_its_word_and_so_is_one_that_this_version_does_not_know() {
    for (bank, word) in [
        (Bank::Bca, "bca"),
        (Bank::Bni, "bni"),
        (Bank::Bri, "bri"),
        (Bank::Cimb, "cimb"),
        (Bank::Permata, "permata"),
        (Bank::Danamon, "danamon"),
        (Bank::Mandiri, "mandiri"),
        (Bank::Bsi, "bsi"),
        (Bank::Seabank, "seabank"),
        (Bank::Saqu, "saqu"),
        (Bank::from("bank_baru"), "bank_baru"),
    ] {
        assert_eq!(sent(BankTransfer::new(bank)), json!({ "bank": word }));
    }
}

#[test]
fn a_number_of_choice_texts_a_company_code_and_a_recipient_go_along() {
    let text = |id: &str, en: &str| Wording {
        id: id.to_owned(),
        en: en.to_owned(),
    };
    let mut bca = BankTransfer::new(Bank::Bca);
    bca.va_number = Some("41700417".to_owned());
    bca.free_text = Some(FreeText {
        inquiry: vec![text("Kebaya", "Dress")],
        payment: vec![text("Terima kasih", "Thank you")],
    });
    bca.bca = Some(BcaFields {
        sub_company_code: "00417".to_owned(),
    });
    assert_eq!(
        sent(bca),
        json!({
            "bank": "bca", "va_number": "41700417", "bca": {"sub_company_code": "00417"},
            "free_text": {
                "inquiry": [{"id": "Kebaya", "en": "Dress"}],
                "payment": [{"id": "Terima kasih", "en": "Thank you"}],
            },
        })
    );
    let mut permata = BankTransfer::new(Bank::Permata);
    permata.permata = Some(PermataFields {
        recipient_name: "TOKO BATIK".to_owned(),
    });
    assert_eq!(
        sent(permata.clone()),
        json!({"bank": "permata", "permata": {"recipient_name": "TOKO BATIK"}})
    );
    assert_eq!(charge(permata).replay(), Replay::Never, "it keeps no key");
}
