//! `midtrans pay-account promotions`: promotions for a payment.

use clap::Args;
use midtrans_protocol::Rupiah;
use midtrans_protocol::money::WireAmount;
use midtrans_protocol::pay_account::{AccountId, GetPromotions, Promotion};
use midtrans_ureq::CallOptions;
use serde_json::{Value, json};

use super::reading;
use crate::amount;
use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::{self, Calling};

/// Show the promotions that a customer may use for a payment of this amount
///
/// The id of one goes into the charge: --set gopay.promotion_ids:='["…"]'. The sandbox has them on
/// request only.
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans pay-account promotions 00000269-7836-49e5-bc65-e592afafec14 --amount 40000"))]
pub(super) struct Promotions {
    /// The gateway's id of the account
    id: String,
    /// The amount of the payment, in whole rupiah
    #[arg(long, value_name = "RUPIAH", value_parser = amount::rupiah)]
    amount: Rupiah,
    #[command(flatten)]
    calling: Calling,
}

impl Promotions {
    pub(super) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let id = AccountId::received(self.id.as_str())?;
        let ask = GetPromotions::new(id, self.amount)?;
        let account = context.account()?;
        let (calling, options) = (&self.calling, CallOptions::default());
        let found = gateway::call_product(context, &account, calling, &ask, &options, &reading())?;
        let all = found.all();
        let mut report = account.report();
        report.field("recommended_promotion_id", found.recommended_id());
        let columns = vec![
            "promotion",
            "title",
            "the customer pays",
            "worth",
            "until (WIB)",
        ];
        report.table(columns, all.iter().map(row).collect());
        if all.is_empty() {
            report.line("There are none for this account and amount.");
        }
        report.data("promotions", all.iter().map(json).collect::<Vec<_>>());
        context.print(&report);
        Ok(Exit::Done)
    }
}

fn text(amount: Option<WireAmount>) -> Option<String> {
    amount.map(|amount| amount.as_str().to_owned())
}

fn row(promotion: &Promotion) -> Vec<String> {
    let cells = [
        promotion.id(),
        promotion.title(),
        text(promotion.actual_payable_amount()),
        text(promotion.promotion_amount()),
        promotion.valid_till().map(|time| time.to_string()),
    ];
    let shown = cells.into_iter();
    shown
        .map(|cell| cell.unwrap_or_else(|| "-".to_owned()))
        .collect()
}

fn json(promotion: &Promotion) -> Value {
    json!({
        "id": promotion.id(),
        "title": promotion.title(),
        "actual_payable_amount": text(promotion.actual_payable_amount()),
        "promotion_amount": text(promotion.promotion_amount()),
        "minimum_applicable_amount": text(promotion.minimum_applicable_amount()),
        "valid_from": promotion.valid_from().map(|time| time.to_string()),
        "valid_till": promotion.valid_till().map(|time| time.to_string()),
    })
}
