//! The inbox's workers, with a handler that does nothing.

use std::convert::Infallible;
use std::error::Error;
use std::future::pending;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use midtrans_inbox::{Change, Event, Policy, WorkerSettings};
use midtrans_inbox_postgres::{Handler, HandlerError, Inbox};
use midtrans_inbox_sqlite::{Stop, tune};
use midtrans_reqwest::ReqwestTransport;
use midtrans_transport::{AsyncClient, BlockingClient};
use midtrans_ureq::UreqTransport;
use rusqlite::{Connection, Transaction};
use sqlx::PgConnection;
use sqlx::postgres::PgConnectOptions;
use tokio::runtime::Runtime;

use super::super::merchant;
use super::{APPLICATION, Progress, Task};
use crate::samples::key;

pub(super) fn on_postgres(task: &Task, progress: &Arc<Progress>) -> Result<(), Box<dyn Error>> {
    let options: PgConnectOptions = task.database.parse()?;
    let inbox = Inbox::open(options.application_name(APPLICATION));
    let client = AsyncClient::new(ReqwestTransport::new()?, merchant(&task.gateway));
    let worker = midtrans_inbox_postgres::Worker::new(inbox, client)
        .with_policy(policy(task))
        .with_settings(settings(task))
        .with_observer(observer(progress));
    Runtime::new()?.block_on(async {
        tokio::spawn(async move { worker.run(pending(), &Nothing).await }).await
    })?;
    Ok(())
}

pub(super) fn on_sqlite(task: &Task, progress: &Arc<Progress>) -> Result<(), Box<dyn Error>> {
    let mut connection = Connection::open(Path::new(&task.database))?;
    tune(&connection)?;
    let client = BlockingClient::new(UreqTransport::new()?, merchant(&task.gateway));
    let worker = midtrans_inbox_sqlite::Worker::new(client)
        .with_policy(policy(task))
        .with_settings(settings(task))
        .with_observer(observer(progress));
    let nothing = |_: &Transaction<'_>, _: &Change| Ok::<(), Infallible>(());
    worker.run(&mut connection, &Stop::new(), nothing);
    Ok(())
}

/// The defaults, but for the bound of questions in a second.
fn settings(task: &Task) -> WorkerSettings {
    let mut settings = WorkerSettings::default();
    settings.questions_per_second = task.rate;
    settings
}

fn policy(task: &Task) -> Policy {
    let mut policy = Policy::new(key());
    policy.paid_by_signature = task.by_signature;
    policy
}

fn observer(progress: &Arc<Progress>) -> impl Fn(&Event<'_>) + Send + Sync + 'static {
    let progress = Arc::clone(progress);
    move |event| match event {
        Event::Acted { .. } => progress.acted(1),
        // None is expected here: a bench that does not say so would measure something else.
        other => eprintln!("inbox: {other}"),
    }
}

struct Nothing;

#[async_trait]
impl Handler for Nothing {
    async fn changed(&self, _: &mut PgConnection, _: &Change) -> Result<(), HandlerError> {
        Ok(())
    }
}
