//! `midtrans cancel`, `expire`, `approve`, `deny` and `capture`: changes of a payment.

use clap::Args;
use midtrans_protocol as protocol;
use midtrans_protocol::ids::PaymentId;
use midtrans_protocol::operation::Operation;
use midtrans_protocol::{GetStatus, InvalidInput, Merchant, Rupiah, Transaction};
use midtrans_ureq::CallOptions;

use crate::account::Account;
use crate::amount;
use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::{self, Changing};
use crate::transaction;

macro_rules! change {
    ($(#[$about:meta])* $name:ident, $example:literal, $check:expr) => {
        $(#[$about])*
        #[derive(Args, Debug)]
        #[command(after_help = help_end($example))]
        pub(crate) struct $name {
            /// Order id or transaction id
            id: String,
            #[command(flatten)]
            changing: Changing,
        }

        impl $name {
            pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
                let id = PaymentId::received(self.id.as_str())?;
                let account = context.account()?;
                check(context, &account, &self.changing, &self.id, $check)?;
                let operation = protocol::transaction::$name::new(id);
                change(context, &account, &self.changing, &operation, &self.id)
            }
        }
    };
}

change!(
    /// Cancel a payment that is pending
    Cancel,
    "midtrans cancel order-101",
    Some(|it| protocol::transaction::Cancel::of(it).map(drop))
);
change!(
    /// End a pending payment now, as if its time had run out
    Expire,
    "midtrans expire order-101",
    Some(|it| protocol::transaction::Expire::of(it).map(drop))
);
change!(
    /// Let a card payment through that fraud detection has challenged
    Approve,
    "midtrans approve order-101",
    None
);
change!(
    /// Refuse a card payment that fraud detection has challenged
    Deny,
    "midtrans deny order-101",
    None
);

/// Take the money that a payment has reserved, all of it or a part
///
/// A card's payment is reserved by a charge with --set credit_card.type=authorize, for seven days.
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans capture order-101\nmidtrans capture order-101 --amount 30000"))]
pub(crate) struct Capture {
    /// Order id or transaction id
    id: String,
    /// The amount to take, in whole rupiah such as 30000 or 30.000; without it, all that is reserved
    #[arg(long, value_name = "RUPIAH", value_parser = amount::rupiah)]
    amount: Option<Rupiah>,
    #[command(flatten)]
    changing: Changing,
}

impl Capture {
    /// The gateway takes only its own id of the payment, which Get Status names.
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        use protocol::transaction::Capture as Operation;

        let account = context.account()?;
        let (ask, options) = (
            GetStatus::new(PaymentId::received(self.id.as_str())?),
            CallOptions::default(),
        );
        let calling = &self.changing.calling;
        let reserved = gateway::call(context, &account, calling, &ask, &options, &self.id)?;
        let capture = match self.amount {
            Some(amount) => Operation::part_of(&reserved, amount),
            None => Operation::of(&reserved),
        };
        let capture = capture.map_err(|error| gateway::never_possible(&error))?;
        change(context, &account, &self.changing, &capture, &self.id)
    }
}

/// Refuses a change that the transaction's payment method never supports.
type Check = fn(&Transaction) -> Result<(), InvalidInput>;

/// Refuses what the payment's method never supports, before it is sent.
fn check(
    context: &Context,
    account: &Account,
    changing: &Changing,
    id: &str,
    check: Option<Check>,
) -> Result<(), Failure> {
    let Some(check) = check else { return Ok(()) };
    match gateway::known(context, account, &changing.calling, id)? {
        Some(transaction) => check(&transaction).map_err(|error| gateway::never_possible(&error)),
        None => Ok(()),
    }
}

fn change<O>(
    context: &Context,
    account: &Account,
    changing: &Changing,
    operation: &O,
    id: &str,
) -> Result<Exit, Failure>
where
    O: Operation<Account = Merchant, Reply = Transaction>,
{
    let (calling, options) = (&changing.calling, changing.options()?);
    let reply = gateway::call(context, account, calling, operation, &options, id)?;
    let mut report = account.report();
    transaction::describe(&mut report, &reply);
    context.print(&report);
    Ok(Exit::Done)
}
