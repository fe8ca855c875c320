//! `midtrans subscription get`, `enable`, `disable` and `cancel`.

use clap::Args;
use midtrans_protocol::subscription::{self, SubscriptionId};
use midtrans_ureq::CallOptions;

use super::{product, shown};
use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::{self, Calling, Product};

/// Show a subscription: its plan, its status and the transactions that it has made
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans subscription get d98a63b8-97e4-4059-825f-0f62340407e9"))]
pub(super) struct Get {
    /// The gateway's id of the subscription
    id: String,
    #[command(flatten)]
    calling: Calling,
}

impl Get {
    pub(super) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let id = SubscriptionId::received(self.id.as_str())?;
        let account = context.account()?;
        let product = Product {
            ask: None,
            ..product(context, &id)
        };
        let (get, options) = (subscription::Get::new(id), CallOptions::default());
        let calling = &self.calling;
        let found = gateway::call_product(context, &account, calling, &get, &options, &product)?;
        let mut report = account.report();
        shown::describe(&mut report, &found);
        context.print(&report);
        Ok(Exit::Done)
    }
}

macro_rules! action {
    ($(#[$about:meta])* $name:ident, $example:literal) => {
        $(#[$about])*
        #[derive(Args, Debug)]
        #[command(after_help = help_end($example))]
        pub(super) struct $name {
            /// The gateway's id of the subscription
            id: String,
            #[command(flatten)]
            calling: Calling,
        }

        impl $name {
            pub(super) fn run(&self, context: &Context) -> Result<Exit, Failure> {
                let id = SubscriptionId::received(self.id.as_str())?;
                let account = context.account()?;
                let action = subscription::$name::new(id.clone());
                let (options, product) = (CallOptions::default(), product(context, &id));
                let calling = &self.calling;
                let done =
                    gateway::call_product(context, &account, calling, &action, &options, &product)?;
                shown::print_change(context, &account, &id, &done);
                Ok(Exit::Done)
            }
        }
    };
}

action!(
    /// Resume a subscription that is paused
    Enable,
    "midtrans subscription enable d98a63b8-97e4-4059-825f-0f62340407e9"
);
action!(
    /// Pause a subscription: nothing is charged until it is enabled
    Disable,
    "midtrans subscription disable d98a63b8-97e4-4059-825f-0f62340407e9"
);
action!(
    /// End a subscription for good
    Cancel,
    "midtrans subscription cancel d98a63b8-97e4-4059-825f-0f62340407e9"
);
