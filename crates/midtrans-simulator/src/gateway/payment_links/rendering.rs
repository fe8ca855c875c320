//! The details of a payment link.

use midtrans_protocol::time::WibTime;
use serde_json::{Value, json};

use super::PaymentLink;
use crate::gateway::Gateway;
use crate::gateway::body::Body;
use crate::gateway::product::utc_with_millis;

impl Gateway {
    /// The rest of a row of `purchases` is in no page.
    pub(super) fn link_details(&self, number: usize) -> String {
        let link = &self.shelves.links[number];
        let request = &link.request;
        let kind = request["payment_link_type"].as_str();
        let (paid, _) = self.uses(number);
        let id = (number + 1).to_string();
        let start = request["expiry"]["start_time"].as_str();
        let unit = request["expiry"]["unit"].as_str();
        let duration = &request["expiry"]["duration"];
        let given = |value: &Value| Some(value.clone()).filter(|value| !value.is_null());
        let secure = request["credit_card"]["secure"] == true;
        Body::default()
            .text("id", &id)
            .text("payment_link_url", &self.link_url(&link.link_id))
            .text("order_id", &link.order_id)
            .text("payment_link_type", kind.unwrap_or("FIXED_AMOUNT"))
            .text("merchant_id", &self.settings.merchant_id)
            .text("payment_link_id", &link.link_id)
            .maybe_json(
                "enabled_payments",
                given(&request["enabled_payments"]).as_ref(),
            )
            .raw("usage_limit", &link.usage_limit.to_string())
            .maybe_json("gross_amount", link.amount.map(Value::from).as_ref())
            .raw("credit_card_3d_secure", &secure.to_string())
            .maybe_json(
                "whitelist_bins",
                given(&request["credit_card"]["whitelist_bins"]).as_ref(),
            )
            .maybe_text("expiry_start", start)
            .maybe_json("expiry_duration", given(duration).as_ref())
            .maybe_text("expiry_unit", unit)
            .raw("usage", &paid.to_string())
            .json("item_details", &items(link, &id))
            .maybe_json("customer_details", customer(link, &id).as_ref())
            .json("purchases", &self.purchases(link))
            .finish()
    }

    /// A row for each purchase for which a method was chosen.
    fn purchases(&self, link: &PaymentLink) -> Value {
        let rows = link.purchases.iter().enumerate().filter_map(|(at, token)| {
            let session = &self.shelves.sessions[self.shelves.sessions.of_token(token)?];
            let index = self.ledger.find(session.transactions.last()?)?;
            let payment = &self.ledger[index];
            let method = payment.method.answered_type(&payment.instructions);
            Some(json!({
                "id": at + 1,
                "snap_token": token,
                "order_id": payment.order_id,
                "payment_status": payment.status.as_str().to_uppercase(),
                "payment_method": method.to_uppercase(),
            }))
        });
        rows.collect()
    }
}

fn items(link: &PaymentLink, id: &str) -> Value {
    let list = link.request["item_details"].as_array();
    let rows = list.into_iter().flatten().enumerate().map(|(at, item)| {
        let mut row = item.clone();
        row["item_id"] = item["id"].clone();
        row["id"] = (at + 1).to_string().into();
        stamped(row, id, link.made)
    });
    rows.collect()
}

fn customer(link: &PaymentLink, id: &str) -> Option<Value> {
    let mut row = Some(link.request["customer_details"].clone()).filter(Value::is_object)?;
    row["id"] = "1".into();
    Some(stamped(row, id, link.made))
}

fn stamped(mut row: Value, id: &str, made: WibTime) -> Value {
    row["payment_link_id"] = id.into();
    row["created_at"] = utc_with_millis(made).into();
    row["updated_at"] = utc_with_millis(made).into();
    row
}
