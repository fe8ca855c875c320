//! `midtrans refund` and `direct-refund`: refund a payment.

use clap::Args;
use midtrans_protocol as protocol;
use midtrans_protocol::ids::{PaymentId, RefundKey};
use midtrans_protocol::operation::Operation;
use midtrans_protocol::{InvalidInput, Merchant, Rupiah, Transaction};
use serde_json::json;

use crate::amount;
use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::{self, Changing};
use crate::terminal::quoted;
use crate::transaction;

/// Refund a settled payment, in whole or in part
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans refund order-101 --refund-key order-101-r1 --amount 5000 --reason 'wrong size'"))]
pub(crate) struct Refund {
    #[command(flatten)]
    asked: Asked,
}

/// Refund over the payment provider's direct interface, and wait for its answer
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans direct-refund order-101 --refund-key order-101-r1"))]
pub(crate) struct DirectRefund {
    #[command(flatten)]
    asked: Asked,
}

#[derive(Args, Debug)]
struct Asked {
    /// Order id or transaction id
    id: String,
    /// Your name of this refund: the same one is never booked twice
    #[arg(long, value_name = "KEY")]
    refund_key: String,
    /// The amount to refund, in whole rupiah such as 5000 or 5.000; without it, all that is left
    #[arg(long, value_name = "RUPIAH", value_parser = amount::rupiah)]
    amount: Option<Rupiah>,
    /// The reason; the customer may see it
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    changing: Changing,
}

impl Refund {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let refund = self.asked.operation()?;
        self.asked.check(context, |_| Ok(()))?;
        self.asked.send(context, &refund)
    }
}

impl DirectRefund {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        use protocol::transaction::DirectRefund as Operation;

        let refund = self.asked.operation()?;
        let directly = |it: &Transaction| Operation::of(it, refund.clone()).map(drop);
        self.asked.check(context, directly)?;
        self.asked.send(context, &Operation::from(refund))
    }
}

impl Asked {
    fn operation(&self) -> Result<protocol::transaction::Refund, Failure> {
        let (id, key) = (PaymentId::received(self.id.as_str())?, self.key()?);
        let refund = match self.amount {
            Some(amount) => protocol::transaction::Refund::part(id, key, amount)?,
            None => protocol::transaction::Refund::full(id, key),
        };
        Ok(match &self.reason {
            Some(reason) => refund.because(reason.as_str())?,
            None => refund,
        })
    }

    fn key(&self) -> Result<RefundKey, InvalidInput> {
        RefundKey::new(self.refund_key.as_str())
    }

    /// Refuses what the payment's method never supports, before it is sent.
    fn check(
        &self,
        context: &Context,
        more: impl Fn(&Transaction) -> Result<(), InvalidInput>,
    ) -> Result<(), Failure> {
        use protocol::transaction::Refund as Operation;

        let account = context.account()?;
        let Some(paid) = gateway::known(context, &account, &self.changing.calling, &self.id)?
        else {
            return Ok(());
        };
        let possible = match self.amount {
            Some(amount) => Operation::part_of(&paid, self.key()?, amount),
            None => Operation::of(&paid, self.key()?),
        };
        let possible = possible.and_then(|_| more(&paid));
        possible.map_err(|error| gateway::never_possible(&error))
    }

    fn send<O: Operation<Account = Merchant, Reply = Transaction>>(
        &self,
        context: &Context,
        operation: &O,
    ) -> Result<Exit, Failure> {
        let account = context.account()?;
        let (calling, options) = (&self.changing.calling, self.changing.options()?);
        let reply = gateway::call(context, &account, calling, operation, &options, &self.id)?;
        let mut report = account.report();
        transaction::describe(&mut report, &reply);
        let ask = context.command(&format!("status {}", quoted(&self.id)));
        report.line(&format!(
            "next: {ask} (the money has moved when the bank has confirmed it)"
        ));
        report.data("next", json!([ask]));
        context.print(&report);
        Ok(Exit::Done)
    }
}
