//! A session of Snap as JSON, for programs.

use serde_json::{Value, json};

use crate::front::pay::checkout_json;
use crate::gateway::snap::{SnapCheckout, SnapState};

pub(super) fn snap_json(checkout: &SnapCheckout, problems: &[String]) -> Value {
    let mut value = json!({
        "token": checkout.token,
        "order_id": checkout.order_id,
        "gross_amount": checkout.amount.get(),
        "expiry_time": checkout.expires.to_string(),
    });
    let state = match &checkout.state {
        SnapState::Choosing { channels, .. } => {
            let names: Vec<&str> = channels.iter().map(|channel| channel.name).collect();
            value["methods"] = names.into();
            "choosing"
        }
        SnapState::Linking(account) => {
            value["account_id"] = account.account_id.as_str().into();
            "linking"
        }
        SnapState::Paying(paying) => {
            value["transaction"] = checkout_json(paying);
            "paying"
        }
        SnapState::Over(status) => {
            value["transaction_status"] = status.as_str().into();
            "over"
        }
        SnapState::Expired => "expired",
        SnapState::Canceled => "canceled",
        SnapState::Replaced => "replaced",
    };
    value["state"] = state.into();
    if !problems.is_empty() {
        value["problems"] = problems.into();
    }
    value
}
