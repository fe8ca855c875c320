//! Payment links and invoices: what is sent, what is refused when made, what comes back.

#[path = "support/bodies.rs"]
mod bodies;

use std::time::SystemTime;

use bodies::received;
use http::Method;
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::invoice::{
    Adjustments, Contents as Invoice, Convert, Create as CreateInvoice, Get as GetInvoice,
    InvoiceCustomer, InvoiceId, InvoiceItem, InvoiceStatus, LinkExpiry, LinkExpiryUnit,
    LinkOptions, PaidBy, Quotation, Refusal as InvoiceRefusal, Tax, TaxMode, VaNumber, Void,
};
use midtrans_protocol::operation::{Operation, RequestOptions};
use midtrans_protocol::payment_link::{
    Amount, Contents as Link, Create as CreateLink, Delete, Get as GetLink, Refusal, is_attempt_of,
};
use midtrans_protocol::refusal::ApiError;
use midtrans_protocol::reply::ReplyError;
use midtrans_protocol::snap::{Callbacks, EnabledPayment, VaOptions};
use midtrans_protocol::transaction::TransactionStatus;
use midtrans_protocol::{
    Environment, ItemDetails, Merchant, OrderId, Rupiah, ServerKey, decode, encode,
};
use serde_json::json;

fn order(id: &str) -> OrderId {
    OrderId::new(id).expect("a valid value")
}

fn link() -> Link {
    let mut link = Link::new(order("link-0417"), Amount::Fixed(Rupiah::new(190_000)));
    link.payment_link_id = Some("k3v9w0-bantal".to_owned());
    link.item_details = vec![ItemDetails::new("B-1", "Bantal", Rupiah::new(95_000), 2)];
    link.enabled_payments = vec![EnabledPayment::BcaVa];
    link.virtual_accounts.bca_va = Some(VaOptions::numbered("123456"));
    link
}

fn refused<O: Operation>(operation: &O, http: u16, body: &str) -> ApiError
where
    O::Reply: std::fmt::Debug,
{
    match decode(operation, received(http, body)).expect_err("it is refused") {
        ReplyError::Api(error) => *error,
        ReplyError::Decode(error) => unreachable!("{error}"),
    }
}

#[test]
fn a_link_of_a_fixed_amount_and_one_that_the_buyer_fills_in_are_sent() {
    let create = CreateLink::new(link()).unwrap();
    let request = create.request(&Environment::Sandbox);
    let uri = request.uri().to_string();
    assert_eq!(uri, "https://api.sandbox.midtrans.com/v1/payment-links");
    let golden = r#"{"transaction_details":{"order_id":"link-0417","gross_amount":190000,"payment_link_id":"k3v9w0-bantal"},"usage_limit":1,"item_details":[{"id":"B-1","price":95000,"quantity":2,"name":"Bantal"}],"enabled_payments":["bca_va"],"bca_va":{"va_number":"123456"}}"#;
    assert_eq!(String::from_utf8_lossy(request.body()), golden);
    assert_eq!(CreateLink::from_json(golden).unwrap(), create);
    let amount = Amount::Dynamic {
        min: Some(Rupiah::new(5_000)),
        max: None,
        preset: Some(Rupiah::new(20_000)),
    };
    let create = CreateLink::new(Link::new(order("link-0418"), amount)).unwrap();
    let golden = r#"{"transaction_details":{"order_id":"link-0418"},"usage_limit":1,"payment_link_type":"DYNAMIC_AMOUNT","dynamic_amount":{"min_amount":5000,"preset_amount":20000}}"#;
    assert_eq!(String::from_utf8_lossy(&create.to_json()), golden);
    assert_eq!(CreateLink::from_json(golden).unwrap(), create);
}

