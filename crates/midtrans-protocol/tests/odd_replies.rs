//! Replies and messages with fields of any kind: read or refused, without a panic, and nothing of a
//! customer is shown.

use http::StatusCode;
use midtrans_protocol::account::{Environment, Merchant, ServerKey, ServerKeys};
use midtrans_protocol::card::{Bin, CardToken, PointInquiry};
use midtrans_protocol::ids::PaymentId;
use midtrans_protocol::notification::{PayAccountNotification, SubscriptionEvent, verify_any};
use midtrans_protocol::operation::Operation;
use midtrans_protocol::pay_account::AccountId;
use midtrans_protocol::subscription::SubscriptionId;
use midtrans_protocol::transaction::{Capture, GetStatusB2b};
use midtrans_protocol::webhook::Rejection;
use midtrans_protocol::{
    GatewayReply, GetStatus, OrderId, Rupiah, balance, decode, history, invoice, notification,
    pay_account, payment_link, snap, subscription,
};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use proptest::test_runner::TestCaseError;

/// A customer's text that no `Debug` and no error may show.
const PLANTED: &str = "PLANTED-0812";

const NAMES: [&str; 42] = [
    "status_code",
    "transaction_status",
    "transaction_id",
    "order_id",
    "gross_amount",
    "fraud_status",
    "payment_type",
    "signature_key",
    "status_message",
    "token_id",
    "saved_token_id",
    "installment_term",
    "point_balance",
    "data",
    "redirect_url",
    "payment_url",
    "id",
    "name",
    "amount",
    "schedule",
    "subscription",
    "transaction",
    "account_id",
    "account_status",
    "metadata",
    "actions",
    "payment_options",
    "promotions",
    "transactions",
    "detailData",
    "responseCode",
    "opening_balance_overall",
    "wallets",
    "purchases",
    "refunds",
    "va_numbers",
    "channel_response_code",
    "channel_response_message",
    "validation_messages",
    "error_messages",
    "additionalInfo",
    "user_id",
];

/// JSON texts, also of numbers that no number type holds, and nested deeper than a stack allows.
fn value() -> impl Strategy<Value = String> {
    let words = [
        "null",
        "true",
        "\"200\"",
        "200",
        "\"202\"",
        "\"capture\"",
        "-1",
        "1e400",
        "-0",
        "1e-400",
        "18446744073709551616",
        "\"NaN\"",
        "\"-5.00\"",
        "\"1e400\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"2026-13-45T99:99:99Z\"",
        "\"+99999-12-31T00:00:00+99:99\"",
        "\"9999-12-31T23:59:59-23:59\"",
        "\"0000-01-01T00:00:00+23:59\"",
        "[]",
        "{}",
        "[null,1,\"x\",{}]",
        "\"é🦀é🦀é🦀é🦀é🦀é\"",
    ];
    let deep = Just(format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)));
    let word = prop::sample::select(words.to_vec()).prop_map(str::to_owned);
    let leaf = prop_oneof![20 => word, 1 => deep];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            object_of(inner.clone()),
            prop::collection::vec(inner, 0..3).prop_map(|list| format!("[{}]", list.join(","))),
        ]
    })
}

fn object_of(values: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let field = (prop::sample::select(NAMES.to_vec()), values);
    prop::collection::vec(field, 0..6).prop_map(|fields| {
        let fields = fields.iter();
        let fields: Vec<_> = fields
            .map(|(name, value)| format!("{name:?}:{value}"))
            .collect();
        format!("{{{}}}", fields.join(","))
    })
}

/// Reads the reply to an operation and shows the result, or the reason why there is none.
fn shown<O: Operation>(operation: &O, status: u16, body: &str, read: fn(&O::Reply)) -> String
where
    O::Reply: std::fmt::Debug,
{
    let status = StatusCode::from_u16(status).expect("a status");
    let reply = GatewayReply::from_own_client(status, body.as_bytes().to_vec());
    match decode(operation, reply) {
        Ok(reply) => {
            read(&reply);
            format!("{reply:?}")
        }
        Err(midtrans_protocol::reply::ReplyError::Decode(error)) => format!("{error} {error:?}"),
        // A refusal's sentence is the gateway's own, and it is shown.
        Err(midtrans_protocol::reply::ReplyError::Api(error)) => {
            let _ = format!("{error} {error:?}");
            String::new()
        }
    }
}

