//! The run that kills: everything that can happen to notifications, and to the processes that
//! receive them.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use midtrans_private_postgres::{PrivatePostgres, Shutdown};

use crate::children::Children;
use crate::deliveries::{Deliveries, agent};
use crate::failure::{Failure, failed};
use crate::flaky::Flaky;
use crate::folder::Folder;
use crate::gateway::Gateway;
use crate::room::Room;
use crate::scenarios::Scenario;
use crate::store::Store;
use crate::verdict::Verdict;

/// The plan of a run.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) name: &'static str,
    pub(crate) seed: u64,
    pub(crate) orders: usize,
    /// The number of kills.
    pub(crate) kills: u64,
    /// The number of restarts of the database.
    pub(crate) restarts: u64,
    /// True if the disk fills up during the run.
    pub(crate) fills: bool,
    pub(crate) on_postgres: bool,
    pub(crate) processes: usize,
    /// The number of workers in all processes together.
    pub(crate) workers: usize,
}

pub(crate) fn run(plan: &Plan) -> Result<(), Failure> {
    let started = Instant::now();
    println!(
        "\n== {}: {} orders, seed {}",
        plan.name, plan.orders, plan.seed
    );
    let scenarios = Scenario::all(plan.seed, plan.orders);
    let gateway = Gateway::start(plan.seed)?;
    let folder = Folder::new()?;
    let room = if plan.fills {
        Some(Room::small(folder.path(), plan.orders)?)
    } else {
        None
    };
    let server = if plan.on_postgres {
        Some(PrivatePostgres::start().map_err(failed("PostgreSQL"))?)
    } else {
        None
    };
    let store = store(server.as_ref(), folder.path().join("inbox.db"));
    store.set_up(&scenarios)?;
    for scenario in &scenarios {
        gateway.charge(scenario)?;
    }
    println!(
        "{:>7.1} s  everything is charged",
        started.elapsed().as_secs_f32()
    );

    let flaky = Flaky::start(gateway.url())?;
    let children = Children::start(plan.processes, &arguments(plan, &store, flaky.url()))?;
    let deliveries = Deliveries::new(&gateway, children.urls(), plan.seed);
    let disruptions = Disruptions {
        plan,
        deliveries: &deliveries,
        children: &children,
        server: server.as_ref(),
        room: room.as_ref(),
        killed: AtomicU64::new(0),
        restarted: AtomicU64::new(0),
        filled: AtomicU64::new(0),
    };
    deliveries.deliver(&scenarios, plan.seed, || disruptions.run())?;
    println!(
        "{:>7.1} s  everything is delivered",
        started.elapsed().as_secs_f32()
    );
    children.wait_until_up()?;
    // Twice: a question that was in flight at the first call may have been asked before the end.
    settle(children.urls(), plan.orders)?;
    let metrics = settle(children.urls(), plan.orders)?;
    println!(
        "{:>7.1} s  nothing waits any more",
        started.elapsed().as_secs_f32()
    );

    let verdict = Verdict::of(&scenarios, &store.ledger()?);
    let count = |count: &AtomicU64| count.load(Ordering::SeqCst);
    let (forged, altered) = deliveries.forgeries();
    println!(
        "posted {}: {} stored, {} turned away ({forged} were forged), {} not stored, {} without an answer",
        count(&deliveries.tally.posted),
        count(&deliveries.tally.stored),
        count(&deliveries.tally.refused),
        count(&deliveries.tally.not_stored),
        count(&deliveries.tally.unanswered),
    );
    println!(
        "{altered} genuine ones lied in what is not signed, {} calls were hung up on",
        count(&deliveries.tally.hung_up)
    );
    println!(
        "{}; {} dead messages and reviews",
        flaky.report(),
        verdict.dead
    );
    println!(
        "{} kills, {} restarts of the database, {} times room was made",
        count(&disruptions.killed),
        count(&disruptions.restarted),
        count(&disruptions.filled)
    );
    println!(
        "{} orders shipped, {} refund effects; digest {:016x}",
        verdict.shipped, verdict.refunds, verdict.found
    );
    for line in metrics.lines() {
        println!("    {line}");
    }
    judge(
        plan,
        &verdict,
        count(&disruptions.killed),
        count(&disruptions.restarted),
        count(&deliveries.tally.not_stored),
    )
}

fn judge(
    plan: &Plan,
    verdict: &Verdict,
    killed: u64,
    restarted: u64,
    not_stored: u64,
) -> Result<(), Failure> {
    if !verdict.wrong.is_empty() {
        let some: Vec<_> = verdict.wrong.iter().take(20).map(String::as_str).collect();
        return Err(Failure(format!(
            "{} orders are wrong:\n  {}",
            verdict.wrong.len(),
            some.join("\n  ")
        )));
    }
    if verdict.expected != verdict.found {
        return Err(Failure(format!(
            "digest {:016x}, the seed's is {:016x}",
            verdict.found, verdict.expected
        )));
    }
    if killed < plan.kills || restarted < plan.restarts {
        return Err(Failure(format!(
            "only {killed} kills and {restarted} restarts: the run proves too little"
        )));
    }
    if plan.fills && not_stored == 0 {
        return Err(Failure(
            "the disk never filled up: the run proves nothing".to_owned(),
        ));
    }
    println!("every paid order was acted on exactly once, and none that was not; nothing is stuck");
    Ok(())
}

