//! The simulator while it runs.

use std::collections::BTreeSet;
use std::error::Error;

use midtrans_simulator::Simulator;
use midtrans_simulator::gateway::Gateway;
use midtrans_simulator::gateway::settings::{CLIENT_KEY, SERVER_KEY};

use super::Simulate;
use super::options::Variables;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{complain, say};
use crate::stopping::Stopping;

/// Serves until Ctrl-C or SIGTERM.
pub(super) async fn run(options: &Simulate, variables: &Variables) -> Result<Exit, Failure> {
    let builder = options
        .builder(variables)
        .map_err(|error| refused(&*error))?;
    let stopping = Stopping::on_signals().map_err(|error| refused(&error))?;
    let simulator = builder.serve().await.map_err(|error| refused(&error))?;
    if let Some(address) = options.address.filter(|address| !address.is_loopback()) {
        complain(&format!(
            "midtrans: warning: --address {address}: everybody who reaches this machine reaches the console too, which has no password\n"
        ));
    }
    introduce(&simulator, options, variables);
    stopping.wait().await;
    simulator.shutdown().await;
    Ok(Exit::Done)
}

/// Prints the simulator's address and the settings in force, also those of an earlier run.
fn introduce(simulator: &Simulator, options: &Simulate, variables: &Variables) {
    let url = simulator.url();
    say(&format!("Midtrans simulator at {url}\n"));
    let server_key = shown(variables.server_key.as_ref(), SERVER_KEY);
    let client_key = shown(variables.client_key.as_ref(), CLIENT_KEY);
    say(&format!("  server key  {server_key}\n"));
    say(&format!("  client key  {client_key}\n"));
    say(&format!("  console     {url}/console\n"));
    let merchants = simulator.with_accounts(|accounts, _| {
        let lines = accounts.all().map(|account| described(account, simulator));
        lines.collect::<String>()
    });
    say(&merchants);
    if let Some(file) = &options.state {
        say(&format!("  state       {}\n", file.display()));
    }
    say("Simulated: no real money. Ctrl-C ends it.\n");
}

/// Hides a key of the user's own, which may be a real one; the simulator's own are no secrets.
fn shown<'a>(given: Option<&String>, own: &'a str) -> &'a str {
    given.map_or(own, |_| "as given")
}

fn described(account: &Gateway, simulator: &Simulator) -> String {
    let settings = account.settings();
    let (id, count) = (&settings.merchant_id, account.count());
    let finish = settings.finish_url.as_deref().unwrap_or("not set");
    let notification_url = settings.notification_url.as_deref();
    let notify = notification_url.unwrap_or("not set");
    let mut text = format!(
        "  merchant    {id}, {count} transactions\n  finish URL  {finish}\n  notify URL  {notify}\n"
    );
    let others = [
        ("unfinish", &settings.unfinish_url),
        ("error URL", &settings.error_url),
        ("pay account", &settings.pay_account_url),
        ("recurring", &settings.recurring_url),
    ];
    for (label, url) in others {
        if let Some(url) = url {
            text.push_str(&format!("  {label:<11} {url}\n"));
        }
    }
    let notified = [
        notification_url,
        settings.pay_account_url.as_deref(),
        settings.recurring_url.as_deref(),
    ];
    let forbidden = notified.into_iter().flatten();
    let forbidden: BTreeSet<_> = forbidden
        .filter_map(|url| simulator.forbidden_host(url))
        .collect();
    for host in forbidden {
        text.push_str(&format!(
            "  warning     nothing is sent to {host}: allow it with --allow-host {host}\n"
        ));
    }
    for (_, rule) in account.faults() {
        text.push_str(&format!("  fault       {rule}\n"));
    }
    text
}

fn refused(error: &dyn Error) -> Failure {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        message.push_str(&format!(": {error}"));
        source = error.source();
    }
    Failure::refused(message)
}
