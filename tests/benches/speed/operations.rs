//! The ways of reading a notification, so that other processes can repeat them: under callgrind, or
//! counted.

use std::hint::black_box;

use midtrans_protocol::notification;

use crate::floor;
use crate::samples::{self, Kind};

/// A piece of work, once per call.
pub(crate) type Work = Box<dyn FnMut()>;

/// The way in which a notification is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Floor,
    Verify,
    VerifyRef,
}

/// Reads one notification.
pub(crate) fn notification(kind: Kind, way: Way) -> Work {
    let body = kind.body();
    let keys = samples::keys();
    match way {
        Way::Floor => Box::new(move || floor::run(kind, black_box(&body), black_box(samples::KEY))),
        Way::Verify => Box::new(move || {
            drop(black_box(
                notification::verify(black_box(&body), &keys).expect("it is genuine"),
            ))
        }),
        Way::VerifyRef => Box::new(move || {
            drop(black_box(
                notification::verify_ref(black_box(&body), &keys).expect("it is genuine"),
            ))
        }),
    }
}
