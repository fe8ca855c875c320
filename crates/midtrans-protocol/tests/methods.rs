//! Payment methods without a pay page: the bytes that are sent, the refusals, and the customer's
//! next step.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use http::StatusCode;
use midtrans_protocol::instructions::Instructions;
use midtrans_protocol::method::{
    Bank, BankTransfer, BcaFields, Cstore, Echannel, FreeText, Method, Other, PaymentType, Permata,
    PermataFields, Store, Terms, Wording,
};
use midtrans_protocol::operation::{Operation, Replay};
use midtrans_protocol::{
    Charge, CustomerDetails, Environment, GatewayReply, GetStatus, OrderId, Rupiah,
    TransactionDetails, decode,
};
use serde_json::{Value, json};

fn order() -> TransactionDetails {
    TransactionDetails::new(OrderId::new("kebaya-0417").unwrap(), Rupiah::new(125_000)).unwrap()
}

fn body(method: impl Into<Method>) -> String {
    String::from_utf8(Charge::builder(order(), method).build().unwrap().to_json()).unwrap()
}

/// A charge with this much after the order.
fn sent(payment_type: &str, rest: &str) -> String {
    let order = r#""transaction_details":{"order_id":"kebaya-0417","gross_amount":125000}"#;
    format!(r#"{{"payment_type":"{payment_type}",{order}{rest}}}"#)
}

#[test]
fn a_transfer_is_sent_with_its_bank_and_what_the_bank_shows() {
    assert_eq!(
        body(BankTransfer::new(Bank::Bri)),
        sent("bank_transfer", r#","bank_transfer":{"bank":"bri"}"#)
    );
    let wording = |id: &str, en: &str| Wording {
        id: id.to_owned(),
        en: en.to_owned(),
    };
    let mut bca = BankTransfer::new(Bank::Bca);
    bca.va_number = Some("11223344".to_owned());
    bca.free_text = Some(FreeText {
        inquiry: vec![wording("Toko", "Shop")],
        payment: vec![wording("Lunas", "Paid")],
    });
    bca.bca = Some(BcaFields {
        sub_company_code: "00321".to_owned(),
    });
    let fields = concat!(
        r#","bank_transfer":{"bank":"bca","va_number":"11223344","free_text":{"inquiry":[{"id":"Toko","en":"Shop"}],"#,
        r#""payment":[{"id":"Lunas","en":"Paid"}]},"bca":{"sub_company_code":"00321"}}"#
    );
    assert_eq!(body(bca), sent("bank_transfer", fields));
    let mut permata = BankTransfer::new(Bank::Permata);
    permata.permata = Some(PermataFields {
        recipient_name: "TOKO MELATI".to_owned(),
    });
    let fields =
        r#","bank_transfer":{"bank":"permata","permata":{"recipient_name":"TOKO MELATI"}}"#;
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
    assert_eq!(
        body(indomaret),
        sent(
            "cstore",
            r#","cstore":{"store":"indomaret","message":"Kebaya hijau"}"#
        )
    );
    let mut alfamart = Cstore::new(Store::Alfamart);
    alfamart.alfamart_free_text_1 = Some("Terima kasih".to_owned());
    let fields = r#","cstore":{"store":"alfamart","alfamart_free_text_1":"Terima kasih"}"#;
    assert_eq!(body(alfamart), sent("cstore", fields));
}

#[test]
fn what_is_read_is_what_will_be_sent_unknown_banks_and_fields_too() {
    for (payment_type, fields) in [
        (
            "bank_transfer",
            r#","bank_transfer":{"bank":"bni","va_number":"111111","x_new":{"a":[1]}}"#,
        ),
        ("bank_transfer", r#","bank_transfer":{"bank":"bank_baru"}"#),
        (
            "echannel",
            r#","echannel":{"bill_info1":"Untuk:","bill_info2":"Kebaya","bill_info3":"No:"}"#,
        ),
        ("cstore", r#","cstore":{"store":"kioson"}"#),
        ("permata", ""),
    ] {
        let json = sent(payment_type, fields);
        let charge = Charge::from_json(&json).unwrap();
        assert_eq!(String::from_utf8(charge.to_json()).unwrap(), json);
        assert_eq!(charge.method().payment_type().as_str(), payment_type);
    }
    let capital = Charge::from_json(&sent("cstore", r#","cstore":{"store":"Indomaret"}"#)).unwrap();
    assert_eq!(
        capital.method(),
        &Method::from(Cstore::new(Store::Indomaret)),
        "a sample of the gateway writes it so"
    );
}

#[test]
fn every_wrong_field_of_a_method_is_named_and_its_value_not_shown() {
    let long = "é".repeat(51);
    for (payment_type, fields, field) in [
        ("bank_transfer", json!(null), "bank_transfer.bank"),
        ("bank_transfer", json!("bca"), "bank_transfer"),
        ("bank_transfer", json!({"bank": 7}), "bank_transfer.bank"),
        ("bank_transfer", json!({"bank": " "}), "bank_transfer.bank"),
        (
            "bank_transfer",
            json!({"bank": "bca", "va_number": "secret"}),
            "bank_transfer.va_number",
        ),
        (
            "bank_transfer",
            json!({"bank": "bca", "va_number": 12}),
            "bank_transfer.va_number",
        ),
        (
            "bank_transfer",
            json!({"bank": "bca", "bca": {}}),
            "bank_transfer.bca.sub_company_code",
        ),
        (
            "bank_transfer",
            json!({"bank": "permata", "permata": []}),
            "bank_transfer.permata",
        ),
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
        // A field that would be lost is refused.
        (
            "bank_transfer",
            json!({"bank": "bca", "bca": {"sub_company_code": "1", "x_new": 1}}),
            "bank_transfer.bca.x_new",
        ),
        (
            "bank_transfer",
            json!({"bank": "bca", "free_text": {"inquiry": [{"id": "a", "en": "b", "x_new": 1}]}}),
            "bank_transfer.free_text.inquiry[0].x_new",
        ),
        (
            "echannel",
            json!({"bill_info1": "Untuk:"}),
            "echannel.bill_info2",
        ),
        (
            "echannel",
            json!({"bill_info1": "", "bill_info2": "Kebaya"}),
            "echannel.bill_info1",
        ),
        (
            "echannel",
            json!({"bill_info1": "a", "bill_info2": "b", "bill_key": "12345"}),
            "echannel.bill_key",
        ),
        (
            "echannel",
            json!({"bill_info1": "a", "bill_info2": "b", "bill_key": "secretsecret"}),
            "echannel.bill_key",
        ),
        ("cstore", json!({}), "cstore.store"),
        (
            "cstore",
            json!({"store": "alfamart", "alfamart_free_text_2": "a|b"}),
            "cstore.alfamart_free_text_2",
        ),
        (
            "cstore",
            json!({"store": "alfamart", "alfamart_free_text_3": "é".repeat(41)}),
            "cstore.alfamart_free_text_3",
        ),
    ] {
        let order = json!({"order_id": "kebaya-0417", "gross_amount": 125_000});
        let mut charge = json!({"payment_type": payment_type, "transaction_details": order});
        charge[payment_type] = fields;
        let error = Charge::from_json(&charge.to_string()).unwrap_err();
        assert_eq!(error.field(), field, "{charge}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn null_is_absent_in_the_fields_of_a_method_too() {
    let json = sent(
        "bank_transfer",
        r#","bank_transfer":{"bank":"bca","va_number":null,"free_text":{"inquiry":null}}"#,
    );
    let charge = Charge::from_json(&json).unwrap();
    assert!(
        String::from_utf8(charge.to_json())
            .unwrap()
            .ends_with(r#"{"bank":"bca","free_text":{}}}"#)
    );
}

#[test]
fn a_field_of_a_method_has_one_place() {
    let extra = |name: &str| serde_json::Map::from_iter([(name.to_owned(), json!("secret"))]);
    let (mut transfer, mut bill, mut counter) = (
        BankTransfer::new(Bank::Bca),
        Echannel::new("a", "b"),
        Cstore::new(Store::Alfamart),
    );
    (transfer.extra, bill.extra, counter.extra) =
        (extra("bank"), extra("bill_key"), extra("message"));
    let methods = [
        Method::from(transfer),
        Method::from(bill),
        Method::from(counter),
    ];
    for (method, field) in
        methods
            .into_iter()
            .zip(["bank_transfer.bank", "echannel.bill_key", "cstore.message"])
    {
        assert!(!format!("{method:?}").contains("secret"));
        assert_eq!(
            Charge::builder(order(), method)
                .build()
                .unwrap_err()
                .field(),
            field
        );
    }
}

#[test]
fn a_counter_takes_what_the_store_takes() {
    let charge = |store, rupiah| {
        let order =
            TransactionDetails::new(OrderId::new("kebaya-0417").unwrap(), Rupiah::new(rupiah))
                .unwrap();
        Charge::builder(order, Cstore::new(store))
            .build()
            .map_err(|error| error.field().to_owned())
    };
    for (store, rupiah, is_taken) in [
        (Store::Indomaret, 9_999, false),
        (Store::Indomaret, 10_000, true),
        (Store::Indomaret, 5_000_001, false),
        (Store::Alfamart, 1, true),
        (Store::Alfamart, 5_000_001, false),
    ] {
        assert_eq!(charge(store, rupiah).is_ok(), is_taken, "{rupiah}");
    }
    let items = vec![midtrans_protocol::ItemDetails::new(
        "a",
        "Kebaya|hijau",
        Rupiah::new(125_000),
        1,
    )];
    let alfamart = Charge::builder(order(), Cstore::new(Store::Alfamart))
        .items(items.clone())
        .build();
    assert_eq!(alfamart.unwrap_err().field(), "item_details[0].name");
    assert!(
        Charge::builder(order(), Cstore::new(Store::Indomaret))
            .items(items)
            .build()
            .is_ok()
    );
}

/// "Customer names ≤ 30 for BCA; BNI phone `+62…` or `0…` ≤ 30, else refused."
#[test]
fn a_bank_takes_the_names_and_the_phone_number_that_it_can_read() {
    let refused = |bank: Bank, customer: CustomerDetails| {
        Charge::builder(order(), BankTransfer::new(bank))
            .customer(customer)
            .build()
            .err()
            .map(|error| error.to_string())
    };
    let named = |name: &str| CustomerDetails::new("Siti", name, "siti@example.com", "08123456789");
    let (longest, too_long) = ("é".repeat(30), "é".repeat(31));
    assert_eq!(refused(Bank::Bca, named(&longest)), None);
    assert_eq!(
        refused(Bank::Bca, named(&too_long)).as_deref(),
        Some("customer_details.last_name: expected at most 30 characters")
    );
    let first = CustomerDetails::with_one_name(&too_long, "siti@example.com", "0812");
    assert!(refused(Bank::Bca, first).is_some());
    assert_eq!(refused(Bank::Bni, named(&too_long)), None);
    assert_eq!(refused(Bank::Bri, named(&too_long)), None);

    let reached = |phone: &str| CustomerDetails::new("Siti", "Rahma", "siti@example.com", phone);
    for phone in ["+628123456789", "08123456789", &"0".repeat(30)] {
        assert_eq!(refused(Bank::Bni, reached(phone)), None, "{phone}");
    }
    for phone in ["628123456789", "+1 555 0100", "8123456789", &"0".repeat(31)] {
        let error = refused(Bank::Bni, reached(phone)).unwrap();
        assert!(
            error.starts_with("customer_details.phone: expected a phone number for BNI"),
            "{error}"
        );
        assert!(!error.contains(phone), "{error}");
        assert_eq!(refused(Bank::Bca, reached(phone)), None);
    }
}

/// "Not supported: Permata VA, CIMB Clicks, KlikBCA, Indomaret."
#[test]
fn a_charge_is_repeated_only_where_the_gateway_keeps_its_key() {
    let replay = |method: Method| Charge::builder(order(), method).build().unwrap().replay();
    let other = |name: &str| Method::from(Other::new(name, None).unwrap());
    for method in [
        Method::from(Permata),
        BankTransfer::new(Bank::Permata).into(),
        Cstore::new(Store::Indomaret).into(),
    ] {
        assert_eq!(replay(method.clone()), Replay::Never, "{method:?}");
    }
    for method in [
        BankTransfer::new(Bank::Bni).into(),
        Cstore::new(Store::Alfamart).into(),
        other("linkaja"),
    ] {
        assert_eq!(replay(method), Replay::Keyed);
    }
}

#[test]
fn what_a_method_holds_is_not_printed() {
    let secret = || "secret".to_owned();
    let mut transfer = BankTransfer::new(Bank::Bca);
    transfer.va_number = Some(secret());
    transfer.free_text = Some(FreeText {
        inquiry: vec![Wording {
            id: secret(),
            en: secret(),
        }],
        payment: Vec::new(),
    });
    transfer.permata = Some(PermataFields {
        recipient_name: secret(),
    });
    let mut counter = Cstore::new(Store::Indomaret);
    counter.message = Some(secret());
    let printed = format!(
        "{transfer:?} {:?} {:?} {counter:?}",
        transfer.free_text,
        Echannel::new(secret(), secret())
    );
    assert!(
        !printed.contains("secret") && printed.contains("BankTransfer(..)"),
        "{printed}"
    );
}

/// The instructions in an answer to a charge with these fields.
fn told(fields: &Value) -> Option<Instructions> {
    let mut answer = json!({"status_code": "201", "order_id": "kebaya-0417", "transaction_id": "t-1",
        "transaction_status": "pending", "gross_amount": "125000.00"});
    answer
        .as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    let reply = GatewayReply::from_own_client(StatusCode::OK, answer.to_string().into_bytes());
    decode(&GetStatus::new(OrderId::new("kebaya-0417").unwrap()), reply)
        .unwrap()
        .instructions()
}

#[test]
fn an_answer_says_what_the_customer_must_do_in_one_of_six_shapes() {
    let va = |bank: &str| Instructions::VirtualAccount {
        bank: bank.to_owned(),
        va_number: "8578".to_owned(),
    };
    let code = |store: Option<&str>| Instructions::PaymentCode {
        store: store.map(str::to_owned),
        payment_code: "257".to_owned(),
    };
    let bill = Instructions::Bill {
        biller_code: "70012".to_owned(),
        bill_key: "7783".to_owned(),
    };
    let page = |url: &str| Instructions::Redirect(url.to_owned());
    let actions = |names: &[&str]| {
        json!({"actions": names.iter().map(|name| json!({"name": name, "method": "GET", "url": format!("https://a/{name}")}))
            .collect::<Vec<_>>()})
    };
    for (fields, expected) in [
        (
            json!({"va_numbers": [{"bank": "bni", "va_number": "8578"}]}),
            Some(va("bni")),
        ),
        (
            json!({"va_numbers": [{"bank": "bank baru", "va_number": "8578"}, {"bank": "b", "va_number": "2"}]}),
            Some(va("bank baru")),
        ),
        (json!({"permata_va_number": "8578"}), Some(va("permata"))),
        (
            json!({"bill_key": "7783", "biller_code": "70012"}),
            Some(bill),
        ),
        (
            json!({"payment_code": "257", "store": "alfamart"}),
            Some(code(Some("alfamart"))),
        ),
        (json!({"payment_code": "257"}), Some(code(None))),
        (
            json!({"redirect_url": "https://api.midtrans.com/x"}),
            Some(page("https://api.midtrans.com/x")),
        ),
        (
            actions(&["verification-link-app", "verification-link-url"]),
            Some(page("https://a/verification-link-url")),
        ),
        (
            json!({"payment_type": "ovo"}),
            Some(Instructions::ConfirmInApp),
        ),
        (
            json!({"transaction_status": "capture", "redirect_url": "https://a/"}),
            Some(Instructions::Nothing),
        ),
        (
            json!({"transaction_status": "settlement"}),
            Some(Instructions::Nothing),
        ),
        (
            json!({"transaction_status": "expire", "payment_code": "257"}),
            None,
        ),
        (
            json!({"transaction_status": "new", "payment_code": "257"}),
            Some(code(None)),
        ),
        // What was promised and did not come, and what has no name here.
        (
            json!({"payment_type": "bank_transfer", "va_numbers": []}),
            None,
        ),
        (
            json!({"payment_type": "bank_transfer", "va_numbers": [{"bank": "bca", "va_number": ""}]}),
            None,
        ),
        (
            json!({"payment_type": "bank_transfer", "va_numbers": "8578"}),
            None,
        ),
        (
            json!({"payment_type": "gopay", "actions": [{"name": "x-new", "url": "https://a/"}, {}]}),
            None,
        ),
        // An odd entry hides none of the others.
        (
            json!({"va_numbers": [7, {"va_number": null}, {"bank": "bni", "va_number": "8578"}]}),
            Some(va("bni")),
        ),
        (
            json!({"actions": [{"name": null, "url": 7}, {"name": "verification-link-url", "url": "https://a/"}]}),
            Some(page("https://a/")),
        ),
        (
            json!({"payment_type": "echannel", "bill_key": "7783"}),
            None,
        ),
    ] {
        assert_eq!(told(&fields), expected, "{fields}");
    }
    let wallet = actions(&[
        "get-status",
        "deeplink-redirect",
        "generate-qr-code",
        "generate-qr-code-v2",
    ]);
    let Some(Instructions::Wallet(wallet)) = told(&wallet) else {
        panic!("a wallet")
    };
    assert_eq!(
        wallet.qr_image.as_deref(),
        Some("https://a/generate-qr-code-v2")
    );
    assert_eq!(
        wallet.deeplink.as_deref(),
        Some("https://a/deeplink-redirect")
    );
    let Some(Instructions::Wallet(wallet)) = told(&json!({"qr_string": "00020101"})) else {
        panic!("a wallet")
    };
    assert_eq!(
        (wallet.qr_string.as_deref(), wallet.qr_image),
        (Some("00020101"), None)
    );
}

#[test]
fn a_virtual_account_is_told_whatever_type_its_bank_and_number_have() {
    let va = |bank: &str| Instructions::VirtualAccount {
        bank: bank.to_owned(),
        va_number: "8578".to_owned(),
    };
    let entry = json!({"va_numbers": [{"bank": null, "va_number": 8578}]});
    assert_eq!(told(&entry), Some(va("")));
    let entry = json!({"va_numbers": [{"bank": "bni", "va_number": 8578}]});
    assert_eq!(told(&entry), Some(va("bni")));
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
        assert_eq!(
            serde_json::from_str::<Instructions>(&stored).unwrap(),
            instructions
        );
        let printed = format!("{instructions:?}");
        assert!(
            ["8578", "7783", "257", "0002", "api.midtrans.com"]
                .iter()
                .all(|secret| !printed.contains(secret))
        );
        let is_page = matches!(instructions, Instructions::Redirect(_));
        assert_eq!(
            instructions.redirect(&Environment::Production).is_some(),
            is_page
        );
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
        assert_eq!(
            terms.refund_window.map(|window| window.as_secs() / day),
            refund_days,
            "{word}"
        );
        assert_eq!(
            terms.supports_partial_refund,
            refund_days.is_some(),
            "{word}"
        );
        assert!(!terms.has_authorization, "{word}");
        assert_eq!(terms.may_be_reversed, refund_days.is_none(), "{word}");
    }
    assert_eq!(terms("linkaja"), &Terms::UNKNOWN);
    for word in ["credit_card", "linkaja"] {
        assert!(
            terms(word).has_authorization,
            "no signature says that money came: {word}"
        );
    }
}
