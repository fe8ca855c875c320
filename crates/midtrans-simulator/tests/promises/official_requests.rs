//! The requests that the official clients for Go, PHP and Java send, as data: the client, the
//! operation, the exact request, and what the client's own tests need of the answer. Their packages
//! cannot be run here, so the requests go over plain HTTP.

use midtrans_simulator::{BlockingSimulator, Simulator};
use serde_json::{Value, json};

use crate::api_caller::KEY;
use crate::sockets::agent;

/// A request of a client, and what it needs of the answer.
struct Case {
    client: &'static str,
    operation: &'static str,
    call: (&'static str, &'static str),
    body: Value,
    http: u16,
    /// Pointers into the answer, and the values that have to be there.
    needs: &'static [(&'static str, Need)],
}

/// What a client needs of a field.
#[derive(Clone, Copy, Debug)]
enum Need {
    /// This text, to the letter.
    Is(&'static str),
    /// A text that holds this.
    Holds(&'static str),
    /// A text that is not empty.
    Text,
    /// A whole number, which Go decodes into an integer.
    Integer,
    /// A list that is not empty.
    List,
}

impl Need {
    fn is_met(self, value: &Value) -> bool {
        match self {
            Self::Is(text) => value == text,
            Self::Holds(part) => value.as_str().is_some_and(|text| text.contains(part)),
            Self::Text => value.as_str().is_some_and(|text| !text.is_empty()),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::List => value.as_array().is_some_and(|list| !list.is_empty()),
        }
    }
}

const SNAP: (&str, &str) = ("POST", "/snap/v1/transactions");
const SUBSCRIBE: (&str, &str) = ("POST", "/v1/subscriptions");
const LINK: (&str, &str) = ("POST", "/v2/pay/account");
const TOKEN: &[(&str, Need)] = &[
    ("/token", Need::Text),
    ("/redirect_url", Need::Holds("/snap/v")),
];
const PENDING: &[(&str, Need)] = &[
    ("/status_code", Need::Is("201")),
    ("/account_status", Need::Is("PENDING")),
    ("/account_id", Need::Text),
    ("/actions", Need::List),
];
const ACTIVE: &[(&str, Need)] = &[
    ("/id", Need::Text),
    ("/status", Need::Is("active")),
    ("/amount", Need::Text),
    ("/schedule/interval", Need::Integer),
];

fn cases() -> Vec<Case> {
    let case = |client, operation, call, body, http, needs| Case {
        client,
        operation,
        call,
        body,
        http,
        needs,
    };
    let mut cases = vec![
        case(
            "Go",
            "CreateTransaction",
            SNAP,
            json!({
                "transaction_details": {"order_id": "MID-GO-UNIT_TEST-1", "gross_amount": 200_000},
                "credit_card": {"secure": true},
            }),
            201,
            TOKEN,
        ),
        case(
            "PHP",
            "Snap::createTransaction",
            SNAP,
            json!({
                "credit_card": {"secure": true},
                "transaction_details": {"order_id": 1_700_000_000, "gross_amount": 10_000},
            }),
            201,
            TOKEN,
        ),
        case(
            "Java",
            "SnapApi.createTransaction",
            SNAP,
            json!({
                "transaction_details": {"order_id": "MID-JAVA-1", "gross_amount": "265000"},
                "credit_card": {"secure": "true"},
            }),
            201,
            TOKEN,
        ),
        case(
            "Java",
            "SnapApi.createTransaction, nothing given",
            SNAP,
            json!({
                "credit_card": {"secure": "true"},
            }),
            400,
            &[
                (
                    "/error_messages/0",
                    Need::Is("transaction_details.gross_amount is required"),
                ),
                (
                    "/error_messages/1",
                    Need::Is("transaction_details.gross_amount is not a number"),
                ),
            ],
        ),
        case(
            "Go",
            "CreateTransaction, null",
            SNAP,
            Value::Null,
            400,
            &[("/error_messages/0", Need::Holds("is required"))],
        ),
    ];
    cases.extend(subscriptions(case));
    cases.extend(accounts(case));
    cases
}

type Make = fn(
    &'static str,
    &'static str,
    (&'static str, &'static str),
    Value,
    u16,
    &'static [(&'static str, Need)],
) -> Case;

