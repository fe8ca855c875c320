//! `midtrans charge`: asks for a payment.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use midtrans_protocol::method::{Akulaku, Kredivo, Method};
use midtrans_protocol::{
    Charge as Operation, CustomExpiry, CustomerDetails, ExpiryUnit, InvalidInput, ItemDetails,
    NotificationUrls, OrderId, Rupiah, TransactionDetails,
};
use serde_json::{Value, json};

use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::{self, Changing};
use crate::terminal::quoted;
use crate::{amount, input, order_lines, output, transaction};

/// Ask for a payment, and get the page to send the customer to
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES))]
pub(crate) struct Charge {
    provider: Provider,
    /// Your id of the order; write it down with the amount before you charge
    #[arg(long, value_name = "ID", required_unless_present = "from")]
    order: Option<String>,
    /// Whole rupiah, such as 40000 or 40.000
    #[arg(long, value_name = "RUPIAH", required_unless_present = "from", value_parser = amount::rupiah)]
    amount: Option<Rupiah>,
    /// A line of the order: id=…,name=…,price=…,quantity=… and for Kredivo category=…,url=…; or
    /// JSON
    #[arg(long, value_name = "FIELDS", value_parser = order_lines::item)]
    item: Vec<ItemDetails>,
    /// The customer: first_name=…,last_name=…,email=…,phone=… and for Kredivo
    /// address=…,city=…,postal_code=…; or JSON
    #[arg(long, value_name = "FIELDS", value_parser = order_lines::customer)]
    customer: Option<CustomerDetails>,
    /// The whole charge as the gateway's JSON, from a file or - ; --order and --amount replace what
    /// it says
    #[arg(long, value_name = "FILE", conflicts_with_all = ["item", "customer", "expiry"])]
    from: Option<PathBuf>,
    /// How long the customer may take, such as 30m, 2h or 1d
    #[arg(long, value_name = "TIME", value_parser = expiry)]
    expiry: Option<CustomExpiry>,
    /// Send this charge's notifications there instead of to the dashboard's URL (up to three times)
    #[arg(long, value_name = "URL")]
    notify: Vec<String>,
    #[command(flatten)]
    changing: Changing,
}

/// Who gives the credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Provider {
    Akulaku,
    Kredivo,
}

impl Provider {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Akulaku => "akulaku",
            Self::Kredivo => "kredivo",
        }
    }
}

const EXAMPLES: &str = "\
midtrans charge akulaku --order order-101 --amount 40000 \\
  --item id=SHOE-42,name=Sepatu,price=40000 \\
  --customer first_name=Siti,last_name=Rahma,email=siti@example.com,phone=08123456789
midtrans charge kredivo --from charge.json";

/// Something about the items or the customer.
fn incomplete(error: InvalidInput) -> Failure {
    Failure::from(error).next(
        "give every field of --item and --customer that the provider asks for, or neither of the two; the items have to add up \
         to --amount, and Kredivo also wants category and url of each item, and the customer's address, city and postal_code",
    )
}

impl Charge {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let charge = match &self.from {
            Some(file) => self.read(&input::read_text(file)?)?,
            None => self.build()?,
        };
        if output::is_closed() {
            let what = "standard output is closed or leads nowhere, and the page to send the customer to would be lost: nothing was sent";
            let next = "send it to a file or a pipe; if you do not want the page, to the null device, for writing only";
            return Err(Failure::usage(what).next(next));
        }
        let account = context.account()?;
        let mut options = self.changing.options()?;
        if !self.notify.is_empty() {
            options.request.override_notification = Some(NotificationUrls::new(&self.notify)?);
        }
        let order = charge.transaction_details().order_id().as_str();
        let amount = charge.transaction_details().gross_amount().get();
        let calling = &self.changing.calling;
        let reply = gateway::call(context, &account, calling, &charge, &options, order)?;
        let mut report = account.report();
        transaction::describe(&mut report, &reply);
        if reply.redirect_url().is_some() {
            report.line("next: send the customer's browser to the redirect url, and wait for the notification");
        }
        let ask = context.command(&format!("status {} --amount {amount}", quoted(order)));
        report
            .line(&format!("next: {ask}"))
            .data("next", json!([ask]));
        context.print(&report);
        Ok(Exit::Done)
    }

    fn build(&self) -> Result<Operation, Failure> {
        let order = OrderId::new(self.order.clone().unwrap_or_default())?;
        let order = TransactionDetails::new(order, self.amount.unwrap_or(Rupiah::new(0)))?;
        // The gateway's guide sends neither; whoever gives one of them means the provider's whole
        // list.
        let is_bare = self.item.is_empty() && self.customer.is_none();
        let (items, customer) = (self.item.clone(), self.customer.clone().unwrap_or_default());
        let method = match self.provider {
            Provider::Akulaku => Method::from(Akulaku),
            Provider::Kredivo => Method::from(Kredivo),
        };
        let mut charge = Operation::builder(order, method);
        if let Some(expiry) = &self.expiry {
            charge = charge.custom_expiry(expiry.clone());
        }
        if is_bare {
            return Ok(charge.minimal().build()?);
        }
        charge
            .items(items)
            .customer(customer)
            .build()
            .map_err(incomplete)
    }

    fn read(&self, text: &str) -> Result<Operation, Failure> {
        let provider = self
            .provider
            .to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default();
        let mut json: Value = serde_json::from_str(text).map_err(|error| {
            Failure::usage(format!("the charge is not JSON (line {})", error.line()))
        })?;
        let fields = json
            .as_object_mut()
            .ok_or_else(|| Failure::usage("the charge is not a JSON object"))?;
        let named = fields
            .entry("payment_type")
            .or_insert_with(|| Value::from(provider.as_str()));
        if named.as_str() != Some(provider.as_str()) {
            return Err(Failure::usage(format!(
                "the charge's payment_type is not {provider}"
            )));
        }
        for (name, value) in [
            ("order_id", self.order.clone().map(Value::from)),
            (
                "gross_amount",
                self.amount.map(|amount| Value::from(amount.get())),
            ),
        ] {
            if let (Some(value), Some(details)) =
                (value, json["transaction_details"].as_object_mut())
            {
                details.insert(name.to_owned(), value);
            }
        }
        Ok(Operation::from_json(&json.to_string())?)
    }
}

fn expiry(text: &str) -> Result<CustomExpiry, String> {
    let refused = || "expected a number and s, m, h or d, such as 30m".to_owned();
    let unit = match text.chars().last() {
        Some('s') => ExpiryUnit::Second,
        Some('m') => ExpiryUnit::Minute,
        Some('h') => ExpiryUnit::Hour,
        Some('d') => ExpiryUnit::Day,
        _ => return Err(refused()),
    };
    let number = text[..text.len() - 1].parse().map_err(|_| refused())?;
    CustomExpiry::new(number, unit).map_err(|error| format!("expected {}", error.expected()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_a_number_and_a_unit() {
        assert_eq!(expiry("30m").unwrap().duration().as_secs(), 1_800);
        for wrong in ["", "m", "30", "30x", "-1h", "19s", "é", "181d"] {
            assert!(expiry(wrong).is_err(), "{wrong}");
        }
    }
}
