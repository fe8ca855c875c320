//! Encoding a charge against bare serde_json of the same fields, and a whole request against one
//! built by hand.

use midtrans_protocol::Charge;
use serde::Serialize;

use crate::arguments::{Arguments, Section};
use crate::charges;
use crate::figure::Unit;
use crate::race::race;
use crate::requests;
use crate::table::{Pair, Row};

const SECTION: Section = Section::Encode;
const BODY: f64 = 1.15;

pub(crate) fn measure(arguments: &Arguments) -> Vec<Row> {
    let akulaku = rows(
        arguments,
        "Akulaku",
        charges::akulaku,
        charges::plain_akulaku,
    );
    let kredivo = rows(
        arguments,
        "Kredivo",
        charges::kredivo,
        charges::plain_kredivo,
    );
    akulaku.into_iter().chain(kredivo).collect()
}

fn rows<P: Serialize + 'static>(
    arguments: &Arguments,
    name: &str,
    charge: fn() -> Charge,
    plain: fn() -> P,
) -> [Row; 2] {
    eprintln!("encode: timing {name} …");
    let bytes = serde_json::to_vec(&plain()).expect("plain structs serialize");
    assert_eq!(charge().to_json(), bytes, "both sides write the same bytes");
    let mut contestants = [
        requests::plain_body(plain()),
        requests::body(charge()),
        requests::plain_request(plain()),
        requests::request(charge()),
    ];
    let [plain_body, body, plain_request, request] = race(
        arguments.rounds(10_000),
        contestants
            .each_mut()
            .map(|work| &mut **work as &mut dyn FnMut()),
    );
    let what = format!("body of a charge, {name} ({} bytes): time", bytes.len());
    let body = Pair {
        floor: plain_body,
        ours: body,
    };
    let request = Pair {
        floor: plain_request,
        ours: request,
    };
    [
        Row::ratio(SECTION, &what, Unit::Nanoseconds, body, BODY),
        Row::informative(
            SECTION,
            &format!("whole request, {name}: time"),
            Unit::Nanoseconds,
            request,
        ),
    ]
}
