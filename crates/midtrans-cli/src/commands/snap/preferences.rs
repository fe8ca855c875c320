//! `midtrans snap preferences`: the look and the methods of the account's pages.

use clap::Args;
use midtrans_protocol::snap::GetPreferences;
use midtrans_ureq::CallOptions;
use serde_json::json;

use super::reason;
use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::{self, Calling, Product};

/// Show the look and the methods of the account's pages
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans snap preferences"))]
pub(super) struct Preferences {
    #[command(flatten)]
    calling: Calling,
}

impl Preferences {
    pub(super) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let account = context.account()?;
        let product = Product {
            ask: None,
            unknown: "",
            reason: &|refusal| reason(refusal, "midtrans status ORDER"),
        };
        let (calling, options) = (&self.calling, CallOptions::default());
        let get = GetPreferences::new();
        let found = gateway::call_product(context, &account, calling, &get, &options, &product)?;
        let mut report = account.report();
        report
            .field("merchant_id", found.merchant_id)
            .field("display_name", found.display_name)
            .field("finish_payment_return_url", found.finish_payment_return_url)
            .field("error_payment_return_url", found.error_payment_return_url)
            .field("locale", found.locale)
            .field(
                "other_va_processor",
                found.other_va_processor.as_ref().map(|it| it.as_str()),
            )
            .field("allow_retry", found.allow_retry)
            .field("hide_order_id", found.hide_order_id);
        let channels = found.payment_channels.iter();
        let rows = channels.clone().map(|channel| {
            let enabled = if channel.enabled { "yes" } else { "no" };
            vec![channel.name.as_str().to_owned(), enabled.to_owned()]
        });
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() {
            report.table(vec!["method", "offered"], rows);
        }
        report
            .data("payment_channels", json!(channels.collect::<Vec<_>>()))
            .data("brand", json!(found.brand));
        context.print(&report);
        Ok(Exit::Done)
    }
}
