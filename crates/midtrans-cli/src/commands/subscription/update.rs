//! `midtrans subscription update`: changes a subscription.

use std::path::PathBuf;

use clap::Args;
use midtrans_protocol::Rupiah;
use midtrans_protocol::subscription::{
    Changes, SubscriptionId, SubscriptionToken, Update as Operation,
};
use midtrans_ureq::CallOptions;
use serde_json::{Map, Value};

use super::{product, shown};
use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::field_change::Change;
use crate::gateway::{self, Calling};
use crate::secret::Secret;
use crate::{amount, credential, draft};

/// Change a subscription: what is named, and nothing else
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans subscription update d98a63b8-97e4-4059-825f-0f62340407e9 --amount 15000\nmidtrans subscription update d98a63b8-97e4-4059-825f-0f62340407e9 --token-from card.token"))]
pub(super) struct Update {
    /// The gateway's id of the subscription
    id: String,
    /// Another name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The amount of each charge from now on, in whole rupiah
    #[arg(long, value_name = "RUPIAH", value_parser = amount::rupiah)]
    amount: Option<Rupiah>,
    /// The number of days, weeks or months between two charges; their unit cannot be changed
    #[arg(long, value_name = "N")]
    interval: Option<u32>,
    /// Read another token from FILE, readable by its owner only, or from standard input (-)
    #[arg(long, value_name = "FILE")]
    token_from: Option<PathBuf>,
    /// A field of metadata, or one that this version does not know: FIELD=TEXT or FIELD:=JSON,
    /// deeper ones with dots (repeatable)
    #[arg(long, value_name = "FIELD=VALUE", value_parser = Change::set)]
    set: Vec<Change>,
    #[command(flatten)]
    calling: Calling,
}

impl Update {
    pub(super) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        credential::refuse_argument(&self.set)?;
        let id = SubscriptionId::received(self.id.as_str())?;
        let account = context.account()?;
        account.server_key()?;
        let changes = self.changes()?;
        let token = changes
            .token
            .as_ref()
            .map(|token| Secret::new(token.as_str()));
        let update = Operation::new(id.clone(), changes).map_err(|error| {
            if error.field() == "changes" {
                let options =
                    "name what to change: --name, --amount, --interval, --token-from or --set";
                Failure::from(error).next(options)
            } else {
                Failure::from(error)
            }
        })?;
        let (options, product) = (CallOptions::default(), product(context, &id));
        let calling = &self.calling;
        let done = gateway::call_product(context, &account, calling, &update, &options, &product)
            .map_err(|failure| failure.hiding(token.as_slice()))?;
        shown::print_change(context, &account, &id, &done);
        Ok(Exit::Done)
    }

    fn changes(&self) -> Result<Changes, Failure> {
        let mut changes = Changes::default();
        changes.name.clone_from(&self.name);
        changes.amount = self.amount;
        changes.interval = self.interval;
        if let Some(file) = &self.token_from {
            let token = credential::read(Some(file))?;
            changes.token = Some(SubscriptionToken::new(token)?);
        }
        let fields = draft::filled("subscription", Map::new(), &[], &self.set)?;
        if let Value::Object(mut fields) = fields {
            changes.metadata = match fields.remove("metadata") {
                None => None,
                Some(Value::Object(metadata)) => Some(metadata),
                Some(_) => return Err(Failure::usage("metadata: expected a JSON object")),
            };
            changes.extra = fields;
        }
        Ok(changes)
    }
}
