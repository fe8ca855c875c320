//! The simulator as a program, for whoever wants to mount it in a command line of his own.

mod arguments;
mod merchants;
mod output;

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Write};
use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;

use tokio::signal;

use crate::builder::Builder;
use crate::clock::Time;
use crate::courier::forbidden_host;
use crate::gateway::settings::{CLIENT_KEY, SERVER_KEY};
use crate::gateway::{Event, Gateway, KredivoReturn};
use crate::simulator::Simulator;
use arguments::{Arguments, HELP};

pub use output::{Missing, Output, Written};

/// Runs `midtrans-simulator` with the words behind the program's name, until Ctrl-C or SIGTERM.
/// Keys come from the environment.
pub fn main(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    main_with_variables(words, |name| env::var_os(name))
}

/// As [`main`], with keys from elsewhere: `variable` has the value of a name such as
/// `MIDTRANS_SERVER_KEY`.
pub fn main_with_variables(
    words: impl IntoIterator<Item = OsString>,
    variable: impl Fn(&str) -> Option<OsString>,
) -> ExitCode {
    let arguments =
        match Arguments::read(words).and_then(|arguments| arguments.with_variables(variable)) {
            Ok(arguments) => arguments,
            Err(misuse) => {
                complain(&format!("{misuse}\nTry --help."));
                return ExitCode::from(2);
            }
        };
    if arguments.wants_help {
        return match io::stdout()
            .write_all(HELP.as_bytes())
            .and_then(|()| io::stdout().flush())
        {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                complain(&format!("standard output cannot be written: {error}"));
                ExitCode::from(4)
            }
        };
    }
    // One thread: there is one lock, and two threads would spend their time on handing it over.
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    let note = |lines| format!("({lines} lines are missing above: nothing read them in time)\n");
    let (output, written) = Output::to(io::stdout(), note);
    let ended = runtime.block_on(run(&arguments, output));
    drop(runtime);
    // A reader that never reads must not keep the program.
    let _ = written.wait(Duration::from_secs(1));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&*error),
    }
}

async fn run(arguments: &Arguments, output: Output) -> Result<(), Box<dyn Error>> {
    let say = |text: &str| output.say(text);
    let mut builder = builder(arguments, &output);
    if let Some(file) = &arguments.merchants {
        builder = merchants::read(file)?
            .into_iter()
            .fold(builder, Builder::merchant);
    }
    if let Some(file) = &arguments.state {
        builder = kept(builder, file)?;
    }
    let mut end = pin!(told_to_end()?);
    let simulator = builder.serve().await?;
    if let Some(address) = arguments.address.filter(|address| !address.is_loopback()) {
        complain(&format!(
            "warning: --address {address}: everybody who reaches this machine reaches the console too, which has no password"
        ));
    }
    say(&format!("Midtrans simulator at {}\n", simulator.url()));
    // A key of the user's own may be a real one; the simulator's own are no secrets.
    let shown = |given: &Option<String>, own: &str| {
        given
            .as_ref()
            .map_or(own.to_owned(), |_| "as given".to_owned())
    };
    say(&format!(
        "  server key  {}\n",
        shown(&arguments.server_key, SERVER_KEY)
    ));
    say(&format!(
        "  client key  {}\n",
        shown(&arguments.client_key, CLIENT_KEY)
    ));
    say(&format!("  console     {}/console\n", simulator.url()));
    simulator.with_accounts(|accounts, _| {
        accounts
            .all()
            .for_each(|account| describe(account, arguments, &output))
    });
    if let Some(file) = &arguments.state {
        say(&format!("  state       {file}\n"));
    }
    say("Simulated: no real money. Ctrl-C ends it.\n");
    end.as_mut().await;
    simulator.shutdown().await;
    Ok(())
}

/// Ends when somebody presses Ctrl-C, or when SIGTERM comes, as containers are stopped.
fn told_to_end() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let (mut interrupted, mut terminated) = {
        use signal::unix::{SignalKind, signal};
        (
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
        )
    };
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
        // Where it cannot be waited for, the program ends.
        #[cfg(not(unix))]
        let _ = signal::ctrl_c().await;
    })
}

