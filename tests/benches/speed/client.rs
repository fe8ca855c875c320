//! A charge over loopback: our clients against the bare HTTP clients that they are made of, which
//! write and read the same structs.

use std::io;
use std::sync::Arc;

use midtrans_protocol::{Environment, Merchant};
use midtrans_reqwest::ReqwestTransport;
use midtrans_ureq::UreqTransport;

use crate::arguments::{Arguments, Section};
use crate::bare::{BareReqwest, BareUreq};
use crate::figure::Unit;
use crate::load::{Load, Round, median};
use crate::server::Server;
use crate::table::{Pair, Row};
use crate::{charges, samples};

const SECTION: Section = Section::Client;
/// The median and the processor time, against the bare client.
const MOST: f64 = 1.10;
/// Long enough for a stable median, short enough that both sides see the same weather.
const LOADS: [Load; 2] = [
    Load {
        callers: 1,
        calls: 200,
    },
    Load {
        callers: 32,
        calls: 25,
    },
];
const ROUNDS: usize = 80;

pub(crate) fn measure(arguments: &Arguments) -> Vec<Row> {
    let mut rows = Vec::new();
    for load in LOADS {
        for (name, run) in [("ureq", blocking as Scenario), ("reqwest", asynchronous)] {
            eprintln!("client: {} over {name} …", callers(load));
            rows.extend(run(load, arguments.rounds(ROUNDS)).map_or_else(
                |error| {
                    vec![Row::unmeasured(
                        SECTION,
                        &format!("{name}, {}", callers(load)),
                        "–",
                        &error.to_string(),
                    )]
                },
                |races| races.rows(name, load),
            ));
        }
    }
    rows
}

type Scenario = fn(Load, usize) -> io::Result<Race>;

fn blocking(load: Load, rounds: usize) -> io::Result<Race> {
    let (bare_server, server) = (Server::start()?, Server::start()?);
    let bare = BareUreq::new(&bare_server.base);
    let client = midtrans_ureq::Client::new(
        UreqTransport::new().map_err(io::Error::other)?,
        merchant(&server.base),
    );
    let charge = charges::akulaku();
    let bare = || paid(bare.call().is_ok());
    let ours = || paid(client.charge(&charge).is_ok());
    Ok(Race::run(
        rounds,
        [&|| load.threads(&bare), &|| load.threads(&ours)],
    ))
}

fn asynchronous(load: Load, rounds: usize) -> io::Result<Race> {
    let (bare_server, server) = (Server::start()?, Server::start()?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let bare = BareReqwest::new(&bare_server.base);
    let transport = ReqwestTransport::new().map_err(io::Error::other)?;
    let client = midtrans_reqwest::Client::new(transport, merchant(&server.base));
    let both = Arc::new((bare, client, charges::akulaku()));
    let calls = Arc::clone(&both);
    let bare = move || {
        let calls = Arc::clone(&calls);
        async move { paid(calls.0.call().await.is_ok()) }
    };
    let ours = move || {
        let calls = Arc::clone(&both);
        async move { paid(calls.1.charge(&calls.2).await.is_ok()) }
    };
    Ok(Race::run(
        rounds,
        [&|| load.tasks(&runtime, &bare), &|| {
            load.tasks(&runtime, &ours)
        }],
    ))
}

fn merchant(base: &str) -> Merchant {
    let environment = Environment::custom(base).expect("plain HTTP is fine on loopback");
    Merchant::new(environment, samples::key()).expect("a custom environment takes any key")
}

fn paid(answered: bool) {
    assert!(answered, "the server answers");
}

fn callers(load: Load) -> String {
    if load.callers == 1 {
        "1 caller".to_owned()
    } else {
        format!("{} callers", load.callers)
    }
}

/// The rounds of each side: the bare client's, and ours.
struct Race {
    rounds: [Vec<Round>; 2],
}

impl Race {
    /// Rounds in turns, and each side is first as often as the other.
    fn run(rounds: usize, sides: [&dyn Fn() -> Round; 2]) -> Self {
        // Connections are made and caches warmed in the first of each.
        for side in sides {
            side();
        }
        let mut race = Self {
            rounds: Default::default(),
        };
        for round in 0..rounds {
            for place in 0..sides.len() {
                let side = (place + round) % sides.len();
                race.rounds[side].push(sides[side]());
            }
        }
        race
    }

    fn pair(&self, figure: fn(&Round) -> f64) -> Pair {
        let [floor, ours] = self
            .rounds
            .each_ref()
            .map(|rounds| median(rounds.iter().map(figure).collect()));
        Pair { floor, ours }
    }

    fn rows(&self, name: &str, load: Load) -> Vec<Row> {
        let what = |of: &str| format!("charge over {name}, {}: {of}", callers(load));
        let row = |of: &str, figure: fn(&Round) -> f64| {
            let pair = self.pair(figure);
            Row::ratio(SECTION, &what(of), Unit::Nanoseconds, pair, MOST)
        };
        vec![
            row("p50", |round| round.p50),
            row("CPU per call", |round| round.cpu),
        ]
    }
}
