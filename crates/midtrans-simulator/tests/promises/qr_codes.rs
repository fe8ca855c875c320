//! QR codes: their text, their pictures, and the page that scans them.

use midtrans_simulator::gateway::Reference;
use midtrans_simulator::{BlockingSimulator, Simulator};
use serde_json::Value;

use crate::api_caller::{ApiCaller, KEY};
use crate::sampled::{charged, request};
use crate::sockets::{agent, get, post};

/// CRC-16/CCITT-FALSE by long division of the whole message's bits, with the initial value as 16
/// bits that are set in front.
fn remainder(message: &[u8]) -> u16 {
    let mut bits: Vec<bool> = message
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1 == 1))
        .chain([false; 16])
        .collect();
    bits.iter_mut().take(16).for_each(|bit| *bit = !*bit);
    let divisor: Vec<bool> = (0..17).rev().map(|at| 0x1_1021 >> at & 1 == 1).collect();
    for at in 0..bits.len() - 16 {
        if bits[at] {
            for (place, bit) in divisor.iter().enumerate() {
                bits[at + place] ^= bit;
            }
        }
    }
    let last = &bits[bits.len() - 16..];
    last.iter().fold(0, |sum, bit| sum << 1 | u16::from(*bit))
}

/// The data objects of a text: tag and value.
fn objects(mut text: &str) -> Vec<(&str, &str)> {
    let mut objects = Vec::new();
    while !text.is_empty() {
        let length: usize = text[2..4].parse().unwrap();
        objects.push((&text[..2], &text[4..4 + length]));
        text = &text[4 + length..];
    }
    objects
}

#[test]
fn a_qr_text_is_made_of_whole_objects_names_the_amount_and_ends_in_a_right_check_sum() {
    assert_eq!(remainder(b"123456789"), 0x29b1, "the known answer");
    for method in ["gopay", "qris"] {
        let reply = charged(&mut ApiCaller::new(), method);
        let text = reply.text_of("qr_string");
        let (message, sum) = text.split_at(text.len() - 4);
        assert_eq!(
            format!("{:04X}", remainder(message.as_bytes())),
            sum,
            "{method}"
        );
        let objects = objects(text);
        let value = |tag: &str| objects.iter().find(|(name, _)| *name == tag).unwrap().1;
        assert_eq!((value("00"), value("01")), ("01", "12"));
        assert_eq!(
            (value("53"), value("54"), value("58")),
            ("360", "44000.00", "ID")
        );
        assert!(value("26").contains("0210G000000000"), "{text}");
        assert_eq!(objects.last().unwrap().0, "63");
    }
}

fn simulator() -> BlockingSimulator {
    Simulator::builder().serve_blocking().unwrap()
}

/// Charges over a socket and returns the answer.
fn charge(simulator: &BlockingSimulator, body: &Value) -> Value {
    let url = format!("{}/v2/charge", simulator.url());
    let call = agent().post(url).header("authorization", KEY);
    let text = call
        .send(body.to_string())
        .unwrap()
        .body_mut()
        .read_to_string();
    serde_json::from_str(&text.unwrap()).unwrap()
}

/// The text in a picture, read as a camera would.
fn scanned(png: &[u8]) -> String {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png))
        .read_info()
        .unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(info.bit_depth, png::BitDepth::One);
    let (width, height) = (info.width as usize, info.height as usize);
    let is_white = |x: usize, y: usize| pixels[y * info.line_size + x / 8] >> (7 - x % 8) & 1 == 1;
    let grey = |x, y| if is_white(x, y) { 255 } else { 0 };
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    let codes = picture.detect_grids();
    assert_eq!(codes.len(), 1);
    codes[0].decode().unwrap().1
}

#[test]
fn every_address_of_a_picture_is_public_and_shows_the_code_whose_text_was_answered() {
    let simulator = simulator();
    let mut addresses = 0;
    for method in ["gopay", "qris"] {
        let mut body = request(method);
        body["transaction_details"]["order_id"] = method.into();
        let answer = charge(&simulator, &body);
        for action in answer["actions"].as_array().unwrap() {
            if !action["name"]
                .as_str()
                .unwrap()
                .starts_with("generate-qr-code")
            {
                continue;
            }
            addresses += 1;
            // Without a key.
            let mut reply = agent().get(action["url"].as_str().unwrap()).call().unwrap();
            assert_eq!(reply.status(), 200, "{action}");
            assert_eq!(reply.headers()["content-type"], "image/png");
            let picture = reply.body_mut().read_to_vec().unwrap();
            assert_eq!(scanned(&picture), answer["qr_string"], "{action}");
        }
    }
    assert_eq!(addresses, 4, "two each");
    let nothing = format!("{}/v2/qris/nothing/qr-code", simulator.url());
    assert_eq!(get(&nothing).0, 404);
}

/// A form with one value.
fn form(value: &str) -> String {
    serde_urlencoded::to_string([("number", value)]).unwrap()
}

#[test]
fn the_scanner_takes_the_text_of_a_code_and_the_address_of_its_picture() {
    let simulator = simulator();
    for method in ["gopay", "qris"] {
        let mut body = request(method);
        body["transaction_details"]["order_id"] = method.into();
        let answer = charge(&simulator, &body);
        let id = answer["transaction_id"].as_str().unwrap();
        let text = answer["qr_string"].as_str().unwrap();
        let image = answer["actions"][0]["url"].as_str().unwrap();
        let newer = answer["actions"][1]["url"].as_str().unwrap();
        for page in ["/pay", "/v2/qris/index", "/qris/index", "/gopay/ui/index"] {
            let page = format!("{}{page}", simulator.url());
            assert_eq!(get(&page).0, 200);
            for scanned in [text, &format!(" {text}\n"), image, newer] {
                let (status, location, _) = post(&page, &form(scanned));
                let expected = Some(format!("/pay/{id}?lang=id"));
                assert_eq!((status, location), (303, expected), "{method} {scanned}");
            }
        }
        let atm = format!("{}/pay", simulator.url());
        let other = format!("{}/v2/qris/none/qr-code", simulator.url());
        for unknown in [&text[..text.len() - 1], &other, "0002", ""] {
            assert_eq!(post(&atm, &form(unknown)).0, 404, "{unknown}");
        }
    }
}

#[test]
fn the_sandboxs_addresses_of_banks_and_counters_take_numbers() {
    let simulator = simulator();
    let body = serde_json::json!({
        "payment_type": "bank_transfer",
        "transaction_details": {"order_id": "order-1", "gross_amount": 44_000},
        "bank_transfer": {"bank": "bca"},
    });
    let answer = charge(&simulator, &body);
    let number = answer["va_numbers"][0]["va_number"].as_str().unwrap();
    for page in [
        "/bca/va/index",
        "/bni/va/index",
        "/openapi/va/index?bank=bca",
        "/indomaret/phoenix/index",
        "/alfamart/index",
    ] {
        let page = format!("{}{page}", simulator.url());
        assert_eq!(post(&page, &form(number)).0, 303, "{page}");
    }
}

#[test]
fn a_picture_of_a_payment_without_a_code_does_not_exist() {
    let mut api = ApiCaller::new();
    let id = charged(&mut api, "shopeepay")
        .text_of("transaction_id")
        .to_owned();
    let address = format!("http://x/v2/qris/{id}/qr-code");
    assert_eq!(api.gateway.pay_page(Reference::Number(&address)), None);
}
