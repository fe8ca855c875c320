//! `GET` and `PATCH /snap/v3/merchant-preferences`: the settings of Snap's page.
//!
//! The page goes by the channels, the processor of other banks, the retries and the URLs. The rest
//! is kept and shown again.

use serde_json::{Value, json};

use super::channel::{self, CHANNELS};
use crate::gateway::Gateway;
use crate::gateway::answer::Answer;
use crate::gateway::product;
use crate::gateway::refusal::Refusal;
use crate::start_error::web_url;

impl Gateway {
    pub(in crate::gateway) fn preferences(&self) -> Answer {
        let kept = |name: &str, default: Value| match &self.shelves.preferences[name] {
            Value::Null => default,
            kept => kept.clone(),
        };
        let brand = &self.shelves.preferences["brand"];
        let channels = CHANNELS.iter().map(|channel| {
            let is_on = channel::is_switched_on(&self.shelves.preferences, channel.name);
            json!({ "name": channel.name, "enabled": is_on })
        });
        let body = json!({
            "merchant_id": self.settings.merchant_id,
            "display_name": kept("display_name", "Simulated shop".into()),
            "finish_payment_return_url": self.settings.finish_url,
            "error_payment_return_url": self.settings.error_url,
            "locale": kept("locale", "id".into()),
            "other_va_processor": kept("other_va_processor", "permata_va".into()),
            "allow_retry": kept("allow_retry", true.into()),
            "hide_order_id": kept("hide_order_id", false.into()),
            "brand": if brand.is_object() { brand.clone() } else { json!({}) },
            "payment_channels": channels.collect::<Vec<_>>(),
        });
        product::answered(200, body.to_string())
    }

    pub(in crate::gateway) fn update_preferences(
        &mut self,
        body: &[u8],
    ) -> Result<Answer, Refusal> {
        let json: Value = serde_json::from_slice(body).unwrap_or_default();
        let Some(fields) = json.as_object() else {
            return Err(product::errors(400, &["the body must be an object"]));
        };
        for named in json["payment_channels"].as_array().into_iter().flatten() {
            let name = named["name"].as_str().unwrap_or_default();
            if !CHANNELS.iter().any(|channel| channel.name == name) {
                let problem = format!("Payment type {name} is invalid for this merchant");
                return Err(product::errors(400, &[problem]));
            }
        }
        for name in ["finish_payment_return_url", "error_payment_return_url"] {
            let url = json[name].as_str().filter(|url| !url.is_empty());
            if url.is_some_and(|url| web_url(name, url).is_err()) {
                return Err(product::errors(
                    400,
                    &[format!("{name} is not a valid URL")],
                ));
            }
        }
        if !self.shelves.preferences.is_object() {
            self.shelves.preferences = json!({});
        }
        for (name, value) in fields {
            let url = value.as_str().filter(|url| !url.is_empty());
            let url = url.map(str::to_owned);
            match name.as_str() {
                // The second is our own word for the channels.
                "merchant_id" | SWITCHES => {}
                "finish_payment_return_url" => self.settings.finish_url = url,
                "error_payment_return_url" => self.settings.error_url = url,
                "payment_channels" => switch(&mut self.shelves.preferences, value),
                _ => self.shelves.preferences[name] = value.clone(),
            }
        }
        Ok(self.preferences())
    }

    /// Returns true if a customer may try again after a refusal.
    pub(super) fn allows_retry(&self) -> bool {
        self.shelves.preferences["allow_retry"] != false
    }
}

/// The place of the channels among the preferences that are kept.
pub(super) const SWITCHES: &str = "switches";

/// Channels that are not named stay as they are.
fn switch(preferences: &mut Value, channels: &Value) {
    for channel in channels.as_array().into_iter().flatten() {
        if let (Some(name), Some(is_on)) = (channel["name"].as_str(), channel["enabled"].as_bool())
        {
            preferences[SWITCHES][name] = is_on.into();
        }
    }
}
