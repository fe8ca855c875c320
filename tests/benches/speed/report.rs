//! The file that the README points to.

use std::fs;
use std::io;
use std::path::Path;
use std::thread;

use crate::arguments::Section;
use crate::table::{self, Row};

const HEAD: &str = "\
# Benchmarks

Written by `cargo xtask bench`. Every figure stands next to a *floor*: what the bare building blocks cost when they are
put together by hand, measured in the same run, in turns with ours. The ratios hold from machine to machine; the
absolute figures are one machine's.
";

const NOTES: &str = "\
## What the floors are

- **notification**: the body is validated as UTF-8 once, `serde_json::from_str` reads all of its fields into an owned
  typed struct, `sha2` hashes the four pieces in four updates, the signature's hex is decoded and compared in constant
  time. `verify` returns an owned notification, `verify_ref` a borrowed one; the floor of both is the owned struct. Times
  are the best of many short turns. Instructions are counted by callgrind, allocations by a counting allocator in a
  program of its own.
- **encode**: `serde_json::to_vec` of a plain derived struct with the same fields, and an `http::Request` built by hand
  around it.
- **client**: ureq and reqwest with the same settings as our transports, and serde_json, which writes a plain struct and
  reads a typed reply; the server is another process on loopback. Medians of many rounds; CPU is that of the client's
  process. Over a network and TLS a call takes a thousand times as long, and the difference stays the same.
- **webhook**: one server process with three handlers of the same framework, and sixteen connections that one thread
  keeps busy: a handler that reads the body and says 200, one that is written by hand around the floor of
  **notification**, and `notifications`. Times are medians of rounds in turns; requests per second are their inverse.
  CPU is that of the server's process. Memory is what each of 400 connections adds that are half way through a body.
- **inbox**: for *accept*, bare rusqlite and sqlx that store the same two rows (notification and wake) in tables of their own
  with the same columns and indexes and the same durability (SQLite: write-ahead log and `synchronous = FULL`; PostgreSQL:
  `fsync` and `synchronous_commit`, a private server over a unix socket), with all values ready beforehand; ours starts from a
  verified notification. Sides take turns, figures are medians of rounds, per row. *A repeat* has the first one as its floor,
  *callers* have a single caller of the same inbox. For *orders a second*, accepted notifications of as many orders wait, and a
  worker process acts on all of them, with a handler that does nothing; the gateway is a stub in another process, and everything
  shares the machine's cores. The floor is a worker by hand on the same tables: take notifications and claim their orders, ask
  with the bare HTTP client, store the answers and a change each, end the changes; arrays of orders in each statement, as many
  questions at once, four connections per PostgreSQL worker (ours has three), one writing thread on SQLite. It has no savepoints,
  reads no record, weighs no answer and keeps no rate. Rates are those of the second half; *from the start of the process*
  includes connecting and the rate of questions, which finds itself: it began at ten a second when these rows were measured,
  and begins at fifty since. Settings are the defaults, but for the
  bound of questions in a second (500) where the gateway answers at once. *Accepted → acted* has webhook and worker in one
  process. *graphile_worker* is version 0.14 in a program of its own, with four connections to a server of its own and jobs that
  do nothing, set up as its documentation says for many small jobs: 64 at once, 500 fetched together, looked for each five
  milliseconds and ended together. It ends a job after it ran, ours in the transaction that acts, and asks no gateway. How long the
  disk takes for a commit is in all of these figures.
- **simulator**: charges of new orders, each with an idempotency key, on 64 connections of one thread, each of which sends the next
  when it has its answer, against an axum handler that reads the body and says the same bytes, both in processes of their own with one
  thread, which is what the simulator's program has. The simulator
  checks, stores and makes a signed notification, which is kept and not sent. Times are medians of rounds in turns; requests
  per second are their inverse. *All operations* are ten walks in turns, each order its own: charges of four kinds with their pages,
  cards, Snap and its page, subscriptions, linked accounts, links, invoices and the balance; each answer is looked at. How soon a
  browser paints Snap's page: `cargo run --release -p midtrans-browser-tests --example first_paint`, 76 ms (goal: 100 ms). Memory is what the process' own pages grow by. `midtrans verify` reads standard input;
  processor time of 200 processes, divided.
