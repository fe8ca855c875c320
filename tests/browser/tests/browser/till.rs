//! A simulator with a shop behind it, and charges.

use std::path::Path;

use midtrans_browser_tests::Browser;
use midtrans_simulator::{BlockingSimulator, Builder, Simulator};
use serde_json::{Value, json};

use crate::shop::Shop;

/// `SB-Mid-server-simulator:` in base64.
pub(crate) const KEY: &str = "Basic U0ItTWlkLXNlcnZlci1zaW11bGF0b3I6";

pub(crate) struct Till {
    pub(crate) simulator: BlockingSimulator,
    pub(crate) shop: Shop,
}

impl Till {
    pub(crate) fn open() -> Self {
        Self::with(|builder| builder)
    }

    pub(crate) fn with(setting: impl FnOnce(Builder) -> Builder) -> Self {
        let shop = Shop::open();
        let builder = Simulator::builder()
            .finish_url(shop.finish_url())
            .notification_url(shop.notification_url());
        Self {
            simulator: setting(builder).serve_blocking().unwrap(),
            shop,
        }
    }

    /// Charges an order and returns the address of its pay page.
    pub(crate) fn charge(&self, payment_type: &str, order_id: &str) -> String {
        let reply: Value =
            serde_json::from_str(&self.call("/v2/charge", &order_of(payment_type, order_id)))
                .unwrap();
        reply["redirect_url"].as_str().unwrap().to_owned()
    }

    /// Opens a session of Snap and returns its token and the address of its page.
    pub(crate) fn open_snap(&self, order_id: &str) -> (String, String) {
        let mut order = order_of("kredivo", order_id);
        order.as_object_mut().unwrap().remove("payment_type");
        let reply: Value =
            serde_json::from_str(&self.call("/snap/v1/transactions", &order)).unwrap();
        let text = |name: &str| reply[name].as_str().unwrap().to_owned();
        (text("token"), text("redirect_url"))
    }

    /// Charges an order that is paid with a wallet, and returns all addresses of its pay pages: of
    /// what is scanned or asked in an app, and of the link.
    pub(crate) fn wallet(&self, payment_type: &str, order_id: &str) -> Vec<String> {
        let reply = self.call("/v2/charge", &order_of(payment_type, order_id));
        let reply: Value = serde_json::from_str(&reply).unwrap();
        let id = reply["transaction_id"].as_str().unwrap();
        let scanned = format!("{}/pay/{id}", self.simulator.url());
        let page = self.simulator.timeline(order_id).unwrap().pay_page_url;
        match payment_type {
            "gopay" => vec![scanned, page],
            _ => vec![page],
        }
    }

    pub(crate) fn call(&self, path: &str, body: &Value) -> String {
        let request =
            ureq::post(format!("{}{path}", self.simulator.url())).header("authorization", KEY);
        request
            .send(body.to_string())
            .unwrap()
            .body_mut()
            .read_to_string()
            .unwrap()
    }

    pub(crate) fn status(&self, order_id: &str) -> String {
        self.simulator
            .timeline(order_id)
            .unwrap()
            .summary
            .status
            .to_string()
    }
}

/// The shop's charge.
pub(crate) fn order_of(payment_type: &str, order_id: &str) -> Value {
    let mut order = json!({
        "payment_type": payment_type,
        "transaction_details": {"order_id": order_id, "gross_amount": 1_250_000},
        "item_details": [
            {"id": "A", "price": 450_000, "quantity": 3, "name": "Sepatu lari <b>ringan</b>, nomor 42"},
            {"id": "B", "price": -100_000, "quantity": 1, "name": "Diskon"},
        ],
        "customer_details": {"first_name": "Siti", "last_name": "Rahma", "email": "s@example.com", "phone": "0812"},
    });
    match payment_type {
        "gopay" => order["gopay"] = json!({"enable_callback": true}),
        "shopeepay" => order["shopeepay"] = json!({"callback_url": "https://shop.example/back"}),
        "ovo" => order["ovo"] = json!({"payer_phone_number": "081234567890"}),
        _ => {}
    }
    if payment_type == "kredivo" {
        for at in 0..2 {
            order["item_details"][at]["category"] = json!("Shoes");
            order["item_details"][at]["url"] = json!("https://shop.example/a");
        }
        order["customer_details"]["shipping_address"] = json!({
            "first_name": "Siti", "last_name": "Rahma", "phone": "0812", "address": "Jl. Melati 1", "city": "Jakarta",
            "postal_code": "12190", "country_code": "IDN",
        });
    }
    order
}

/// Returns the browser; `None` where there is none and that is no failure.
pub(crate) fn browser(what: &str) -> Option<&'static Browser> {
    Browser::find_or_skip(Path::new(env!("CARGO_TARGET_TMPDIR")), what)
}
