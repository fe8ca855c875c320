//! Odd addresses, and requests of every API with one value replaced by an odd one: an answer comes, and it is no 500,
//! and whatever was made can be looked at, paid and waited for.

use midtrans_simulator::Simulator;
use midtrans_simulator::gateway::Choice;
use midtrans_simulator::gateway::pay_accounts::LinkChoice;
use midtrans_simulator::gateway::snap::{CardForm, SnapState};
use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, address, charge};
use crate::sockets::agent;

/// A request of each API with most of its fields.
fn requests() -> Vec<(&'static str, &'static str, Value)> {
    let customer = json!({"first_name": "Siti", "last_name": "Rahma", "email": "s@example.com",
        "phone": "081234567890", "shipping_address": address()});
    let items = json!([{"id": "A", "price": 44_000, "quantity": 1, "name": "Sepatu", "category": "Shoes",
        "url": "https://shop.example/a"}]);
    let details =
        json!({"order_id": "order-1", "gross_amount": 44_000, "payment_link_id": "link-1"});
    let expiry =
        json!({"start_time": "2026-11-22 10:00:00 +0700", "unit": "minutes", "duration": 30});
    let snap = json!({
        "transaction_details": details, "item_details": items, "customer_details": customer,
        "enabled_payments": ["credit_card", "gopay", "bca_va", "echannel", "alfamart", "akulaku", "kredivo", "ovo"],
        "credit_card": {"secure": true, "bank": "bni", "save_card": true, "type": "authorize",
            "whitelist_bins": ["48111111"], "installment": {"required": false, "terms": {"bni": [3]}}},
        "bca_va": {"va_number": "12345678", "free_text": {"inquiry": [{"en": "a", "id": "b"}]}},
        "permata_va": {"recipient_name": "Siti"}, "echannel": {"bill_info1": "a"},
        "cstore": {"alfamart_free_text_1": "a"}, "gopay": {"enable_callback": true, "callback_url": "https://a.example"},
        "callbacks": {"finish": "https://shop.example", "error": "https://shop.example"},
        "expiry": expiry, "page_expiry": {"unit": "hours", "duration": 1}, "custom_field1": "a",
        "metadata": {"a": 1}, "user_id": "u", "usage_limit": 1, "title": "T", "customer_required": false,
        "payment_link_type": "FIXED_AMOUNT", "dynamic_amount": {"min_amount": 1, "max_amount": 9, "preset_amount": 5},
    });
    let invoice = json!({
        "order_id": "order-1", "invoice_number": "1", "due_date": "2026-12-22 10:00:00 +0700",
        "invoice_date": "2026-11-22 10:00:00 +0700", "document_type": "invoice",
        "customer_details": {"name": "Siti", "phone": "62812", "email": "s@example.com"},
        "payment_type": "virtual_account", "virtual_accounts": [{"name": "bca_va", "number": "12345678"}],
        "payment_link": {"is_custom_expiry": true, "expiry": expiry, "enabled_payments": ["bca_va"]},
        "item_details": [{"item_id": "A", "description": "Sepatu", "quantity": 1, "price": 44_000, "discount_percentage": 1.5}],
        "amount": {"vat": "0", "discount": "1", "shipping": "2"}, "tax_mode": "exclusive",
        "taxes": [{"name": "PPN", "type": "percentage", "value": 11}], "quotation_validity_date": "2026-12-22 10:00:00 +0700",
    });
    let subscription = json!({
        "name": "monthly", "amount": "14000", "currency": "IDR", "payment_type": "gopay", "token": "dummy",
        "schedule": {"interval": 1, "interval_unit": "month", "max_interval": 3, "start_time": "2026-11-23 10:00:00 +0700"},
        "retry_schedule": {"interval": 1, "interval_unit": "day", "max_interval": 3},
        "metadata": {"a": 1}, "customer_details": customer, "gopay": {"account_id": "a"},
    });
    let partner = json!({"payment_type": "gopay", "gopay_partner": {"phone_number": "81212345678",
        "country_code": "62", "redirect_url": "https://shop.example"}});
    let preferences = json!({"display_name": "a", "locale": "id", "other_va_processor": "bca_va", "allow_retry": true,
        "brand": {"color": "x"}, "switches": {"gopay": true}, "finish_payment_return_url": "https://shop.example",
        "payment_channels": [{"name": "gopay", "enabled": true}]});
    let mut card = charge("credit_card", "order-1", 44_000);
    card["credit_card"] = json!({"token_id": "t", "authentication": true, "bank": "bni", "installment_term": 3,
        "bins": ["48111111"], "type": "authorize", "point_redeem_amount": 1, "dynamic_descriptor": {"merchant_name": "a"},
        "card": {"number": "4811111111111114", "expiry_month": "12", "expiry_year": "2030", "cvv": "123"}});
    vec![
        ("POST", "/snap/v1/transactions", snap.clone()),
        ("POST", "/v1/payment-links", snap),
        ("POST", "/v1/invoices", invoice),
        ("POST", "/v1/subscriptions", subscription),
        ("POST", "/v2/pay/account", partner),
        ("PATCH", "/snap/v3/merchant-preferences", preferences),
        ("POST", "/v2/charge", card),
        (
            "POST",
            "/v2/capture",
            json!({"transaction_id": "a", "gross_amount": 1}),
        ),
    ]
}

