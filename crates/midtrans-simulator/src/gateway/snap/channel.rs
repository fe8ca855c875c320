//! The names of `enabled_payments`, and the charge that each one makes.
//! ([Payments](https://docs.midtrans.com/reference/request-body-json-parameter))

use midtrans_protocol::time::WibTime;
use serde_json::{Map, Value, json};

use super::card;
use super::preferences::SWITCHES;
use super::request::seconds_of;
use super::session::Session;
use crate::gateway::charge::{self, Source};
use crate::gateway::settings::Settings;

/// A payment method on Snap's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Channel {
    /// The name in `enabled_payments`.
    pub name: &'static str,
    /// The name that customers know.
    pub title: &'static str,
    group: &'static str,
}

const fn channel(name: &'static str, title: &'static str, group: &'static str) -> Channel {
    Channel { name, title, group }
}

/// All channels that the gateway has, in the order of its page. The page offers those of them whose
/// charge the simulator takes.
pub(super) const CHANNELS: [Channel; 22] = [
    channel(CARD, "Credit or debit card", ""),
    channel("gopay", "GoPay", ""),
    channel("other_qris", "QRIS", ""),
    channel("shopeepay", "ShopeePay", ""),
    channel("dana", "DANA", ""),
    channel("ovo", "OVO", ""),
    channel("bca_va", "BCA Virtual Account", "bank_transfer"),
    channel("echannel", "Mandiri Bill", "bank_transfer"),
    channel("bni_va", "BNI Virtual Account", "bank_transfer"),
    channel("bri_va", "BRI Virtual Account", "bank_transfer"),
    channel("permata_va", "Permata Virtual Account", "bank_transfer"),
    channel("cimb_va", "CIMB Niaga Virtual Account", "bank_transfer"),
    channel("danamon_va", "Danamon Virtual Account", "bank_transfer"),
    channel("bsi_va", "BSI Virtual Account", "bank_transfer"),
    channel("seabank_va", "SeaBank Virtual Account", "bank_transfer"),
    channel("saqu_va", "Bank Saqu Virtual Account", "bank_transfer"),
    channel("other_va", "Other banks", "bank_transfer"),
    channel("alfamart", "Alfamart", "cstore"),
    channel("indomaret", "Indomaret", "cstore"),
    channel("akulaku", "Akulaku PayLater", ""),
    channel("kredivo", "Kredivo", ""),
    channel("google_pay", "Google Pay", ""),
];

/// The channels that a session offers.
pub(super) fn offered(
    session: &Session,
    settings: &Settings,
    preferences: &Value,
    now: WibTime,
) -> Vec<Channel> {
    let enabled = session.request["enabled_payments"].as_array();
    let is_enabled = |channel: &Channel| {
        enabled.is_none_or(|list| {
            let mut names = list.iter().filter_map(Value::as_str);
            list.is_empty()
                || names.any(|name| {
                    name == channel.name || (!channel.group.is_empty() && name == channel.group)
                })
        })
    };
    let is_taken = |channel: &Channel| {
        let body = charge_of(session, channel.name, settings, preferences).to_string();
        charge::read(body.as_bytes(), settings, Source::Snap, now).is_ok()
    };
    CHANNELS
        .into_iter()
        .filter(is_enabled)
        .filter(|channel| is_switched_on(preferences, channel.name))
        .filter(is_taken)
        .collect()
}

/// Returns true unless the merchant has switched a channel off.
pub(super) fn is_switched_on(preferences: &Value, channel: &str) -> bool {
    preferences[SWITCHES][channel] != false
}

/// The charge that a channel makes, as the Core API has it.
pub(super) fn charge_of(
    session: &Session,
    channel: &str,
    settings: &Settings,
    preferences: &Value,
) -> Value {
    let request = &session.request;
    let mut charge = Map::new();
    for name in COPIED {
        if !request[name].is_null() {
            charge.insert(name.to_owned(), request[name].clone());
        }
    }
    charge.insert(
        "transaction_details".to_owned(),
        json!({ "order_id": session.order_id, "gross_amount": session.amount.get() }),
    );
    if let Some(expiry) = custom_expiry(&request["expiry"]) {
        charge.insert("custom_expiry".to_owned(), expiry);
    }
    let channel = match channel {
        "other_va" => preferences["other_va_processor"]
            .as_str()
            .unwrap_or("permata_va"),
        own => own,
    };
    let (payment_type, mut object) = method_of(request, channel);
    charge.insert("payment_type".to_owned(), payment_type.into());
    if WALLETS.contains(&channel) && object["callback_url"].is_null() {
        object["callback_url"] = settings.finish_url.clone().into();
    }
    if !object.is_null() {
        charge.insert(payment_type.to_owned(), object);
    }
    Value::Object(charge)
}

