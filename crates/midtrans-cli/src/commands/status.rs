//! `midtrans status`: asks the gateway for the status of a payment.

use clap::Args;
use midtrans_protocol::ids::PaymentId;
use midtrans_protocol::{Expected, GetStatus, OrderId, Rupiah};
use midtrans_ureq::CallOptions;

use crate::amount;
use crate::arguments::order_help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::{self, Calling};
use crate::transaction;

/// Ask the gateway for the status of a payment
#[derive(Args, Debug)]
#[command(after_help = order_help_end("midtrans status order-101 --amount 40000", ", with --amount"))]
pub(crate) struct Status {
    /// Order id or transaction id
    id: String,
    /// The amount you wrote down before charging: says what the answer means for the order, also by
    /// the exit code
    #[arg(long, value_name = "RUPIAH", value_parser = amount::rupiah)]
    amount: Option<Rupiah>,
    /// The order, where ID is a transaction id
    #[arg(long, value_name = "ID", requires = "amount")]
    order: Option<String>,
    #[command(flatten)]
    calling: Calling,
}

impl Status {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let id = PaymentId::received(self.id.as_str())?;
        let order = self
            .amount
            .map(|_| OrderId::existing(self.order.as_ref().unwrap_or(&self.id).as_str()))
            .transpose()?;
        let expected = order
            .zip(self.amount)
            .map(|(order, amount)| Expected::new(order, amount));
        let account = context.account()?;
        let options = CallOptions::default();
        let reply = gateway::call(
            context,
            &account,
            &self.calling,
            &GetStatus::new(id),
            &options,
            &self.id,
        )?;
        let mut report = account.report();
        let exit = match &expected {
            Some(expected) => transaction::judge(&mut report, expected, &reply),
            None => Exit::Done,
        };
        transaction::describe(&mut report, &reply);
        context.print(&report);
        Ok(exit)
    }
}