#[test]
fn a_link_that_the_gateway_would_refuse_is_refused_when_made_and_names_the_field() {
    type Change = fn(&mut Link);
    let cases: [(&str, Change); 9] = [
        ("item_details", |link| link.item_details[0].price = 1),
        ("transaction_details.gross_amount", |link| {
            (link.amount, link.item_details) = (Amount::Fixed(Rupiah::new(0)), Vec::new());
        }),
        ("transaction_details.payment_link_id", |link| {
            link.payment_link_id = Some("A_b".to_owned());
        }),
        ("usage_limit", |link| link.usage_limit = 0),
        ("usage_limit", |link| link.usage_limit = 1_000_001),
        ("title", |link| link.title = Some("x".repeat(256))),
        ("bca_va.va_number", |link| {
            link.virtual_accounts.bca_va = Some(VaOptions::numbered("x"));
        }),
        ("dynamic_amount.preset_amount", |link| {
            link.item_details.clear();
            link.amount = Amount::Dynamic {
                min: Some(Rupiah::new(5)),
                max: None,
                preset: Some(Rupiah::new(4)),
            };
        }),
        ("callbacks.error", |link| {
            let mut callbacks = Callbacks::finish("https://toko.example");
            callbacks.error = Some("https://toko.example".to_owned());
            link.callbacks = Some(callbacks);
        }),
    ];
    for (field, change) in cases {
        let mut link = link();
        change(&mut link);
        assert_eq!(CreateLink::new(link).unwrap_err().field(), field);
    }
    let no_amount = r#"{"transaction_details":{"order_id":"a"}}"#;
    let error = CreateLink::from_json(no_amount).unwrap_err();
    assert_eq!(error.field(), "transaction_details.gross_amount");
}

#[test]
fn a_link_is_a_redirect_on_snaps_own_host_and_is_about_the_order_that_was_asked_for() {
    let create = CreateLink::new(link()).unwrap();
    let body = r#"{"order_id":"link-0417","payment_url":"https://app.sandbox.midtrans.com/payment-links/k3v9w0-bantal"}"#;
    let made = decode(&create, received(200, body)).unwrap();
    assert!(made.redirect(&Environment::Sandbox).is_some());
    assert!(made.redirect(&Environment::Production).is_none());
    assert!(!format!("{made:?}").contains("k3v9w0"));
    let other = body.replace("link-0417", "link-0418");
    let error = decode(&create, received(200, other)).unwrap_err();
    assert!(matches!(error, ReplyError::Decode(error) if error.is_mismatch()));
}

#[test]
fn a_link_is_read_with_its_attempts_and_deleted() {
    let get = GetLink::new(order("link-0417"));
    let path = "/v1/payment-links/link-0417";
    assert_eq!(get.request(&Environment::Sandbox).uri().path(), path);
    let body = r#"{"id":"1","order_id":"link-0417","payment_link_id":"k","usage_limit":2,"usage":1,"gross_amount":190000,
        "expiry_start":"2026-03-02 18:00 +0700","enabled_payments":["bca_va"],"customer_details":{"email":"siti@example.com"},
        "purchases":[{"id":49118,"snap_token":"t-417","order_id":"link-0417-1772450000-1772450012986","payment_status":"EXPIRE",
        "payment_method":"BANK_TRANSFER"}]}"#;
    let read = decode(&get, received(200, body)).unwrap();
    assert_eq!((read.usage(), read.usage_limit()), (Some(1), Some(2)));
    assert_eq!(
        read.gross_amount().unwrap().rupiah(),
        Some(Rupiah::new(190_000))
    );
    let attempts = read.purchases();
    assert_eq!(
        attempts[0].payment_status(),
        Some(TransactionStatus::Expire)
    );
    assert!(is_attempt_of(
        &order("link-0417"),
        &attempts[0].order_id().unwrap()
    ));
    let shown = format!("{read:?} {attempts:?} {:?}", attempts[0].snap_token());
    assert!(
        !shown.contains("siti") && !shown.contains("t-417"),
        "{shown}"
    );
    let delete = Delete::new(order("link-0417"));
    let request = delete.request(&Environment::Sandbox);
    assert_eq!(
        (request.method(), request.uri().path()),
        (&Method::DELETE, path)
    );
    let deleted = decode(
        &delete,
        received(200, r#"{"message":"Payment Link deleted"}"#),
    )
    .unwrap();
    assert_eq!(deleted.message().as_deref(), Some("Payment Link deleted"));
}

#[test]
fn the_order_id_of_an_attempt_is_the_links_with_times_behind_it() {
    let link = order("order-1");
    for (id, is_it) in [
        ("order-1-1647944535605", true),
        ("order-1-1772450000-1772450012986", true),
        ("order-1", false),
        ("order-1-", false),
        ("order-1-2", false),
        ("order-1-2-1647944535605", false),
        ("order-12-1647944535605", false),
        ("order-1-16479445356x5", false),
        ("order-1-1647944535-1647944535-1647944535", false),
    ] {
        assert_eq!(is_attempt_of(&link, id), is_it, "{id}");
    }
}

