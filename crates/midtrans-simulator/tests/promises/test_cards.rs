//! Every test card of the sandbox does what its page says, and so does every field of a card
//! charge. ([Test cards](https://docs.midtrans.com/docs/testing-payment-on-sandbox))

use midtrans_simulator::gateway::{Choice, PayPage};
use serde_json::json;

use crate::api_caller::{ApiCaller, Reply, pairs};
use crate::cards::{ACCEPTED, CHALLENGED, charge, pay, token};

fn state(reply: &Reply) -> [&str; 3] {
    ["status_code", "transaction_status", "fraud_status"].map(|name| reply.text_of(name))
}

/// The columns of the page's tables: the cards, and what comes of a payment with 3-D Secure.
struct Column {
    cards: &'static [&'static str],
    /// Whether the bank asks for a password.
    asks: bool,
    end: [&'static str; 3],
    /// Of Mastercard and of the others.
    eci: [&'static str; 2],
}

pub(crate) const PAID: [&str; 3] = ["200", "capture", "accept"];
const DENIED: [&str; 3] = ["202", "deny", "accept"];
const FRAUD: [&str; 3] = ["202", "deny", "deny"];
const FULL: [&str; 2] = ["02", "05"];
const ATTEMPTED: [&str; 2] = ["01", "06"];
const NONE: [&str; 2] = ["00", "07"];

#[rustfmt::skip]
const COLUMNS: &[Column] = &[
    Column { asks: true, end: PAID, eci: FULL, cards: &["4811 1111 1111 1114", "5211 1111 1111 1117", "3528 2033 2456 4357", "3701 9216 9722 458", "6212 4878 9242 5802"] },
    Column { asks: true, end: DENIED, eci: FULL, cards: &["4911 1111 1111 1113", "5111 1111 1111 1118", "3528 5129 4493 2269", "3742 9635 4400 881", "6212 4841 2968 7072"] },
    Column { asks: false, end: PAID, eci: ATTEMPTED, cards: &["4411 1111 1111 1118", "5410 1111 1111 1116", "3528 8680 4786 4225", "3737 4772 6661 940", "6212 4895 0662 1198"] },
    Column { asks: false, end: FRAUD, eci: ATTEMPTED, cards: &["4611 1111 1111 1116", "5411 1111 1111 1115", "3528 1852 6717 1623", "3780 9621 8340 018", "6212 4825 3517 8193 972"] },
    Column { asks: false, end: DENIED, eci: ATTEMPTED, cards: &["4711 1111 1111 1115", "5511 1111 1111 1114", "3528 9097 7983 7631", "3703 5609 7975 856", "6212 4842 2863 5865"] },
    Column { asks: false, end: PAID, eci: FULL, cards: &["4556 5579 5572 6624", "4024 0071 8944 9340", "5333 2591 5564 3223", "3415 0209 8634 895"] },
    Column { asks: false, end: DENIED, eci: FULL, cards: &["4485 4364 5535 4151", "5328 7203 8458 2224", "3456 9539 9207 589"] },
    Column { asks: true, end: PAID, eci: FULL, cards: &["4916 9940 6425 2017", "5306 8899 4283 3340", "3486 3826 7931 507"] },
    Column { asks: true, end: DENIED, eci: FULL, cards: &["4604 6331 9421 9929", "5424 1840 4982 1670", "3720 2110 6351 394"] },
    Column { asks: false, end: DENIED, eci: NONE, cards: &["4716 1250 5984 7899", "5250 5486 9206 9390", "3794 5219 9603 6850"] },
    Column { asks: true, end: DENIED, eci: FULL, cards: &["4472 4298 6999 6670", "4806 0000 0000 0081", "4705 8595 1098 4866", "5597 5189 2656 1951"] },
    Column { asks: true, end: ["201", "capture", "challenge"], eci: FULL, cards: &["5510 1111 1111 1115"] },
];

#[test]
fn every_test_card_does_what_its_column_says() {
    for Column {
        cards,
        asks,
        end,
        eci,
    } in COLUMNS
    {
        for number in *cards {
            let mut api = ApiCaller::new();
            let number = number.replace(' ', "");
            let reply = pay(
                &mut api,
                "order-1",
                &number,
                json!({"authentication": true}),
            );
            assert_eq!(state(&reply), ["201", "pending", ""], "{number}");
            let page = api.gateway.pay_page("order-1").unwrap();
            let PayPage::Authentication {
                asks_password,
                masked_card,
                ..
            } = page
            else {
                panic!("{page:?}")
            };
            assert_eq!(asks_password, *asks, "{number}");
            let (first, last) = (&number[..8], &number[number.len() - 4..]);
            assert_eq!(masked_card, format!("{first}-{last}"));
            api.choose("order-1", Choice::Approve);
            let status = api.status("order-1");
            assert_eq!(state(&status), *end, "{number}");
            let is_mastercard = number.starts_with('5');
            assert_eq!(
                status.text_of("eci"),
                eci[usize::from(!is_mastercard)],
                "{number}"
            );
            let news = [("pending", "201"), (end[1], end[0])];
            assert_eq!(api.notified(), pairs(&news), "{number}");
        }
    }
}

/// Full, attempted, denied; each Visa and Mastercard, where there are both.
#[rustfmt::skip]
const BANKS: &[(&str, [&[&str]; 3])] = &[
    ("mandiri", [&["4617006959746656", "5573381072196900", "4097661111111113"], &["4617001741942101", "5573381999825417", "4097661111111139"], &["4617008560831760", "5573384043224447", "4097667672178631"]]),
    ("cimb", [&["4599207887122414", "5481169818832479"], &["4599203997052898", "5481167121032563"], &["4599206009733090", "5481169191782739"]]),
    ("bni", [&["4105058689481467", "5264221038874659", "1946415981487684"], &["4105052541512148", "5264224971761016"], &["4105054148541363", "5264223530131711", "1946410271931269"]]),
    ("bca", [&["4773776057051650", "5229903136853172"], &["4773773810981190", "5229907364303610"], &["4773775202011809", "5229903405423830"]]),
    ("bri", [&["4365026335737199", "5520029870899100"], &["4365027867232690", "5520025486468439"], &["4365028662512583", "5520021909203008"]]),
    ("mega", [&["4201910000000009", "5221030000000009"], &["4201910000000017", "5221030000000017"], &["4201910000000025", "5221030000000025"]]),
    ("maybank", [&["4055772026036004", "5520086752102334"], &["4055771335144012", "5520086774908452"], &["4055779628460474", "5520088314653770"]]),
];

#[test]
fn every_banks_cards_are_its_own_and_do_what_their_column_says() {
    for (bank, columns) in BANKS {
        for (column, numbers) in columns.iter().enumerate() {
            for number in *numbers {
                let mut api = ApiCaller::new();
                pay(&mut api, "order-1", number, json!({"authentication": true}));
                api.choose("order-1", Choice::Approve);
                let status = api.status("order-1");
                let end = if column == 2 { DENIED } else { PAID };
                assert_eq!(state(&status), end, "{number}");
                assert_eq!(status.text_of("bank"), *bank, "the card's own takes it");
                assert_eq!(status.json["on_us"], true);
                let is_debit = number.starts_with("409766");
                let kind = if is_debit { "debit" } else { "credit" };
                assert_eq!(status.text_of("card_type"), kind);
                let eci = if column == 1 { ATTEMPTED } else { FULL };
                let is_mastercard = number.starts_with('5');
                assert_eq!(status.text_of("eci"), eci[usize::from(!is_mastercard)]);
                // Another bank takes it, too, and then it is not the card's own.
                let other = if *bank == "bca" { "bni" } else { "bca" };
                let reply = pay(&mut api, "order-2", number, json!({"bank": other}));
                assert_eq!(reply.text_of("bank"), other);
                assert_eq!(reply.json["on_us"], false);
            }
        }
    }
}

#[test]
fn without_3_d_secure_a_card_is_answered_at_once_and_its_eci_says_so() {
    let mut api = ApiCaller::new();
    for (order, number, end, eci) in [
        ("a", ACCEPTED, PAID, "07"),
        ("b", "5211111111111117", PAID, "00"),
        ("c", "4911111111111113", DENIED, "07"),
        ("d", "4611111111111116", FRAUD, "07"),
        ("e", CHALLENGED, ["201", "capture", "challenge"], "00"),
    ] {
        let reply = pay(&mut api, order, number, json!({}));
        assert_eq!(state(&reply), end, "{number}");
        assert_eq!(reply.text_of("eci"), eci);
        assert!(!reply.keys().contains(&"redirect_url".to_owned()));
        assert_eq!(api.notified(), pairs(&[(end[1], end[0])]));
    }
}

#[test]
fn a_refusal_names_the_bank_its_code_and_its_words() {
    let mut api = ApiCaller::new();
    for (number, amount, code, words) in [
        ("4911111111111113", 145_000, "05", "Do not honor"),
        ("4472429869996670", 1, "51", "Insufficient funds"),
        ("4806000000000081", 30_001, "51", "Insufficient funds"),
        (
            "4705859510984866",
            145_000,
            "31",
            "This card is not supported for online transactions. Please contact your bank",
        ),
        // A number that stands in no list.
        ("4111111111111111", 145_000, "05", "Do not honor"),
    ] {
        let own = json!({"token_id": token(&mut api, number), "bank": "cimb"});
        let reply = charge(&mut api, number, amount, &own);
        assert_eq!(state(&reply), DENIED, "{number}");
        assert_eq!(
            reply.text_of("status_message"),
            format!("Deny by Bank [CIMB] with code [{code}] and message [{words}]")
        );
        assert_eq!(reply.text_of("channel_response_code"), code);
        assert_eq!(reply.text_of("channel_response_message"), words);
        assert_eq!(reply.text_of("approval_code"), "      ");
        assert_eq!(
            charge(&mut api, number, amount, &own).code(),
            "406",
            "not free again"
        );
    }
    let own = json!({"token_id": token(&mut api, "4806000000000081")});
    assert_eq!(charge(&mut api, "small", 30_000, &own).code(), "200");
}

#[test]
fn a_slow_bank_answers_sixty_seconds_after_the_password() {
    for number in ["4024007176265022", "5487971631330522", "345197771649926"] {
        let mut api = ApiCaller::new();
        pay(&mut api, "order-1", number, json!({"authentication": true}));
        api.choose("order-1", Choice::Approve);
        let open = api.status("order-1");
        assert_eq!(state(&open), ["201", "pending", ""], "{number}");
        assert_eq!(open.json["challenge_completion"], false);
        let page = api.gateway.pay_page("order-1").unwrap();
        assert!(matches!(
            page,
            PayPage::Authentication {
                is_waiting: true,
                ..
            }
        ));
        // The customer cannot answer twice.
        api.choose("order-1", Choice::Decline);
        api.wait(59);
        assert_eq!(api.notified(), pairs(&[("pending", "201")]));
        api.wait(1);
        assert_eq!(api.notified(), pairs(&[("capture", "200")]));
        let status = api.status("order-1");
        assert_eq!(state(&status), PAID);
        assert_eq!(status.json["challenge_completion"], true);
    }
}

#[test]
fn a_card_of_the_old_3_d_secure_is_a_402() {
    for number in [
        "4723249479082225",
        "5555666677771111",
        "3528927894502153",
        "3419184532253540",
    ] {
        let mut api = ApiCaller::new();
        let reply = pay(&mut api, "order-1", number, json!({"authentication": true}));
        assert_eq!((reply.http, reply.code()), (200, "402"), "{number}");
        assert_eq!(api.status("order-1").code(), "404");
    }
}

#[test]
fn a_wrong_password_denies_and_no_password_expires_after_ten_minutes() {
    let mut api = ApiCaller::new();
    pay(
        &mut api,
        "order-1",
        ACCEPTED,
        json!({"authentication": true}),
    );
    api.choose("order-1", Choice::Decline);
    let status = api.status("order-1");
    assert_eq!(state(&status), DENIED);
    assert_eq!(status.text_of("eci"), "07");
    assert!(!status.keys().contains(&"approval_code".to_owned()));

    let reply = pay(
        &mut api,
        "order-2",
        ACCEPTED,
        json!({"authentication": true}),
    );
    assert_eq!(reply.text_of("expiry_time"), "2026-11-22 10:10:00");
    api.choose("order-2", Choice::Leave);
    api.notifications();
    api.wait(599);
    assert_eq!(state(&api.status("order-2")), ["201", "pending", ""]);
    api.wait(1);
    assert_eq!(api.notified(), pairs(&[("expire", "202")]));
    assert_eq!(api.status("order-2").code(), "407");
    // Too late.
    api.choose("order-2", Choice::Approve);
    assert_eq!(api.status("order-2").code(), "407");
}

#[test]
fn a_pending_card_is_cancelled_and_expired_as_any_other_payment() {
    for (operation, code) in [("cancel", "200"), ("expire", "407")] {
        let mut api = ApiCaller::new();
        pay(
            &mut api,
            "order-1",
            ACCEPTED,
            json!({"authentication": true}),
        );
        for other in ["approve", "deny", "refund"] {
            assert_eq!(api.ask("order-1", other).code(), "412", "{other}");
        }
        assert_eq!(api.ask("order-1", operation).code(), code);
        api.choose("order-1", Choice::Approve);
        assert_eq!(
            api.status("order-1").text_of("transaction_status"),
            operation
        );
    }
}

#[test]
fn a_saved_card_comes_with_the_payment_that_succeeds() {
    let mut api = ApiCaller::new();
    let more = json!({"save_token_id": true, "authentication": "true"});
    let reply = pay(&mut api, "order-1", "4105058689481467", more.clone());
    assert!(
        !reply.keys().contains(&"saved_token_id".to_owned()),
        "not yet"
    );
    api.choose("order-1", Choice::Approve);
    let status = api.status("order-1");
    let saved = status.text_of("saved_token_id").to_owned();
    assert!(
        saved.starts_with("41050586") && saved.len() == 32,
        "{saved}"
    );
    assert_eq!(
        status.text_of("saved_token_id_expired_at"),
        "2030-12-31 07:00:00"
    );
    // Later the merchant charges it alone, without a customer who could type a password.
    let own = json!({"token_id": saved, "initiated_by": "merchant", "authentication": true});
    assert_eq!(state(&charge(&mut api, "order-2", 145_000, &own)), PAID);
    // No card is saved with a payment that fails.
    let reply = pay(
        &mut api,
        "order-3",
        "4911111111111113",
        json!({"save_token_id": true}),
    );
    assert!(!reply.keys().contains(&"saved_token_id".to_owned()));
    let reply = pay(
        &mut api,
        "order-4",
        ACCEPTED,
        json!({"save_token_id": true}),
    );
    assert!(
        reply.keys().contains(&"saved_token_id".to_owned()),
        "at once"
    );
}