fn all_shown(status: u16, body: &str) -> String {
    let order = || OrderId::new("order-101").expect("an id");
    let id = || PaymentId::from(order());
    let account = || AccountId::received("a1").expect("an id");
    let plan = || SubscriptionId::received("s1").expect("an id");
    let token = || CardToken::new("t").expect("a token");
    let times = || "2026-03-06 20:03:04".parse().expect("a time");
    let shop = pay_account::GetPromotions::new(account(), Rupiah::new(1)).expect("an amount");
    let mut all = vec![
        shown(&GetStatus::new(order()), status, body, |it| {
            let _ = (
                it.instructions(),
                it.details().card(),
                it.details().refunded(),
            );
            let _ = (it.details().refunds(), it.details().metadata());
            let _ = it.details().gross_amount_info();
        }),
        shown(&Capture::full(id()), status, body, |_| ()),
        shown(&GetStatusB2b::new(id()), status, body, |it| {
            let _ = it.transactions().len();
        }),
        shown(&PointInquiry::new(token()), status, body, |it| {
            let _ = (it.balance(), it.amount(), it.transaction_time());
        }),
        shown(&Bin::new("48111111").expect("digits"), status, body, |_| ()),
        shown(&subscription::Get::new(plan()), status, body, |it| {
            let _ = (it.id(), it.amount(), it.times(), it.interval());
            let _ = (it.transaction_ids(), it.created_at());
        }),
        shown(&subscription::Cancel::new(plan()), status, body, |_| ()),
        shown(&pay_account::Get::new(account()), status, body, |it| {
            for option in it.payment_options() {
                let _ = (option.balance(), option.token());
            }
            let _ = it.redirect(&Environment::Production);
        }),
        shown(&shop, status, body, |it| {
            let _ = (it.recommended_id(), it.all().len());
        }),
        shown(&payment_link::Get::new(order()), status, body, |it| {
            let _ = (it.gross_amount(), it.expiry_start(), it.purchases().len());
        }),
        shown(&snap::GetPreferences::new(), status, body, |_| ()),
        shown(
            &history::ListTransactions::<Merchant>::new(
                history::Filter::default(),
                history::Page::default(),
            )
            .expect("a filter"),
            status,
            body,
            |it| {
                for row in it.transactions() {
                    let _ = (row.date_time(), row.amount());
                }
            },
        ),
        shown(
            &balance::GetMutation::new(times(), times()).expect("times"),
            status,
            body,
            |it| {
                let _ = (it.opening(), it.closing(), it.wallets().len());
                let _ = (it.start_time(), it.end_time());
            },
        ),
    ];
    let bill = invoice::InvoiceId::received("i1").expect("an id");
    all.push(shown(&invoice::Get::new(bill), status, body, |it| {
        let _ = (it.due_date(), it.gross_amount(), it.virtual_accounts());
    }));
    all.concat()
}

fn keys() -> ServerKeys {
    ServerKey::new("SB-Mid-server-a-key-of-these-tests")
        .expect("a key")
        .into()
}

proptest! {
    #[test]
    fn a_reply_of_any_shape_is_read_or_refused_and_shows_no_customer(
        status in prop::sample::select(vec![200u16, 201, 202, 400, 404, 500]),
        body in object_of(value()),
    ) {
        let names = ["token", "email", "phone_number", "masked_card", "customer_details"];
        let planted = names.map(|name| format!("{name:?}:{PLANTED:?}")).join(",");
        let separator = if body == "{}" { "" } else { "," };
        let body = body.replacen('{', &format!("{{{planted}{separator}"), 1);
        let shown = all_shown(status, &body);
        if shown.contains(PLANTED) {
            return Err(TestCaseError::fail(format!("{body} is shown as {shown}")));
        }
    }

    #[test]
    fn a_message_without_the_key_is_never_a_signed_one(body in object_of(value())) {
        let bytes = body.as_bytes();
        let is_believed = notification::verify(bytes, &keys()).is_ok()
            || PayAccountNotification::verify(bytes, &keys()).is_ok()
            || matches!(
                verify_any(bytes, &keys()),
                Ok(message) if !matches!(message, notification::Message::Subscription(_))
            );
        if is_believed {
            return Err(TestCaseError::fail(format!("{body} is believed")));
        }
        if let Ok(event) = SubscriptionEvent::read(bytes) {
            let _ = (event.reported(), event.reported_code(), event.reported_status());
            let _ = event.to_confirm_transaction();
        }
    }

    #[test]
    fn a_cursor_of_any_text_is_a_page_or_an_error(text in any::<String>(), digits in "[0-9]{0,12}/[0-9]{0,12}") {
        for text in [text, digits] {
            if let Ok(page) = text.parse::<history::Page>() {
                assert!((1..=50).contains(&page.size()));
                let _ = page.next().to_string();
            }
        }
    }
}

#[test]
fn an_unsigned_event_cannot_write_lines_of_its_own_into_a_log() {
    let event = |id: &str| {
        let body = format!(r#"{{"subscription":{{"id":"{id}"}},"transaction":{{}}}}"#);
        SubscriptionEvent::read(body.as_bytes())
    };
    assert!(event("s-417").is_ok());
    for id in [r"s-417\nERROR paid", r"\u001b[2J"] {
        let refused = Rejection::MissingField("id of a subscription");
        assert_eq!(event(id).unwrap_err(), refused);
    }
}