- **footprint**: a program that charges once with the bare HTTP client (rustls, ring, webpki-roots), types with serde and
  sha2, against our `charge` example. Both are built from scratch with the same profile, in turns, and the better of
  two builds counts. Crates are those of the tree at run time, without the program itself.
- **capacity**: the database copies one order that the inbox has taken from its charge to its end. PostgreSQL has 2 GB of
  `shared_buffers`, `max_wal_size` of 8 GB and a checkpoint each 15 minutes; SQLite is as `tune` sets it. The floor is the same
  in an empty database. What it means is in CAPACITY.md of `midtrans-inbox-postgres` and in the README of
  `midtrans-inbox-sqlite`.

## What was chosen by its ratio

- **notification**: the signature's hex is read by `const-hex` and compared by `subtle`, byte for byte. Against the floor, in turns
  in one run, for Akulaku, card and virtual account: 1.00, 0.92 and 0.89 for `verify`, 0.86, 0.81 and 0.79 for `verify_ref`.
  Hex by hand, compared in words, had 0.95, 0.88 and 0.86, and 0.83, 0.79 and 0.76: not needed for the goals. The `hex` crate
  misses both goals with 1.12, 1.00 and 0.99, and 0.98, 0.90 and 0.89.

## Where a goal is missed

- **client**: what ours does beyond the bare client is an idempotency key for each charge, asked from the operating system so
  that forked processes never share one; the transport's checks and its boxed future; and the rules for repeating. These
  rows move by a tenth from run to run on a busy machine, so a goal that is met or missed by less than that says little. Over
  reqwest the processor takes four microseconds more for it. Over ureq ours is faster,
  because the bare agent starts a thread for each call to look up the name in time.
- **inbox**: a single `accept` on PostgreSQL takes 180 µs more than the bare insert, which is as long as the commit where the disk
  needs 190 µs, and a third of it where it needs 500. Its statement looks for duplicates, counts the order's notifications and
  wakes the order, and goes through the task that groups callers. Callers together gain less over one caller because the single
  one has become faster (0.3 ms where it was 0.6); a row of 64 callers takes as long as before, 58 µs. All rows of the inbox and
  of the capacity were measured while other programs kept both cores busy, those of *accept* and of graphile_worker in runs of
  their own, minutes after the others, and the rate of ours beside graphile_worker while a compiler ran: its undisturbed rate is
  some lines above.
- **simulator**: a charge should have half the bare server's rate and has 0.29 to 0.44 of it, from run to run, some 18,000 a second.
  The bare server reads nothing of what it is sent. Ours parses the charge, checks key and idempotency key, stores a
  transaction, a timeline and a notification with its SHA-512, and keeps the call for the console: 12 µs when measured by
  itself, 20 between system calls, where caches are cold. A third of that is reading the JSON loosely, as the gateway does.
  The rest of the difference is the client's: it waits for the slower server, and each answer has to wake it. A second thread
  would not help, because there is one lock.
- **webhook**: reading and hashing by hand alone takes 1.3 to 2 µs of processor time, depending on how fast the machine
  happens to be, and the goal for the processor is 1.6: compare with the row by hand, which ours is within 2 % of.
";

/// Writes the rows; those of sections that were not measured stay as they are.
pub(crate) fn write(rows: &[Row], measured: &[Section]) -> io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../BENCHMARKS.md");
    let before = fs::read_to_string(&path).unwrap_or_default();
    let rows = table::sorted(
        rows.iter()
            .cloned()
            .chain(table::kept(&before, measured))
            .collect(),
    );
    let (met, goals) = table::score(&rows);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let machine = format!(
        "Measured on {} {} with {cores} cores.",
        std::env::consts::ARCH,
        std::env::consts::OS
    );
    let table = table::render(&rows);
    fs::write(
        path,
        format!("{HEAD}\n{machine}\n\n{table}\n{met} of {goals} goals met.\n\n{NOTES}"),
    )
}
