//! p
mod floor;
mod race;
mod samples;
use midtrans_protocol::notification;
use std::hint::black_box;
fn main() {
    let keys = samples::keys();
    let a: Vec<String> = std::env::args().collect();
    if a.len() > 2 {
        let n: u32 = a[2].parse().unwrap();
        let body = samples::Kind::Akulaku.body();
        for _ in 0..n {
            match a[1].as_str() {
                "floor" => floor::run(samples::Kind::Akulaku, black_box(&body), black_box(samples::KEY)),
                "verify" => drop(black_box(notification::verify(black_box(&body), &keys).expect("genuine"))),
                _ => drop(black_box(notification::verdict(black_box(&body), &keys).expect("genuine"))),
            }
        }
        return;
    }
    for kind in samples::Kind::ALL {
        let body = samples::Kind::body(kind);
        let r = race::race(
            8000,
            [
                &mut || floor::run(kind, black_box(&body), black_box(samples::KEY)),
                &mut || drop(black_box(notification::verify(black_box(&body), &keys).expect("genuine"))),
                &mut || drop(black_box(notification::verdict(black_box(&body), &keys).expect("genuine"))),
            ],
        );
        println!("{} {} {r:?} {:.3} {:.3}", kind.name(), body.len(), r[1] / r[0], r[2] / r[0]);
    }
}
