//! Akulaku PayLater: the customer is sent to Akulaku's page, and comes back by a form.
//! ([Akulaku](https://docs.midtrans.com/reference/akulaku-1))

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::Value;

use super::{Finish, HOUR, Instructions, Method, Refunds};
use crate::gateway::body::Body;
use crate::gateway::customer::FinishRedirect;
use crate::gateway::keys::Added;
use crate::gateway::page_address::PageAddress;
use crate::gateway::pay_page::PayPage;
use crate::gateway::rendering;
use crate::gateway::required::{require_items, require_object};
use crate::gateway::settings::Settings;

#[derive(Debug)]
pub(super) struct Akulaku;

impl Method for Akulaku {
    fn payment_type(&self) -> &'static str {
        "akulaku"
    }

    fn name(&self, _: &Instructions) -> String {
        "Akulaku".to_owned()
    }

    fn amounts(&self, _: &Value) -> RangeInclusive<u64> {
        5_000..=u64::MAX
    }

    fn default_expiry(&self) -> Duration {
        2 * HOUR
    }

    fn check(&self, charge: &Value, problems: &mut Vec<String>) {
        let mut ids = BTreeSet::new();
        let items = charge["item_details"].as_array().into_iter().flatten();
        if !items
            .filter_map(|item| item["id"].as_str())
            .all(|id| ids.insert(id))
        {
            problems.push("item_details.id must be unique".to_owned());
        }
    }

    /// The gateway's pages contradict each other about the last name, and many Indonesians have one
    /// name: it is not required.
    fn require(&self, charge: &Value, _: &Settings, problems: &mut Vec<String>) {
        require_items(charge, &["id"], problems);
        require_object(
            &charge["customer_details"],
            "customer_details",
            &["first_name", "email", "phone"],
            problems,
        );
    }

    fn charge_message(&self) -> &'static str {
        "Success, Akulaku transaction is created"
    }

    /// Without `expiry_time`.
    /// ([Sample](https://docs.midtrans.com/docs/coreapi-cardless-credit-payment-integration))
    fn charged(&self) -> Added {
        &[("order_id", &["redirect_url"])]
    }

    /// Only a FAQ names a time (six months), and no page of the API does, so none is held.
    fn refunds(&self, _: &Instructions) -> Refunds {
        Refunds::Always
    }

    fn pay_page(&self, _: &Instructions) -> PayPage {
        PayPage::Redirect
    }

    fn pages(&self) -> &'static [PageAddress] {
        const { &[PageAddress::path("/v2/akulaku/redirect/{id}")] }
    }

    fn finish(&self, finish: &Finish<'_>) -> Option<FinishRedirect> {
        Some(FinishRedirect::Form {
            action: finish.finish_url.to_owned(),
            response: response(finish),
            callback_key: Some(finish.settings.client_key().as_str().to_owned()),
        })
    }
}

/// The JSON in the form's field `response`.
fn response(finish: &Finish<'_>) -> String {
    let Finish {
        payment,
        claim,
        finish_url,
        settings,
    } = finish;
    Body::default()
        .text("transaction_time", &payment.made.to_string())
        .text("gross_amount", payment.gross_amount().as_str())
        .text("currency", "IDR")
        .text("order_id", &payment.order_id)
        .text("payment_type", "akulaku")
        .text(
            "signature_key",
            &rendering::claimed_signature(payment, claim, settings),
        )
        .text("status_code", &claim.code.to_string())
        .text("transaction_id", &payment.id)
        .text("transaction_status", claim.status.as_str())
        .text("fraud_status", "accept")
        .text("expiry_time", &payment.expires.to_string())
        .text("payment_channel", "VTWEB")
        .text("merchant_id", &settings.merchant_id)
        .text("redirect_url", finish_url)
        .finish()
}
