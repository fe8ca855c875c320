//! Forms of browsers: their signatures, and JSON that survives the form's escapes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use midtrans_fuzz::{keys, object, signed, word};
use midtrans_protocol::notification::signature;
use midtrans_protocol::webhook::landing::{Landing, LandingSignature};

fuzz_target!(|data: &[u8]| {
    let _ = checked(Landing::from_form(data));
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let landing = checked(Landing::from_form(form(text).as_bytes()));
    assert!(
        landing.raw().is_none_or(|raw| raw.as_str() == text),
        "the JSON changed on its way"
    );
    let Some((fields, body)) = object(data).and_then(signed) else {
        return;
    };
    let text = String::from_utf8(body).expect("serde_json writes UTF-8");
    let form = form(&text);
    if form.len() > midtrans_protocol::webhook::landing::MAX_BYTES {
        assert!(Landing::from_form(form.as_bytes()).is_empty());
        return;
    }
    let landing = checked(Landing::from_form(form.as_bytes()));
    assert_eq!(landing.signature(&keys()), LandingSignature::Genuine);
    assert_eq!(
        landing.order_id().map(str::to_owned),
        word(fields.get("order_id"))
    );
    assert_eq!(
        landing.status_code().map(str::to_owned),
        word(fields.get("status_code"))
    );
    assert_eq!(
        landing.transaction_id().map(str::to_owned),
        word(fields.get("transaction_id"))
    );
    let stranger = midtrans_protocol::ServerKey::new("SB-Mid-server-fuzz-stranger")
        .expect("a well-formed key");
    assert_eq!(
        landing.signature(&stranger.into()),
        LandingSignature::Forged
    );
});

fn checked(landing: Landing) -> Landing {
    if landing.signature(&keys()) == LandingSignature::Genuine {
        let raw = landing.raw().expect("what is signed is kept");
        let text = |name| {
            raw.text(name)
                .filter(|text: &String| !text.is_empty())
                .expect("it is signed")
        };
        let (order, code, amount) = (text("order_id"), text("status_code"), text("gross_amount"));
        assert!(
            signature::verify(&order, &code, &amount, &text("signature_key"), &keys()).is_some()
        );
    }
    let _ = format!("{landing:?}");
    landing
}

/// Escapes every other byte; spaces become `+`.
fn form(json: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut form = String::with_capacity(9 + 3 * json.len() + 25);
    form.push_str("response=");
    for (at, byte) in json.bytes().enumerate() {
        match byte {
            b' ' => form.push('+'),
            byte if byte.is_ascii_alphanumeric() && at % 2 == 0 => form.push(char::from(byte)),
            byte => {
                form.extend([
                    '%',
                    char::from(HEX[usize::from(byte >> 4)]),
                    char::from(HEX[usize::from(byte & 15)]),
                ]);
            }
        }
    }
    form.push_str("&callback_key=SB-Mid-client-x");
    form
}