fn store(server: Option<&PrivatePostgres>, path: PathBuf) -> Store {
    match server {
        Some(server) => Store::Postgres { url: server.url() },
        None => Store::Sqlite { path },
    }
}

fn arguments(plan: &Plan, store: &Store, gateway: &str) -> Vec<String> {
    let workers = plan.workers.div_ceil(plan.processes);
    let own = [
        "merchant",
        "--gateway",
        gateway,
        "--workers",
        &workers.to_string(),
    ]
    .map(str::to_owned);
    [own.to_vec(), store.arguments()].concat()
}

enum Disruption {
    Kill,
    Restart,
    MakeRoom,
}

struct Planned {
    at: u64,
    what: Disruption,
}

/// The kills, restarts and repairs during a run, and their counts.
struct Disruptions<'a> {
    plan: &'a Plan,
    deliveries: &'a Deliveries<'a>,
    children: &'a Children,
    server: Option<&'a PrivatePostgres>,
    room: Option<&'a Room>,
    killed: AtomicU64,
    restarted: AtomicU64,
    filled: AtomicU64,
}

impl Disruptions<'_> {
    fn run(&self) {
        let mut rng = Rng::new();
        let expected_messages = self.plan.orders as u64 * 10;
        let posted = &self.deliveries.tally.posted;
        for event in schedule(self.plan, expected_messages, &mut rng) {
            while posted.load(Ordering::SeqCst) < event.at && !self.deliveries.is_over() {
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(Duration::from_millis(rng.u64(0..30)));
            if let Err(failure) = self.disrupt(&event.what, &mut rng) {
                eprintln!("a disruption failed: {failure}");
            }
        }
    }

    fn disrupt(&self, what: &Disruption, rng: &mut Rng) -> Result<(), Failure> {
        let count = match what {
            Disruption::Kill => {
                self.children.kill(rng.usize(0..self.plan.processes))?;
                &self.killed
            }
            Disruption::Restart => {
                let Some(server) = self.server else {
                    return Ok(());
                };
                server
                    .restart(Shutdown::Immediate)
                    .map_err(failed("a restart"))?;
                &self.restarted
            }
            Disruption::MakeRoom => {
                let Some(room) = self.room else {
                    return Ok(());
                };
                room.grow()?;
                &self.filled
            }
        };
        count.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

/// Returns the disruptions and their times, as counts of posted messages.
fn schedule(plan: &Plan, messages: u64, rng: &mut Rng) -> Vec<Planned> {
    // None is in the last part, so that everything planned does happen.
    let end = (messages * 8 / 10).max(2);
    let mut all: Vec<_> = (0..plan.kills)
        .map(|_| Planned {
            at: rng.u64(1..end),
            what: Disruption::Kill,
        })
        .collect();
    all.extend((0..plan.restarts).map(|_| Planned {
        at: rng.u64(1..end),
        what: Disruption::Restart,
    }));
    all.extend(plan.fills.then_some(Planned {
        at: end * 3 / 4,
        what: Disruption::MakeRoom,
    }));
    all.sort_by_key(|planned| planned.at);
    all
}

/// The time for which nothing must be left to do: longer than a lease, within which a question may
/// be open.
const QUIET: Duration = Duration::from_secs(6);

/// Makes the worker ask about every open order once more, and waits until nothing is left to do.
/// Pending orders become due all the time, so the condition is that none of them waits.
fn settle(urls: &[String], orders: usize) -> Result<String, Failure> {
    let agent = agent();
    let deadline = Instant::now() + Duration::from_secs(300 + orders as u64 / 50);
    let asked = agent
        .post(format!("{}/ask", urls[0]))
        .send_empty()
        .map_err(failed("asking"))?;
    if asked.status().as_u16() != 200 {
        return Err(Failure("the merchant cannot ask".to_owned()));
    }
    let mut quiet_since = None;
    loop {
        let response = agent.get(format!("{}/snapshot", urls[0])).call();
        let metrics = response
            .and_then(|mut response| response.body_mut().read_to_string())
            .unwrap_or_default();
        let value = |name: &str| {
            let line = metrics
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
            line.trim().parse::<u64>().ok()
        };
        let is_none = |name: &str| value(name) == Some(0);
        let is_prompt =
            value("midtrans_inbox_longest_due_seconds").is_some_and(|seconds| seconds <= 1);
        if is_none("midtrans_inbox_notifications_unread")
            && is_none("midtrans_inbox_changes")
            && is_prompt
        {
            if quiet_since.get_or_insert_with(Instant::now).elapsed() >= QUIET {
                return Ok(metrics);
            }
        } else {
            quiet_since = None;
        }
        if Instant::now() > deadline {
            return Err(Failure(format!("something is stuck:\n{metrics}")));
        }
        thread::sleep(Duration::from_millis(200));
    }
}