/// The payment type, and the object of that name.
fn method_of<'a>(request: &Value, channel: &'a str) -> (&'a str, Value) {
    match channel {
        "bca_va" => {
            let own = &request["bca_va"];
            let mut transfer = transfer("bca", own);
            if !own["free_text"].is_null() {
                transfer["free_text"] = own["free_text"].clone();
            }
            if !own["sub_company_code"].is_null() {
                transfer["bca"] = json!({ "sub_company_code": own["sub_company_code"] });
            }
            ("bank_transfer", transfer)
        }
        "permata_va" => {
            let own = &request["permata_va"];
            let mut transfer = transfer("permata", own);
            if !own["recipient_name"].is_null() {
                transfer["permata"] = json!({ "recipient_name": own["recipient_name"] });
            }
            ("bank_transfer", transfer)
        }
        "echannel" => {
            let text = |name: &str, default: &str| match &request["echannel"][name] {
                Value::Null => default.into(),
                text => text.clone(),
            };
            let bill = json!({
                "bill_info1": text("bill_info1", "Payment:"),
                "bill_info2": text("bill_info2", "Online purchase"),
            });
            ("echannel", bill)
        }
        CARD => (CARD, card::object(&request[CARD])),
        "indomaret" => ("cstore", json!({ "store": "indomaret" })),
        "alfamart" => {
            let mut store = json!({ "store": "alfamart" });
            for name in [
                "alfamart_free_text_1",
                "alfamart_free_text_2",
                "alfamart_free_text_3",
            ] {
                if !request["cstore"][name].is_null() {
                    store[name] = request["cstore"][name].clone();
                }
            }
            ("cstore", store)
        }
        "other_qris" => ("qris", json!({ "acquirer": "gopay" })),
        _ if WALLETS.contains(&channel) => (channel, wallet(request, channel)),
        "ovo" => (
            "ovo",
            json!({ "payer_phone_number": request["customer_details"]["phone"] }),
        ),
        _ => match channel.strip_suffix("_va") {
            Some(bank) => ("bank_transfer", transfer(bank, &request[channel])),
            None => (channel, Value::Null),
        },
    }
}

fn transfer(bank: &str, own: &Value) -> Value {
    let mut transfer = json!({ "bank": bank });
    if !own["va_number"].is_null() {
        transfer["va_number"] = own["va_number"].clone();
    }
    transfer
}

/// A wallet sends the customer to its `callback_url`, which is the finish URL unless the request
/// names another one.
fn wallet(request: &Value, channel: &str) -> Value {
    let mut wallet = match &request[channel] {
        own @ Value::Object(_) => own.clone(),
        _ => json!({}),
    };
    if wallet["callback_url"].is_null() && request["callbacks"]["finish"].is_string() {
        wallet["callback_url"] = request["callbacks"]["finish"].clone();
    }
    wallet
}

/// The expiry of the payment. Without a start it counts from the choice of a method.
fn custom_expiry(expiry: &Value) -> Option<Value> {
    let unit = expiry["unit"].as_str()?;
    seconds_of(unit)?;
    let mut custom = json!({
        "expiry_duration": expiry["duration"],
        "unit": unit.strip_suffix('s').unwrap_or(unit),
    });
    if !expiry["start_time"].is_null() {
        custom["order_time"] = expiry["start_time"].clone();
    }
    Some(custom)
}

/// Wallets, which send the customer back to a URL.
const WALLETS: [&str; 3] = ["gopay", "shopeepay", "dana"];

/// The channel that asks for a card.
pub(super) const CARD: &str = "credit_card";

/// The fields that a session hands to its charge as they are.
const COPIED: [&str; 9] = [
    "item_details",
    "customer_details",
    "seller_details",
    "custom_field1",
    "custom_field2",
    "custom_field3",
    "user_id",
    "recurring",
    "metadata",
];