/// What is in force for a merchant, also from an earlier run.
fn describe(account: &Gateway, arguments: &Arguments, output: &Output) {
    let say = |text: &str| output.say(text);
    let settings = account.settings();
    say(&format!(
        "  merchant    {}, {} transactions\n",
        settings.merchant_id,
        account.count()
    ));
    for (name, url) in [
        ("finish", &settings.finish_url),
        ("notify", &settings.notification_url),
    ] {
        say(&format!(
            "  {name} URL  {}\n",
            url.as_deref().unwrap_or("not set")
        ));
    }
    let allowed = arguments
        .allowed_hosts
        .iter()
        .map(|host| host.to_ascii_lowercase())
        .collect();
    if let Some(host) = settings
        .notification_url
        .as_deref()
        .and_then(|url| forbidden_host(url, &allowed))
    {
        say(&format!(
            "  warning     nothing is sent to {host}: allow it with --allow-host {host}\n"
        ));
    }
    for (_, rule) in account.faults() {
        say(&format!("  fault       {rule}\n"));
    }
}

type Set = fn(Builder, String) -> Builder;

fn builder(arguments: &Arguments, output: &Output) -> Builder {
    let mut builder = Simulator::builder().port(arguments.port);
    if let Some(address) = arguments.address {
        builder = builder.address(address);
    }
    let texts: [(&Option<String>, Set); 6] = [
        (&arguments.server_key, Builder::server_key),
        (&arguments.client_key, Builder::client_key),
        (&arguments.merchant_id, Builder::merchant_id),
        (&arguments.public_url, Builder::public_url),
        (&arguments.finish_url, Builder::finish_url),
        (&arguments.notification_url, Builder::notification_url),
    ];
    for (value, set) in texts {
        if let Some(value) = value {
            builder = set(builder, value.clone());
        }
    }
    for host in &arguments.allowed_hosts {
        builder = builder.allow_host(host);
    }
    builder = arguments.hosts.iter().fold(builder, Builder::host);
    if let Some(speed) = arguments.speed {
        builder = builder.time(Time::Sped(speed));
    }
    builder = match arguments.lenient {
        Some(true) => builder.lenient(),
        Some(false) => builder.strict(),
        None => builder,
    };
    builder = match arguments.kredivo_approved {
        Some(true) => builder.kredivo_approved(),
        Some(false) => builder.kredivo_unapproved(),
        None => builder,
    };
    builder = match arguments.returns_bare {
        Some(true) => builder.kredivo_return(KredivoReturn::Bare),
        Some(false) => builder.kredivo_return(KredivoReturn::WithStatus),
        None => builder,
    };
    if let Some(seed) = arguments.seed {
        builder = builder.seed(seed);
    }
    builder = arguments
        .faults
        .iter()
        .cloned()
        .fold(builder, Builder::fault);
    let (is_quiet, output) = (arguments.is_quiet, output.clone());
    builder = builder.on_event(move |event| {
        if !is_quiet || matches!(event, Event::NotSaved { .. }) {
            output.say(format!("{event}\n"));
        }
    });
    builder.answer_delay(Duration::from_millis(arguments.delay_ms.into()))
}

#[cfg(feature = "state")]
fn kept(builder: Builder, file: &str) -> Result<Builder, Box<dyn Error>> {
    Ok(builder.state(file))
}

#[cfg(not(feature = "state"))]
fn kept(_: Builder, _: &str) -> Result<Builder, Box<dyn Error>> {
    Err("--state: this program was built without SQLite; build midtrans-simulator with `--features state`, or midtrans-cli with `--features sqlite`".into())
}

fn failed(error: &dyn Error) -> ExitCode {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        message.push_str(&format!(": {error}"));
        source = error.source();
    }
    complain(&message);
    ExitCode::FAILURE
}

fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "midtrans-simulator: {text}");
}
