//! `midtrans pay-account unbind`: unlinks an account.

use clap::Args;
use midtrans_protocol::pay_account::{AccountId, Unbind as Operation};
use midtrans_ureq::CallOptions;

use super::{describe, get, reading};
use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::{self, Calling, Product};

/// Unlink an account that is enabled
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans pay-account unbind 00000269-7836-49e5-bc65-e592afafec14"))]
pub(super) struct Unbind {
    /// The gateway's id of the account
    id: String,
    #[command(flatten)]
    calling: Calling,
}

impl Unbind {
    pub(super) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let id = AccountId::received(self.id.as_str())?;
        let account = context.account()?;
        let product = Product {
            ask: Some(get(context, &id)),
            ..reading()
        };
        let (unbind, options) = (Operation::new(id), CallOptions::default());
        let calling = &self.calling;
        let ended = gateway::call_product(context, &account, calling, &unbind, &options, &product)?;
        let mut report = account.report();
        describe(&mut report, &ended);
        context.print(&report);
        Ok(Exit::Done)
    }
}
