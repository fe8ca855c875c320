//! Payment methods without a pay page: what is sent to the byte, what is refused, and what the customer is told to do.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use http::StatusCode;
use midtrans_protocol::method::{
    Bank, BankTransfer, BcaFields, Cstore, Echannel, FreeText, Method, Permata, PermataFields, Store, Terms, Wording,
};
use midtrans_protocol::{
    Charge, Environment, GatewayReply, GetStatus, Instructions, Operation, OrderId, PaymentType, Rupiah,
    TransactionDetails, decode,
};
use serde_json::{Value, json};

fn order() -> TransactionDetails {
    TransactionDetails::new(OrderId::new("kebaya-0417").unwrap(), Rupiah::new(125_000)).unwrap()
}

fn body(method: impl Into<Method>) -> String {
    String::from_utf8(Charge::builder(order(), method).build().unwrap().body().unwrap()).unwrap()
}

/// A charge with this much after the order.
fn sent(payment_type: &str, rest: &str) -> String {
    let order = r#""transaction_details":{"order_id":"kebaya-0417","gross_amount":125000}"#;
    format!(r#"{{"payment_type":"{payment_type}",{order}{rest}}}"#)
}

#[test]
fn a_transfer_is_sent_with_its_bank_and_what_the_bank_shows() {
    assert_eq!(body(BankTransfer::new(Bank::Bri)), sent("bank_transfer", r#","bank_transfer":{"bank":"bri"}"#));
    let wording = |id: &str, en: &str| Wording { id: id.to_owned(), en: en.to_owned() };
    let mut bca = BankTransfer::new(Bank::Bca);
    bca.va_number = Some("11223344".to_owned());
    bca.free_text = Some(FreeText { inquiry: vec![wording("Toko", "Shop")], payment: vec![wording("Lunas", "Paid")] });
    bca.bca = Some(BcaFields { sub_company_code: "00321".to_owned() });
    let fields = concat!(
        r#","bank_transfer":{"bank":"bca","va_number":"11223344","free_text":{"inquiry":[{"id":"Toko","en":"Shop"}],"#,
        r#""payment":[{"id":"Lunas","en":"Paid"}]},"bca":{"sub_company_code":"00321"}}"#
    );
    assert_eq!(body(bca), sent("bank_transfer", fields));
    let mut permata = BankTransfer::new(Bank::Permata);
    permata.permata = Some(PermataFields { recipient_name: "TOKO MELATI".to_owned() });
    let fields = r#","bank_transfer":{"bank":"permata","permata":{"recipient_name":"TOKO MELATI"}}"#;
    assert_eq!(body(permata), sent("bank_transfer", fields));
    assert_eq!(body(Permata), sent("permata", ""));
}

#[test]
fn a_bill_and_a_code_are_sent_with_their_texts() {
    let mut bill = Echannel::new("Untuk:", "Kebaya hijau");
    bill.bill_key = Some("081211111111".to_owned());
    let fields = r#","echannel":{"bill_info1":"Untuk:","bill_info2":"Kebaya hijau","bill_key":"081211111111"}"#;
    assert_eq!(body(bill), sent("echannel", fields));
    let mut indomaret = Cstore::new(Store::Indomaret);
    indomaret.message = Some("Kebaya hijau".to_owned());
    assert_eq!(body(indomaret), sent("cstore", r#","cstore":{"store":"indomaret","message":"Kebaya hijau"}"#));
    let mut alfamart = Cstore::new(Store::Alfamart);
    alfamart.alfamart_free_text_1 = Some("Terima kasih".to_owned());
    let fields = r#","cstore":{"store":"alfamart","alfamart_free_text_1":"Terima kasih"}"#;
    assert_eq!(body(alfamart), sent("cstore", fields));
}

#[test]
fn what_is_read_is_what_will_be_sent_unknown_banks_and_fields_too() {
    for (payment_type, fields) in [
        ("bank_transfer", r#","bank_transfer":{"bank":"bni","va_number":"111111","x_new":{"a":[1]}}"#),
        ("bank_transfer", r#","bank_transfer":{"bank":"bank baru"}"#),
        ("echannel", r#","echannel":{"bill_info1":"Untuk:","bill_info2":"Kebaya","bill_info3":"No:"}"#),
        ("cstore", r#","cstore":{"store":"kioson"}"#),
        ("permata", ""),
    ] {
        let json = sent(payment_type, fields);
        let charge = Charge::from_json(&json).unwrap();
        assert_eq!(String::from_utf8(charge.body().unwrap()).unwrap(), json);
        assert_eq!(charge.method().payment_type().as_str(), payment_type);
    }
    let capital = Charge::from_json(&sent("cstore", r#","cstore":{"store":"Indomaret"}"#)).unwrap();
    assert_eq!(capital.method(), &Method::from(Cstore::new(Store::Indomaret)), "a sample of the gateway writes it so");
}

#[test]
fn every_wrong_field_of_a_method_is_named_and_its_value_not_shown() {
    let long = "é".repeat(51);
    for (payment_type, fields, field) in [
        ("bank_transfer", json!(null), "bank_transfer.bank"),
        ("bank_transfer", json!("bca"), "bank_transfer"),
        ("bank_transfer", json!({"bank": 7}), "bank_transfer.bank"),
        ("bank_transfer", json!({"bank": " "}), "bank_transfer.bank"),
        ("bank_transfer", json!({"bank": "bca", "va_number": "secret"}), "bank_transfer.va_number"),
        ("bank_transfer", json!({"bank": "bca", "va_number": 12}), "bank_transfer.va_number"),
        ("bank_transfer", json!({"bank": "bca", "bca": {}}), "bank_transfer.bca.sub_company_code"),
        ("bank_transfer", json!({"bank": "permata", "permata": []}), "bank_transfer.permata"),
        (
            "bank_transfer",
            json!({"bank": "bca", "free_text": {"inquiry": [{"id": "a"}]}}),
            "bank_transfer.free_text.inquiry[0].en",
        ),
        (
            "bank_transfer",
            json!({"bank": "bca", "free_text": {"payment": [{"id": "a", "en": long}]}}),
            "bank_transfer.free_text.payment[0].en",
        ),
        (
            "bank_transfer",
            json!({"bank": "bca", "free_text": {"inquiry": vec![json!({"id": "a", "en": "b"}); 11]}}),
            "bank_transfer.free_text.inquiry",
        ),
        ("echannel", json!({"bill_info1": "Untuk:"}), "echannel.bill_info2"),
        ("echannel", json!({"bill_info1": "", "bill_info2": "Kebaya"}), "echannel.bill_info1"),
        ("echannel", json!({"bill_info1": "a", "bill_info2": "b", "bill_key": "12345"}), "echannel.bill_key"),
        ("echannel", json!({"bill_info1": "a", "bill_info2": "b", "bill_key": "secretsecret"}), "echannel.bill_key"),
        ("cstore", json!({}), "cstore.store"),
        ("cstore", json!({"store": "alfamart", "alfamart_free_text_2": "a|b"}), "cstore.alfamart_free_text_2"),
        ("cstore", json!({"store": "alfamart", "alfamart_free_text_3": "é".repeat(41)}), "cstore.alfamart_free_text_3"),
    ] {
        let order = json!({"order_id": "kebaya-0417", "gross_amount": 125_000});
        let mut charge = json!({"payment_type": payment_type, "transaction_details": order});
        charge[payment_type] = fields;
        let error = Charge::from_json(&charge.to_string()).unwrap_err();
        assert_eq!(error.field(), field, "{charge}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

/// The instructions in an answer to a charge with these fields.
fn told(fields: &Value) -> Option<Instructions> {
    let mut answer = json!({"status_code": "201", "order_id": "kebaya-0417", "transaction_id": "t-1",
        "transaction_status": "pending", "gross_amount": "125000.00"});
    answer.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let reply = GatewayReply::from_own_client(StatusCode::OK, answer.to_string().into_bytes());
    decode(&GetStatus::new(OrderId::new("kebaya-0417").unwrap()), reply).unwrap().instructions()
}

#[test]
fn an_answer_says_what_the_customer_must_do_in_one_of_six_shapes() {
    let va = |bank: &str| Instructions::VirtualAccount { bank: bank.to_owned(), va_number: "8578".to_owned() };
    let code = |store: Option<&str>| Instructions::PaymentCode {
        store: store.map(str::to_owned),
        payment_code: "257".to_owned(),
    };
    let bill = Instructions::Bill { biller_code: "70012".to_owned(), bill_key: "7783".to_owned() };
    let page = |url: &str| Instructions::Redirect(url.to_owned());
    let actions = |names: &[&str]| {
        json!({"actions": names.iter().map(|name| json!({"name": name, "method": "GET", "url": format!("https://a/{name}")}))
            .collect::<Vec<_>>()})
    };
    for (fields, expected) in [
        (json!({"va_numbers": [{"bank": "bni", "va_number": "8578"}]}), Some(va("bni"))),
        (
            json!({"va_numbers": [{"bank": "bank baru", "va_number": "8578"}, {"bank": "b", "va_number": "2"}]}),
            Some(va("bank baru")),
        ),
        (json!({"permata_va_number": "8578"}), Some(va("permata"))),
        (json!({"bill_key": "7783", "biller_code": "70012"}), Some(bill)),
        (json!({"payment_code": "257", "store": "alfamart"}), Some(code(Some("alfamart")))),
        (json!({"payment_code": "257"}), Some(code(None))),
        (json!({"redirect_url": "https://api.midtrans.com/x"}), Some(page("https://api.midtrans.com/x"))),
        (actions(&["verification-link-app", "verification-link-url"]), Some(page("https://a/verification-link-url"))),
        (json!({"payment_type": "ovo"}), Some(Instructions::ConfirmInApp)),
        (json!({"transaction_status": "capture", "redirect_url": "https://a/"}), Some(Instructions::Nothing)),
        (json!({"transaction_status": "settlement"}), Some(Instructions::Nothing)),
        (json!({"transaction_status": "expire", "payment_code": "257"}), None),
        (json!({"transaction_status": "new", "payment_code": "257"}), Some(code(None))),
        // What was promised and did not come, and what nobody has a name for.
        (json!({"payment_type": "bank_transfer", "va_numbers": []}), None),
        (json!({"payment_type": "bank_transfer", "va_numbers": [{"bank": "bca", "va_number": ""}]}), None),
        (json!({"payment_type": "bank_transfer", "va_numbers": "8578"}), None),
        (json!({"payment_type": "gopay", "actions": [{"name": "x-new", "url": "https://a/"}, {}]}), None),
        (json!({"payment_type": "echannel", "bill_key": "7783"}), None),
    ] {
        assert_eq!(told(&fields), expected, "{fields}");
    }
    let wallet = actions(&["get-status", "deeplink-redirect", "generate-qr-code", "generate-qr-code-v2"]);
    let Some(Instructions::Wallet(wallet)) = told(&wallet) else { panic!("a wallet") };
    assert_eq!(wallet.qr_image.as_deref(), Some("https://a/generate-qr-code-v2"));
    assert_eq!(wallet.deeplink.as_deref(), Some("https://a/deeplink-redirect"));
    let Some(Instructions::Wallet(wallet)) = told(&json!({"qr_string": "00020101"})) else { panic!("a wallet") };
    assert_eq!((wallet.qr_string.as_deref(), wallet.qr_image), (Some("00020101"), None));
}

#[test]
fn instructions_can_be_stored_and_show_nothing_when_printed() {
    for fields in [
        json!({"va_numbers": [{"bank": "bni", "va_number": "8578"}]}),
        json!({"bill_key": "7783", "biller_code": "70012"}),
        json!({"payment_code": "257"}),
        json!({"qr_string": "0002"}),
        json!({"redirect_url": "https://api.midtrans.com/x"}),
        json!({"payment_type": "ovo"}),
        json!({"transaction_status": "settlement"}),
    ] {
        let instructions = told(&fields).unwrap();
        let stored = serde_json::to_string(&instructions).unwrap();
        assert_eq!(serde_json::from_str::<Instructions>(&stored).unwrap(), instructions);
        let printed = format!("{instructions:?}");
        assert!(["8578", "7783", "257", "0002", "api.midtrans.com"].iter().all(|secret| !printed.contains(secret)));
        let is_page = matches!(instructions, Instructions::Redirect(_));
        assert_eq!(instructions.redirect(&Environment::Production).is_some(), is_page);
    }
}

#[test]
fn terms_say_what_a_method_can_do() {
    let terms = |word: &str| Terms::of(&PaymentType::from(word));
    let day = 24 * 3_600;
    for (word, expiry, refund_days) in [
        ("akulaku", 2 * 3_600, Some(180)),
        ("kredivo", day, Some(14)),
        ("bank_transfer", day, None),
        ("echannel", day, None),
        ("permata", day, None),
        ("cstore", day, None),
    ] {
        let terms = terms(word);
        assert_eq!(terms.default_expiry.as_secs(), expiry, "{word}");
        assert_eq!(terms.refund_window.map(|window| window.as_secs() / day), refund_days, "{word}");
        assert_eq!(terms.supports_partial_refund, refund_days.is_some(), "{word}");
        assert!(!terms.has_authorization, "{word}");
        assert_eq!(terms.may_be_reversed, refund_days.is_none(), "{word}");
    }
    for word in ["credit_card", "gopay", "linkaja"] {
        assert_eq!(terms(word), &Terms::UNKNOWN);
        assert!(terms(word).has_authorization, "no signature says that money came: {word}");
    }
}