#[test]
fn a_refusal_of_a_link_is_typed_also_where_the_messages_are_one_text() {
    let create = CreateLink::new(link()).unwrap();
    for (http, body, reason) in [
        (
            409,
            json!({"error_messages": ["The Order ID 'link-0417' has been taken"]}),
            Some(Refusal::OrderTaken),
        ),
        (
            400,
            json!({"error_messages": ["This Payment Link ID 'k' has been taken"]}),
            Some(Refusal::LinkIdTaken),
        ),
        (
            400,
            json!({"error_messages": ["Invalid JSON data provided."]}),
            None,
        ),
        (
            401,
            json!({"error_messages": "Access denied due to unauthorized request"}),
            Some(Refusal::Unauthorized),
        ),
        (
            404,
            json!({"error_messages": ["Not found"]}),
            Some(Refusal::NotFound),
        ),
        (404, json!({"fault": "no route"}), None),
    ] {
        let error = refused(&create, http, &body.to_string());
        assert_eq!(Refusal::of(&error), reason, "{body}");
    }
}

fn invoice() -> Invoice {
    let dates = (
        "2026-03-06 20:03:04".parse().expect("a valid value"),
        "2026-04-06 20:03:04".parse().expect("a valid value"),
    );
    let mut customer = InvoiceCustomer::new("Sari Wulan");
    customer.phone = Some("81200000001".to_owned());
    let mut options = LinkOptions::new([EnabledPayment::BcaVa]);
    options.expiry = Some(LinkExpiry::new(1, LinkExpiryUnit::Months));
    let items = vec![InvoiceItem::new("Bantal", Rupiah::new(20_000), 1)];
    let paid_by = PaidBy::Link(options);
    Invoice::new(
        order("inv-0417"),
        "INV/2026/1",
        dates,
        customer,
        items,
        paid_by,
    )
}

#[test]
fn an_invoice_is_sent_with_its_own_idempotency_header() {
    let mut contents = invoice();
    let mut amount = Adjustments::default();
    amount.discount = Some(Rupiah::new(1_000));
    contents.adjustments = Some(amount);
    contents.tax_mode = Some(TaxMode::Exclusive);
    contents.taxes = vec![Tax::percentage("PPN", 11)];
    let create = CreateInvoice::new(contents).unwrap();
    let golden = r#"{"order_id":"inv-0417","invoice_number":"INV/2026/1","due_date":"2026-04-06 20:03:04 +0700","invoice_date":"2026-03-06 20:03:04 +0700","customer_details":{"name":"Sari Wulan","phone":"81200000001"},"payment_type":"payment_link","payment_link":{"enabled_payments":["bca_va"],"expiry":{"unit":"months","duration":1}},"item_details":[{"description":"Bantal","quantity":1,"price":20000}],"tax_mode":"exclusive","amount":{"discount":"1000"},"taxes":[{"name":"PPN","type":"percentage","value":11}]}"#;
    assert_eq!(String::from_utf8_lossy(&create.to_json()), golden);
    assert_eq!(CreateInvoice::from_json(golden).unwrap(), create);
    assert!(!format!("{create:?} {:?}", create.contents().customer).contains("Sari"));
    let key = ServerKey::new("SB-Mid-server-a-key-of-these-tests").unwrap();
    let merchant = Merchant::new(Environment::Sandbox, key).unwrap();
    let mut options = RequestOptions::default();
    options.idempotency_key = Some(IdempotencyKey::new("d0a1").unwrap());
    let request = encode(&create, &merchant, &options, SystemTime::UNIX_EPOCH);
    assert_eq!(request.headers()["x-idempotency-key"], "d0a1");
    assert!(!request.headers().contains_key("idempotency-key"));
}

#[test]
fn an_invoice_that_the_gateway_would_refuse_is_refused_when_made_and_names_the_field() {
    type Change = fn(&mut Invoice);
    let cases: [(&str, Change); 13] = [
        ("order_id", |invoice| {
            invoice.order_id = OrderId::new("INV-1").unwrap()
        }),
        ("order_id", |invoice| {
            invoice.order_id = OrderId::new("x".repeat(37)).unwrap()
        }),
        ("invoice_number", |invoice| {
            invoice.invoice_number = String::new()
        }),
        ("due_date", |invoice| {
            invoice.due_date = invoice.invoice_date
        }),
        ("customer_details.phone", |invoice| {
            invoice.customer.phone = Some("0812".to_owned())
        }),
        ("customer_details.name", |invoice| {
            invoice.customer.name = " ".to_owned()
        }),
        ("item_details", |invoice| invoice.items.clear()),
        ("item_details[0].quantity", |invoice| {
            invoice.items[0].quantity = 0
        }),
        ("item_details[0].discount_percentage", |invoice| {
            invoice.items[0].discount_percentage = Some(101);
        }),
        ("item_details", |invoice| {
            let mut amount = Adjustments::default();
            amount.discount = Some(Rupiah::new(20_000));
            invoice.adjustments = Some(amount);
        }),
        ("taxes", |invoice| {
            invoice.tax_mode = Some(TaxMode::Inclusive)
        }),
        ("virtual_accounts[0].number", |invoice| {
            let mut account = VaNumber::at("bni_va");
            account.number = Some("123456789".to_owned());
            invoice.paid_by = PaidBy::VirtualAccounts(vec![account]);
        }),
        ("quotation_validity_date", |invoice| {
            invoice.quotation = Some(Quotation {
                date: invoice.invoice_date,
                valid_until: invoice.invoice_date,
            });
        }),
    ];
    for (field, change) in cases {
        let mut invoice = invoice();
        change(&mut invoice);
        let error = CreateInvoice::new(invoice).unwrap_err();
        assert_eq!(error.field(), field, "{error}");
        assert!(!error.to_string().contains("Sari") && !error.to_string().contains("0812"));
    }
}

