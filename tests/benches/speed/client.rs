//! A charge over loopback: our clients against the bare HTTP clients that they are made of.

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
const P50: f64 = 1.05;
const CPU: f64 = 1.10;
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
    let (mut bare_server, mut server) = (Server::start()?, Server::start()?);
    let bare = BareUreq::new(&bare_server.base);
    let client = midtrans_ureq::Client::new(
        UreqTransport::new().map_err(io::Error::other)?,
        merchant(&server.base),
    );
    let charge = charges::akulaku();
    let moved = || paid(bare.call().is_ok());
    let by_hand = || paid(bare.call_by_hand().is_ok());
    let ours = || paid(client.charge(&charge).is_ok());
    let mut race = Race::run(
        rounds,
        [
            &|| load.threads(&moved),
            &|| load.threads(&by_hand),
            &|| load.threads(&ours),
        ],
    );
    race.connections = connections(&mut bare_server, &mut server)?;
    Ok(race)
}

fn asynchronous(load: Load, rounds: usize) -> io::Result<Race> {
    let (mut bare_server, mut server) = (Server::start()?, Server::start()?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let bare = BareReqwest::new(&bare_server.base);
    let transport = ReqwestTransport::new().map_err(io::Error::other)?;
    let client = midtrans_reqwest::Client::new(transport, merchant(&server.base));
    let both = Arc::new((bare, client, charges::akulaku()));
    let calls = Arc::clone(&both);
    let moved = move || {
        let calls = Arc::clone(&calls);
        async move { paid(calls.0.call().await.is_ok()) }
    };
    let calls = Arc::clone(&both);
    let by_hand = move || {
        let calls = Arc::clone(&calls);
        async move { paid(calls.0.call_by_hand().await.is_ok()) }
    };
    let ours = move || {
        let calls = Arc::clone(&both);
        async move { paid(calls.1.charge(&calls.2).await.is_ok()) }
    };
    let mut race = Race::run(
        rounds,
        [
            &|| load.tasks(&runtime, &moved),
            &|| load.tasks(&runtime, &by_hand),
            &|| load.tasks(&runtime, &ours),
        ],
    );
    race.connections = connections(&mut bare_server, &mut server)?;
    Ok(race)
}

fn merchant(base: &str) -> Merchant {
    let environment = Environment::custom(base).expect("plain HTTP is fine on loopback");
    Merchant::new(environment, samples::key()).expect("a custom environment takes any key")
}

fn paid(answered: bool) {
    assert!(answered, "the server answers");
}

fn connections(bare: &mut Server, ours: &mut Server) -> io::Result<Pair> {
    Ok(Pair {
        floor: bare.connections()? as f64,
        ours: ours.connections()? as f64,
    })
}

fn callers(load: Load) -> String {
    if load.callers == 1 {
        "1 caller".to_owned()
    } else {
        format!("{} callers", load.callers)
    }
}

/// The rounds of each side.
struct Race {
    rounds: [Vec<Round>; 3],
    connections: Pair,
}

/// The bare client, which only moves bytes.
const BARE: usize = 0;
/// The bare client with serde_json before and after it.
const BY_HAND: usize = 1;
const OURS: usize = 2;

impl Race {
    /// Rounds in turns, and each side is first as often as the others.
    fn run(rounds: usize, sides: [&dyn Fn() -> Round; 3]) -> Self {
        // Connections are made and caches warmed in the first of each.
        for side in sides {
            side();
        }
        let mut race = Self {
            rounds: Default::default(),
            connections: Pair {
                floor: 0.0,
                ours: 0.0,
            },
        };
        for round in 0..rounds {
            for place in 0..sides.len() {
                let side = (place + round) % sides.len();
                race.rounds[side].push(sides[side]());
            }
        }
        race
    }

    fn pair(&self, floor: usize, figure: fn(&Round) -> f64) -> Pair {
        let middle = |side: usize| median(self.rounds[side].iter().map(figure).collect());
        Pair {
            floor: middle(floor),
            ours: middle(OURS),
        }
    }

    fn rows(&self, name: &str, load: Load) -> Vec<Row> {
        let what = |of: &str| format!("charge over {name}, {}: {of}", callers(load));
        let most = load.callers as f64;
        let goal = format!("≤ {most}");
        let unit = Unit::Nanoseconds;
        vec![
            Row::ratio(
                SECTION,
                &what("p50"),
                unit,
                self.pair(BARE, |round| round.p50),
                P50,
            ),
            Row::ratio(
                SECTION,
                &what("CPU per call"),
                unit,
                self.pair(BARE, |round| round.cpu),
                CPU,
            ),
            Row::informative(
                SECTION,
                &what("p50, floor with serde_json"),
                unit,
                self.pair(BY_HAND, |round| round.p50),
            ),
            Row::informative(
                SECTION,
                &what("CPU, floor with serde_json"),
                unit,
                self.pair(BY_HAND, |round| round.cpu),
            ),
            Row::count(
                SECTION,
                &what("connections"),
                Unit::Count,
                self.connections,
                most,
                &goal,
            ),
        ]
    }
}
