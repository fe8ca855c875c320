//! `midtrans pay-account create`: starts to link an account.

use clap::Args;
use midtrans_protocol::pay_account::{
    Create as Operation, Linking, LinkingRefusal, PayAccount, RefusedLinking,
};
use midtrans_ureq::CallOptions;
use serde_json::json;

use super::{describe, get, reason};
use crate::account::Account;
use crate::arguments::help_end;
use crate::context::Context;
use crate::draft;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::{self, Calling, Product};
use crate::output;
use crate::secret::Secret;

/// Start to link the GoPay account of a phone number; the customer confirms it
///
/// A number without an account, a blocked account and a malformed number are answers, with exit code
/// 1 and the word of `reason` in --json: not_registered, blocked, malformed, other.
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans pay-account create --phone 81234567890 --return-url https://shop.example/linked"))]
pub(super) struct Create {
    /// The phone number in digits, without +62 and without the 0 in front
    #[arg(long, value_name = "DIGITS")]
    phone: String,
    /// The URL that the customer comes back to from the app
    #[arg(long, value_name = "URL")]
    return_url: Option<String>,
    /// The country code of the number
    #[arg(long, value_name = "DIGITS", default_value = "62")]
    country_code: String,
    #[command(flatten)]
    calling: Calling,
}

const OPTIONS: &[(&str, &str)] = &[
    (
        "gopay_partner.phone_number",
        "give it with --phone DIGITS, such as 81234567890",
    ),
    (
        "gopay_partner.country_code",
        "give it with --country-code DIGITS, such as 62",
    ),
    (
        "gopay_partner.redirect_url",
        "give it with --return-url URL",
    ),
];

impl Create {
    pub(super) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let create = self.operation()?;
        output::refuse_if_closed("the account's id")?;
        let account = context.account()?;
        let product = Product {
            ask: None,
            unknown: "nothing is linked before the customer confirms, and a notification tells of it: a second try begins a second link",
            reason: &reason,
        };
        let (calling, options) = (&self.calling, CallOptions::default());
        let linking =
            gateway::call_product(context, &account, calling, &create, &options, &product)
                .map_err(|failure| failure.hiding(&[Secret::new(self.phone.as_str())]))?;
        match linking {
            Linking::Started(linked) => print(context, &account, &linked),
            Linking::Refused(refused) => return Err(refusal(&refused)),
        }
        Ok(Exit::Done)
    }

    fn operation(&self) -> Result<Operation, Failure> {
        let link = json!({
            "payment_type": "gopay",
            "gopay_partner": {
                "phone_number": self.phone,
                "country_code": self.country_code,
                "redirect_url": self.return_url,
            },
        });
        Operation::from_json(&link.to_string()).map_err(|error| draft::refused(error, OPTIONS))
    }
}

fn print(context: &Context, account: &Account, linked: &PayAccount) {
    let mut report = account.report();
    describe(&mut report, linked);
    report.line("next: send the customer to the activation url, or to the app, and wait for the notification");
    if let Some(id) = linked.account_id() {
        let ask = get(context, &id);
        report
            .line(&format!("next: {ask}"))
            .data("next", json!([ask]));
    }
    context.print(&report);
}

/// The failure of a link that the provider refused. The provider's sentence may name the customer,
/// and is left out.
fn refusal(refused: &RefusedLinking) -> Failure {
    let (word, what, next) = match refused.reason() {
        LinkingRefusal::NotRegistered => (
            "not_registered",
            "the phone number has no GoPay account",
            "ask the customer for another number, or to open an account first",
        ),
        LinkingRefusal::Blocked => (
            "blocked",
            "the GoPay account of this number is blocked",
            "the customer has to ask GoPay; offer another way of paying meanwhile",
        ),
        LinkingRefusal::Malformed => (
            "malformed",
            "the gateway says that this is no phone number",
            "give digits only, without +62 and without the 0 in front",
        ),
        _ => (
            "other",
            "the provider refused to link the account",
            "offer another way of paying, or ask the gateway's support with the code",
        ),
    };
    Failure::refused(format!("{what}: no account is linked"))
        .data("reason", word)
        .field("code", refused.code())
        .next(next)
}