fn subscriptions(case: Make) -> Vec<Case> {
    let java = json!({
        "name": "SUBS-JAVA", "amount": "100000", "currency": "IDR", "payment_type": "credit_card", "token": "dummy",
        "schedule": {"interval": 1, "interval_unit": "month", "max_interval": 3},
        "metadata": {"description": "Recurring payment for user a"},
        "customer_details": {"email": "johndoe@email.com", "first_name": "John", "last_name": "Doe", "phone": "+62812345678"},
    });
    let go = json!({
        "name": "MidGoSubTest", "amount": 100_000, "currency": "IDR", "payment_type": "credit_card", "token": "DUMMY",
        "schedule": {"interval": 1, "interval_unit": "month", "max_interval": 12},
        "customer_details": {"first_name": "MidtransGo", "email": "midtrans-go@mainlesia.com", "phone": "+62812345678"},
    });
    let php = json!({
        "name": "MONTHLY_2021", "amount": "10000", "currency": "IDR", "payment_type": "credit_card", "token": "dummy",
        "schedule": {"interval": "1", "interval_unit": "month", "max_interval": "12",
            "start_time": "2022-08-17 10:00:01 +0700"},
        "metadata": {"description": "Recurring payment for user a"},
        "customer_details": {"first_name": "John", "last_name": "Doe", "email": "johndoe@gmail.com",
            "phone": "+628987654321"},
    });
    let mut none = java.clone();
    none["amount"] = json!("0");
    let unknown: &[(&str, Need)] = &[("/status_message", Need::Is("Subscription doesn't exist."))];
    let dummy = |method, word| case("Java", word, (method, word), Value::Null, 404, unknown);
    vec![
        case("Java", "createSubscription", SUBSCRIBE, java, 200, ACTIVE),
        case("Go", "CreateSubscription", SUBSCRIBE, go, 200, ACTIVE),
        case("PHP", "createSubscription", SUBSCRIBE, php, 200, ACTIVE),
        case(
            "Java",
            "createSubscription, amount 0",
            SUBSCRIBE,
            none,
            400,
            &[(
                "/validation_messages/0",
                Need::Is("subscription.amount must be between 0.01 - 99999999999.00"),
            )],
        ),
        case(
            "Go",
            "CreateSubscription, null",
            SUBSCRIBE,
            Value::Null,
            400,
            &[("/status_message", Need::Holds("Bad request"))],
        ),
        dummy("GET", "/v1/subscriptions/dummy"),
        dummy("PATCH", "/v1/subscriptions/dummy"),
        dummy("POST", "/v1/subscriptions/dummy/disable"),
        dummy("POST", "/v1/subscriptions/dummy/enable"),
    ]
}

fn accounts(case: Make) -> Vec<Case> {
    let partner = |phone: Value| {
        json!({"payment_type": "gopay", "gopay_partner": {"phone_number": phone,
            "redirect_url": "https://www.gojek.com"}})
    };
    let refused: &[(&str, Need)] = &[
        ("/status_code", Need::Is("202")),
        ("/channel_response_message", Need::Is("User Not Found")),
    ];
    let blocked: &[(&str, Need)] = &[
        ("/status_code", Need::Is("202")),
        ("/channel_response_message", Need::Is("Wallet is Blocked")),
    ];
    let gone: &[(&str, Need)] = &[
        ("/status_code", Need::Is("404")),
        ("/status_message", Need::Is("Account doesn't exist.")),
    ];
    vec![
        case(
            "PHP",
            "linkPaymentAccount",
            LINK,
            partner(json!(874_567_446u64)),
            200,
            PENDING,
        ),
        case(
            "Go",
            "LinkPaymentAccount",
            LINK,
            partner(json!("6287746440")),
            400,
            &[("/validation_messages/0", Need::Text)],
        ),
        case(
            "Go",
            "LinkPaymentAccount, with the country",
            LINK,
            partner(json!("6287767676760")),
            200,
            PENDING,
        ),
        case(
            "Java",
            "linkPaymentAccount",
            LINK,
            partner(json!("81987654321")),
            200,
            PENDING,
        ),
        case(
            "Java",
            "linkPaymentAccount, unknown",
            LINK,
            partner(json!("123450001")),
            200,
            refused,
        ),
        case(
            "Java",
            "linkPaymentAccount, blocked",
            LINK,
            partner(json!("123450002")),
            200,
            blocked,
        ),
        case(
            "Java",
            "linkPaymentAccount, leading zero",
            LINK,
            partner(json!("0123456789")),
            400,
            &[(
                "/validation_messages/0",
                Need::Is(
                    "gopay_partner.phone_number must be numeric digits and must not begin with 0",
                ),
            )],
        ),
        case(
            "Go",
            "GetPaymentAccount, unknown",
            ("GET", "/v2/pay/account/dummy"),
            Value::Null,
            200,
            gone,
        ),
        case(
            "Go",
            "UnlinkPaymentAccount, unknown",
            ("POST", "/v2/pay/account/dummy/unbind"),
            Value::Null,
            200,
            gone,
        ),
    ]
}

fn send(simulator: &BlockingSimulator, case: &Case) -> (u16, Value) {
    let (method, path) = case.call;
    let request = http::Request::builder()
        .method(method)
        .uri(format!("{}{path}", simulator.url()))
        .header("authorization", KEY)
        .header("content-type", "application/json")
        .header("accept", "application/json");
    let mut reply = match method {
        "GET" => agent().run(request.body(()).unwrap()).unwrap(),
        _ => agent()
            .run(request.body(case.body.to_string()).unwrap())
            .unwrap(),
    };
    let status = reply.status().as_u16();
    let text = reply.body_mut().read_to_string().unwrap();
    (status, serde_json::from_str(&text).unwrap())
}

#[test]
fn go_php_and_java_get_what_their_tests_need() {
    let simulator = Simulator::builder().serve_blocking().unwrap();
    for case in cases() {
        let (http, answer) = send(&simulator, &case);
        let name = format!("{} {}", case.client, case.operation);
        assert_eq!(http, case.http, "{name}: {answer}");
        for (pointer, need) in case.needs {
            let value = answer.pointer(pointer).unwrap_or(&Value::Null);
            assert!(
                need.is_met(value),
                "{name}: {pointer} is {value}, expected {need:?}: {answer}"
            );
        }
    }
}
