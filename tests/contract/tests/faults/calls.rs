//! Faults of calls, through each client.

use std::sync::mpsc;
use std::time::Duration;

use midtrans_contract_tests::mount;
use midtrans_protocol::Transaction;
use midtrans_protocol::method::PaymentType;
use midtrans_reqwest::{ReqwestConfig, ReqwestTransport};
use midtrans_simulator::gateway::{Event, Fault};
use midtrans_simulator::{BlockingSimulator, Builder, Simulator};
use midtrans_transport::{
    AsyncClient, BlockingClient, Config, Error, ErrorKind, RetryPolicy, TransportErrorKind,
};
use midtrans_ureq::{UreqConfig, UreqTransport};

use crate::order::{charge, order_id};

/// The timeout of a client at a slow gateway, and the time that the gateway takes. All other tests
/// have time to spare.
const PATIENCE: Duration = Duration::from_millis(150);
const LATENCY: Duration = Duration::from_millis(600);

const CLIENTS: [Client; 3] = [Client::Ureq, Client::Reqwest, Client::InProcess];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Client {
    Ureq,
    Reqwest,
    InProcess,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Charge,
    Status,
}

/// The results of a client, and the number of transactions afterwards.
type Seen = (String, usize);

pub(crate) fn rows() -> Vec<Vec<String>> {
    let codes = [
        400, 401, 402, 404, 406, 411, 412, 413, 414, 429, 500, 501, 502, 503, 504, 505,
    ];
    let others = [
        Fault::Latency(LATENCY),
        Fault::ResetBefore,
        Fault::ResetAfter,
        Fault::Truncated,
        Fault::Html(502),
    ];
    let faults = others
        .into_iter()
        .chain([Fault::Html(200)])
        .chain(codes.map(Fault::Status));
    faults.map(row).collect()
}

fn row(fault: Fault) -> Vec<String> {
    let name = match fault {
        Fault::Latency(_) => "`latency`, longer than the client waits".to_owned(),
        other => format!("`{other}`"),
    };
    let (once, _) = cell(fault, Call::Charge, false);
    let (thrice, count) = cell(fault, Call::Charge, true);
    let (status, _) = cell(fault, Call::Status, true);
    vec![name, once, thrice, status, count]
}

/// One text where all clients say the same.
fn cell(fault: Fault, call: Call, repeats: bool) -> (String, String) {
    let seen: Vec<Seen> = CLIENTS
        .iter()
        .map(|client| play(*client, fault, call, repeats))
        .collect();
    for (words, count) in &seen {
        // The promises, whatever the page says.
        assert!(*count <= 1, "{fault}: charged twice");
        assert!(
            *count == 1 || !words.starts_with("charged"),
            "{fault}: charged without a transaction"
        );
        assert!(
            *count == 0 || !words.starts_with("refused"),
            "{fault}: refused with a transaction"
        );
    }
    let words: Vec<_> = seen.iter().map(|(words, _)| words.clone()).collect();
    let counts: Vec<_> = seen.iter().map(|(_, count)| count.to_string()).collect();
    (one(&words), one(&counts))
}

/// The text of all clients where they agree, else each client with its text.
fn one(texts: &[String]) -> String {
    if texts.iter().all(|text| *text == texts[0]) {
        return texts[0].clone();
    }
    let named = CLIENTS
        .iter()
        .zip(texts)
        .map(|(client, text)| format!("{client:?}: {text}"));
    named
        .collect::<Vec<_>>()
        .join("; ")
        .replace("InProcess", "without a socket")
}

fn play(client: Client, fault: Fault, call: Call, repeats: bool) -> Seen {
    let (told, heard) = mpsc::channel();
    let builder = Simulator::builder().on_event(move |event| {
        if matches!(event, Event::Called { .. }) {
            // The listener is gone when the test is over.
            let _ = told.send(());
        }
    });
    let stage = Stage::new(client, builder);
    if call == Call::Status {
        stage.simulator().command_charge();
    }
    stage.simulator().fail_next(fault);
    let words = stage.call(call, config(fault, repeats));
    if matches!(fault, Fault::Latency(_)) {
        // A call that the client gave up goes on at the gateway.
        heard.recv().unwrap();
    }
    (
        words,
        stage
            .simulator()
            .with_accounts(|accounts, _| accounts.first().count()),
    )
}

