//! Charges as bytes and as HTTP requests: by the library, and by hand.

use std::hint::black_box;
use std::time::SystemTime;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request};
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::{Charge, Environment, Merchant, RequestOptions, encode};
use serde::Serialize;

use crate::operations::Work;
use crate::{charges, samples};

/// The JSON of a plain struct.
pub(crate) fn plain_body(plain: impl Serialize + 'static) -> Work {
    Box::new(move || {
        drop(black_box(
            serde_json::to_vec(black_box(&plain)).expect("plain structs serialize"),
        ))
    })
}

/// The JSON of a charge.
pub(crate) fn body(charge: Charge) -> Work {
    Box::new(move || drop(black_box(black_box(&charge).to_json())))
}

/// The whole HTTP request of a plain struct, as one writes it by hand for one gateway and one key.
pub(crate) fn plain_request(plain: impl Serialize + 'static) -> Work {
    let authorization = authorization();
    Box::new(move || {
        let body = serde_json::to_vec(black_box(&plain)).expect("plain structs serialize");
        let request = Request::post("https://api.sandbox.midtrans.com/v2/charge")
            .header(AUTHORIZATION, authorization.clone())
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header("idempotency-key", black_box(IDEMPOTENCY_KEY))
            .body(body);
        drop(black_box(request));
    })
}

/// The whole HTTP request of a charge.
pub(crate) fn request(charge: Charge) -> Work {
    let merchant =
        Merchant::new(Environment::Sandbox, samples::key()).expect("it is a sandbox key");
    let mut options = RequestOptions::default();
    options.idempotency_key =
        Some(IdempotencyKey::new(IDEMPOTENCY_KEY).expect("it is well formed"));
    Box::new(move || {
        drop(black_box(encode(
            black_box(&charge),
            black_box(&merchant),
            &options,
            SystemTime::UNIX_EPOCH,
        )))
    })
}

/// As long as the keys that the clients make.
pub(crate) const IDEMPOTENCY_KEY: &str = "0123456789abcdef0123456789abcdef";

/// The header that the library sends with the key of the samples.
pub(crate) fn authorization() -> HeaderValue {
    let merchant =
        Merchant::new(Environment::Sandbox, samples::key()).expect("it is a sandbox key");
    let request = encode(
        &charges::akulaku(),
        &merchant,
        &RequestOptions::default(),
        SystemTime::UNIX_EPOCH,
    );
    request.headers()[AUTHORIZATION].clone()
}
