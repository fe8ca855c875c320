//! Operations of other products: another host, another reply, another way to authorise.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderValue, Method, StatusCode, Uri};
use midtrans_protocol::account::{Account, ClientKey, Environment, Host, Merchant, ServerKey};
use midtrans_protocol::operation::{Operation, Replay};
use midtrans_protocol::reply::{DecodeError, GatewayReply, Reply};
use midtrans_transport::{
    BlockingClient, CallOptions, Caller, Limits, Next, Reach, Request, Response, TransportError,
    TransportErrorKind,
};

/// A reply that is no transaction.
#[derive(Debug, PartialEq)]
struct Words(String);

impl Reply for Words {
    fn read(reply: GatewayReply) -> Result<Self, DecodeError> {
        let (http_status, body) = reply.into_parts();
        String::from_utf8(body)
            .map(Self)
            .map_err(|error| DecodeError::new("UTF-8", http_status, error.into_bytes()))
    }
}

/// `POST /snap/v1/transactions`
struct CreateSnap;

impl Operation for CreateSnap {
    type Account = Merchant;
    type Reply = Words;
    const NAME: &'static str = "snap_create";

    fn request(&self, environment: &Environment) -> Request {
        let body = br#"{"transaction_details":{"order_id":"order-1","gross_amount":10000}}"#;
        environment.request(
            Method::POST,
            Host::App,
            "/snap/v1/transactions",
            body.to_vec(),
        )
    }

    fn replay(&self) -> Replay {
        Replay::Never
    }

    fn target(&self) -> Option<&str> {
        Some("order-1")
    }
}

/// A browser's account: a client key in the query, and no `Authorization`.
#[derive(Clone, Debug)]
struct Browser {
    environment: Environment,
    client_key: ClientKey,
}

impl Account for Browser {
    fn environment(&self) -> &Environment {
        &self.environment
    }

    fn authorize(&self, request: &mut Request, _: SystemTime) {
        let key = self.client_key.as_str();
        let url = format!("{}&client_key={key}", request.uri());
        *request.uri_mut() = Uri::try_from(url).unwrap();
    }
}

/// `GET /v2/token`
struct CardToken;

impl Operation for CardToken {
    type Account = Browser;
    type Reply = Words;
    const NAME: &'static str = "card_token";

    fn request(&self, environment: &Environment) -> Request {
        environment.request(Method::GET, Host::Api, "/v2/token?card_cvv=123", Vec::new())
    }

    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn target(&self) -> Option<&str> {
        None
    }
}

/// An account that signs method, path, body and time, as BI-SNAP asks for.
#[derive(Clone, Debug)]
struct Partner(Environment);

impl Account for Partner {
    fn environment(&self) -> &Environment {
        &self.0
    }

    fn authorize(&self, request: &mut Request, now: SystemTime) {
        let seconds = now.duration_since(UNIX_EPOCH).unwrap().as_secs();
        let (method, path) = (request.method(), request.uri().path());
        let signed = format!("{method}:{path}:{}:{seconds}", request.body().len());
        let headers = request.headers_mut();
        headers.insert("x-timestamp", HeaderValue::from(seconds));
        headers.insert("x-signature", signed.parse().unwrap());
    }
}

/// `POST /v1.0/transfer-va/create-va`
struct CreateVa;

impl Operation for CreateVa {
    type Account = Partner;
    type Reply = Words;
    const NAME: &'static str = "create_va";

    fn request(&self, environment: &Environment) -> Request {
        environment.request(
            Method::POST,
            Host::Api,
            "/v1.0/transfer-va/create-va",
            b"{}".to_vec(),
        )
    }

    fn replay(&self) -> Replay {
        Replay::Keyed
    }

    fn target(&self) -> Option<&str> {
        None
    }
}

fn answered(_: Request, _: Limits) -> Result<Response, TransportError> {
    Ok(Response::new(b"done".to_vec()))
}

#[test]
fn snap_is_an_operation_of_the_merchant_on_another_host_with_a_reply_of_its_own() {
    let key = ServerKey::new("SB-Mid-server-abc123cde456").unwrap();
    let merchant = Merchant::new(Environment::Sandbox, key).unwrap();
    let transport = |request: Request, limits: Limits| {
        let url = "https://app.sandbox.midtrans.com/snap/v1/transactions";
        assert_eq!(request.uri(), url);
        assert!(request.headers()["authorization"].is_sensitive());
        answered(request, limits)
    };
    let client = BlockingClient::new(transport, merchant);
    assert_eq!(client.send(&CreateSnap).unwrap(), Words("done".to_owned()));
}

#[test]
fn a_client_of_another_account_sends_its_operations_without_the_server_key() {
    let account = Browser {
        environment: Environment::Sandbox,
        client_key: ClientKey::new("SB-Mid-client-abc").unwrap(),
    };
    let transport = |request: Request, limits: Limits| {
        let query = "card_cvv=123&client_key=SB-Mid-client-abc";
        assert_eq!(request.uri().query(), Some(query));
        assert!(!request.headers().contains_key("authorization"));
        answered(request, limits)
    };
    let client = BlockingClient::new(transport, account);
    assert_eq!(client.send(&CardToken).unwrap(), Words("done".to_owned()));
}

#[test]
fn an_error_names_the_operation_and_no_address() {
    let account = Browser {
        environment: Environment::Sandbox,
        client_key: ClientKey::new("SB-Mid-client-abc").unwrap(),
    };
    let refused = |_: Request, _: Limits| {
        let mut response = Response::new(br#"{"status_code":"401"}"#.to_vec());
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        Ok(response)
    };
    let error = BlockingClient::new(refused, account)
        .send(&CardToken)
        .unwrap_err();
    assert!(error.to_string().starts_with("card_token: "), "{error}");
    let shown = format!("{error} {error:?}");
    assert!(
        !shown.contains("123") && !shown.contains("client-abc"),
        "{shown}"
    );
}

#[test]
fn every_attempt_is_signed_with_its_own_time_and_asks_for_the_same() {
    let caller = Caller::new(Partner(Environment::Sandbox));
    let mut exchange = caller.begin(&CreateVa, &CallOptions::default()).unwrap();
    let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
    let (first, _) = exchange.attempt(Duration::ZERO, at(1_000)).unwrap();
    let lost = TransportError::new(TransportErrorKind::Connect, Reach::NotSent);
    assert!(matches!(
        exchange.receive(Err(lost), Duration::from_secs(1)),
        Next::Pause(_)
    ));
    let (second, _) = exchange.attempt(Duration::from_secs(2), at(1_002)).unwrap();
    let signature = |request: &Request| request.headers()["x-signature"].clone();
    let signed = "POST:/v1.0/transfer-va/create-va:2";
    assert_eq!(signature(&first), format!("{signed}:1000"));
    assert_eq!(signature(&second), format!("{signed}:1002"));
    assert_eq!(first.body(), second.body());
    assert_eq!(
        first.headers()["idempotency-key"],
        second.headers()["idempotency-key"]
    );
}
