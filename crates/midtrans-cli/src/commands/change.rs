//! `midtrans cancel`, `expire`, `approve` and `deny`: changes without a body.

use clap::Args;
use midtrans_protocol as protocol;
use midtrans_protocol::ids::PaymentId;
use midtrans_protocol::operation::Operation;
use midtrans_protocol::{Merchant, Transaction};

use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::{self, Changing};
use crate::transaction;

macro_rules! change {
    ($(#[$about:meta])* $name:ident, $example:literal) => {
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
                change(context, &self.changing, &protocol::transaction::$name::new(id), &self.id)
            }
        }
    };
}

change!(
    /// Cancel a payment that is pending
    Cancel,
    "midtrans cancel order-101"
);
change!(
    /// End a pending payment now, as if its time had run out
    Expire,
    "midtrans expire order-101"
);
change!(
    /// Let a card payment through that fraud detection has challenged
    Approve,
    "midtrans approve order-101"
);
change!(
    /// Refuse a card payment that fraud detection has challenged
    Deny,
    "midtrans deny order-101"
);

fn change<O>(
    context: &Context,
    changing: &Changing,
    operation: &O,
    id: &str,
) -> Result<Exit, Failure>
where
    O: Operation<Account = Merchant, Reply = Transaction>,
{
    let account = context.account()?;
    let reply = gateway::call(
        context,
        &account,
        &changing.calling,
        operation,
        &changing.options()?,
        id,
    )?;
    let mut report = account.report();
    transaction::describe(&mut report, &reply);
    context.print(&report);
    Ok(Exit::Done)
}