#[test]
fn an_invoice_is_read_voided_and_made_of_a_quotation() {
    let id = InvoiceId::received("65e7e8e6").unwrap();
    let get = GetInvoice::new(id.clone());
    let body = r#"{"id":"65e7e8e6","order_id":"inv-0417","status":"CANCELLED","gross_amount":21200,"paid_date":null,
        "due_date":"2026-04-06 20:03:04 +0700","virtual_accounts":[{"name":"bca_va","number":"1"}],
        "customer_details":{"name":"Sari"}}"#;
    let read = decode(&get, received(200, body)).unwrap();
    assert_eq!(read.status(), Some(InvoiceStatus::Canceled));
    assert_eq!(
        read.gross_amount().unwrap().rupiah(),
        Some(Rupiah::new(21_200))
    );
    assert_eq!((read.paid_date(), read.virtual_accounts().len()), (None, 1));
    assert_eq!(read.due_date().unwrap().to_string(), "2026-04-06 20:03:04");
    assert!(!format!("{read:?}").contains("Sari"));
    let void = Void::rejected_by_client(id.clone());
    let request = void.request(&Environment::Sandbox);
    assert_eq!(
        (request.method(), request.uri().path()),
        (&Method::PATCH, "/v1/invoices/65e7e8e6/void")
    );
    assert_eq!(
        String::from_utf8_lossy(request.body()),
        r#"{"cancel_as":"client"}"#
    );
    assert!(
        decode(&void, received(200, r#"{"success":true}"#))
            .unwrap()
            .is_success()
    );
    let convert = Convert::new(id)
        .for_client(InvoiceCustomer::new("Budi"))
        .unwrap();
    let request = convert.request(&Environment::Sandbox);
    assert_eq!(request.uri().path(), "/v1/invoices/65e7e8e6/convert");
    assert_eq!(
        String::from_utf8_lossy(request.body()),
        r#"{"client":{"name":"Budi"}}"#
    );
    assert!(decode(&convert, received(200, body)).is_ok());
    for (http, sentence, reason) in [
        (404, "Not Found", Some(InvoiceRefusal::NotFound)),
        (409, "Duplicate order id", Some(InvoiceRefusal::OrderTaken)),
        (
            409,
            "Invoice cannot be canceled",
            Some(InvoiceRefusal::NotVoidable),
        ),
        (400, "item must not be empty", None),
    ] {
        let error = refused(
            &void,
            http,
            &json!({"error_messages": [sentence]}).to_string(),
        );
        assert_eq!(InvoiceRefusal::of(&error), reason, "{sentence}");
    }
}

#[test]
fn the_payment_of_an_invoice_names_it() {
    let body = bodies::with(
        bodies::settlement(),
        json!({"metadata": {"midtrans_invoice_id": "65e7e8e6"}}),
    );
    let notification = bodies::notified(&body);
    let id = midtrans_protocol::invoice::invoice_id(notification.reported()).unwrap();
    assert_eq!(id.as_str(), "65e7e8e6");
    let none = bodies::notified(&bodies::settlement());
    assert!(midtrans_protocol::invoice::invoice_id(none.reported()).is_none());
}

#[test]
fn the_bounds_of_another_kind_of_link_are_refused_and_not_dropped() {
    let link = r#"{"transaction_details":{"order_id":"link-0418","gross_amount":190000},
        "dynamic_amount":{"min_amount":5000}}"#;
    let error = CreateLink::from_json(link).unwrap_err();
    assert_eq!(error.field(), "dynamic_amount");
}