fn config(fault: Fault, repeats: bool) -> Config {
    let mut config = Config::default();
    let is_slow = matches!(fault, Fault::Latency(_));
    if is_slow {
        config.timeout = PATIENCE;
    }
    if repeats {
        // Long enough for a slow call to have ended when it is asked again.
        config.retry.pause = if is_slow {
            LATENCY * 3
        } else {
            Duration::from_millis(2)
        };
    } else {
        config.retry = RetryPolicy::never();
    }
    config
}

/// A simulator with or without a socket.
enum Stage {
    Socket(Client, BlockingSimulator),
    InProcess(Simulator),
}

impl Stage {
    fn new(client: Client, builder: Builder) -> Self {
        match client {
            Client::InProcess => Self::InProcess(builder.in_process().unwrap()),
            socket => Self::Socket(socket, builder.serve_blocking().unwrap()),
        }
    }

    fn simulator(&self) -> &Simulator {
        match self {
            Self::Socket(_, simulator) => simulator,
            Self::InProcess(simulator) => simulator,
        }
    }

    fn call(&self, call: Call, config: Config) -> String {
        let merchant = self.simulator().merchant();
        match self {
            Self::InProcess(simulator) => blocking(
                &BlockingClient::new(simulator, merchant).with_config(config),
                call,
            ),
            Self::Socket(Client::Ureq, _) => {
                let transport = UreqTransport::with_config(UreqConfig::default()).unwrap();
                blocking(
                    &BlockingClient::new(transport, merchant).with_config(config),
                    call,
                )
            }
            Self::Socket(..) => mount::run(async {
                let transport = ReqwestTransport::with_config(ReqwestConfig::default()).unwrap();
                let client = AsyncClient::new(transport, merchant).with_config(config);
                match call {
                    Call::Charge => {
                        words(call, client.charge(&charge(&PaymentType::Akulaku)).await)
                    }
                    Call::Status => words(call, client.status(order_id()).await),
                }
            }),
        }
    }
}

fn blocking<T: midtrans_transport::BlockingTransport>(
    client: &BlockingClient<T>,
    call: Call,
) -> String {
    match call {
        Call::Charge => words(call, client.charge(&charge(&PaymentType::Akulaku))),
        Call::Status => words(call, client.status(order_id())),
    }
}

fn words(call: Call, result: Result<Transaction, Error>) -> String {
    let error = match (call, result) {
        (Call::Charge, Ok(_)) => return "charged".to_owned(),
        (Call::Status, Ok(transaction)) => {
            return transaction.transaction_status().unwrap().to_string();
        }
        (_, Err(error)) => error,
    };
    let why = match error.kind() {
        ErrorKind::Api(api) => match api.status_code() {
            Some(code) => code.to_owned(),
            None => format!("HTTP {} from another server", api.http_status().as_u16()),
        },
        ErrorKind::Decode(_) => "an answer that cannot be read".to_owned(),
        ErrorKind::Transport(error) => match error.kind() {
            TransportErrorKind::Timeout => "no answer in time".to_owned(),
            TransportErrorKind::Broken => "the connection broke".to_owned(),
            other => format!("{other:?}"),
        },
        other => format!("{other:?}"),
    };
    match (error.outcome_unknown(), call) {
        (true, _) => format!("**outcome unknown**: {why}"),
        (false, Call::Charge) => format!("refused: {why}"),
        (false, Call::Status) => format!("no status: {why}"),
    }
}

/// The transaction that a status is asked of.
trait Charged {
    fn command_charge(&self);
}

impl Charged for Simulator {
    fn command_charge(&self) {
        let client = BlockingClient::new(self, self.merchant());
        let _ = client.charge(&charge(&PaymentType::Akulaku)).unwrap();
    }
}