fn odd_values() -> Vec<Value> {
    let deep = (0..60).fold(json!(1), |inner, _| json!([inner]));
    vec![
        Value::Null,
        json!(true),
        json!(""),
        json!("x"),
        json!("ünï\u{0}\n\"<b>"),
        json!("9".repeat(300)),
        json!(-1),
        json!(0),
        json!(u64::MAX),
        json!(i64::MAX),
        json!("9223372036854775807"),
        json!(1e308),
        json!(0.5),
        json!([]),
        json!([null]),
        json!({}),
        json!("9999-12-31 23:59:59 +0700"),
        json!("0001-01-01 00:00:00 +0700"),
        deep,
    ]
}

/// The pointers of all values.
fn places(value: &Value, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                places(value, &format!("{here}/{name}"), found);
            }
        }
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                places(value, &format!("{here}/{at}"), found);
            }
        }
        _ => {}
    }
}

/// Looks at whatever was made, pays it, and waits.
fn go_through(api: &mut ApiCaller) {
    let records = api.gateway.records(api.now);
    for record in &records {
        let now = api.now;
        match record.kind {
            "snap" => pay_session(api, &record.id),
            "payment link" => {
                if let Some(token) =
                    api.gateway
                        .pay_link(&record.id, Some(7), Some(["a", "b", "c"]), now)
                {
                    pay_session(api, &token);
                }
                api.call_with("GET", "/v1/payment-links/order-1", &[], "");
            }
            "invoice" => {
                api.call_with("GET", &format!("/v1/invoices/{}", record.id), &[], "");
                api.call_with(
                    "PATCH",
                    &format!("/v1/invoices/{}/convert", record.id),
                    &[],
                    "{}",
                );
            }
            "subscription" => {
                api.call_with("GET", &format!("/v1/subscriptions/{}", record.id), &[], "");
            }
            "pay account" => {
                api.gateway.link(&record.id, LinkChoice::Confirm, now);
                api.call_with("GET", &format!("/v2/pay/account/{}", record.id), &[], "");
            }
            other => panic!("{other}"),
        }
    }
    let ids: Vec<String> = api
        .gateway
        .transactions()
        .map(|own| own.transaction_id)
        .collect();
    for id in ids {
        api.gateway.choose(&id, Choice::Approve, api.now);
        api.status(&id);
        api.gateway.timeline(&id).unwrap();
    }
    api.wait(40 * 24 * 3_600);
    api.notifications();
    api.call_with("GET", "/snap/v3/merchant-preferences", &[], "");
    let _ = api.gateway.records(api.now);
}

fn pay_session(api: &mut ApiCaller, token: &str) {
    let state = api.gateway.snap_checkout(token, api.now).unwrap().state;
    let SnapState::Choosing { channels, .. } = state else {
        return;
    };
    for channel in channels.iter().take(2) {
        let card = CardForm::new("4811111111111114", "12", "2030", "123");
        let _ = match channel.name {
            "credit_card" => api.gateway.snap_card(token, &card, api.now),
            name => api.gateway.snap_choose(token, name, api.now),
        };
        api.gateway.snap_return(token, api.now);
        api.gateway.snap_change(token, api.now);
    }
}

#[test]
fn a_request_with_an_odd_value_anywhere_gets_an_answer_and_breaks_nothing() {
    let mut count = 0;
    for (method, path, body) in requests() {
        let mut found = Vec::new();
        places(&body, "", &mut found);
        for (at, place) in found.into_iter().enumerate() {
            // A third of the values at each place, all of them at every third place.
            for odd in odd_values().into_iter().skip(at % 3).step_by(3) {
                let mut body = body.clone();
                *body.pointer_mut(&place).unwrap() = odd;
                let mut api = ApiCaller::new();
                api.gateway.settings_mut().takes_card_numbers = true;
                let reply = api.call_with(method, path, &[], &body.to_string());
                // `null` and `{}` are 500 at the gateway, too.
                let is_whole = path == "/v2/charge" && place.is_empty();
                assert!(
                    reply.http < 500 || is_whole,
                    "{path} {place}: {}",
                    reply.text
                );
                go_through(&mut api);
                count += 1;
            }
        }
    }
    assert!(count > 900, "{count}");
}

#[test]
fn an_odd_address_of_a_page_is_refused_and_is_no_500() {
    let simulator = Simulator::builder().serve_blocking().unwrap();
    let long = "a".repeat(2_000);
    for id in [
        "%ff",
        "%00",
        "%0d%0aLocation:%20x",
        "..",
        "%2e%2e%2f",
        "a%2Fb",
        "%",
        "%25",
        "order:1",
        "<b>",
        &long,
    ] {
        let id = id.replace('<', "%3C").replace('>', "%3E");
        for route in [
            "/snap/v4/redirection/{id}",
            "/snap/v1/vtweb/{id}",
            "/v2/3ds/redirect/{id}",
            "/v2/gopay/redirect/{id}/link",
            "/v2/gopay/redirect/gpar_{id}/link",
            "/payment-links/{id}",
            "/v2/qris/{id}/qr-code",
            "//v4/qris/gopay/{id}/qr-code",
            "/v2/deeplink/index?reference={id}",
            "/v2/3ds/redirect/x?callback_url={id}",
            "/pay/{id}",
            "/console/transactions/{id}",
            "/v1/bins/{id}",
        ] {
            let url = format!("{}{}", simulator.url(), route.replace("{id}", &id));
            for accept in ["text/html", "application/json"] {
                let page = agent().get(&url).header("accept", accept).call();
                let form = agent()
                    .post(&url)
                    .header("accept", accept)
                    .send("choice=approve");
                for reply in [page, form].into_iter().flatten() {
                    let status = reply.status().as_u16();
                    assert!((400..500).contains(&status), "{url} {status}");
                }
            }
        }
    }
}
