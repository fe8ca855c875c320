//! The webhook.

use axum::extract::DefaultBodyLimit;
use axum::routing::any;
use midtrans_axum::Answered;
use midtrans_axum::protocol::notification;
use midtrans_axum::protocol::notification::Family;
use midtrans_axum::protocol::webhook::Rejection;

use super::*;

fn webhook(content_type: Option<&str>, body: impl Into<Body>) -> Request<Body> {
    let request = Request::post("/notification");
    let request = content_type.into_iter().fold(request, |request, value| {
        request.header("content-type", value)
    });
    request.body(body.into()).unwrap()
}

fn json(body: impl Into<Body>) -> Request<Body> {
    webhook(Some("application/json"), body)
}

#[tokio::test]
async fn a_genuine_notification_reaches_the_handler() {
    for content_type in [
        Some("application/json"),
        Some("application/json; charset=UTF-8"),
        Some("text/plain"),
        None,
    ] {
        let response = ask(webhook(content_type, settlement())).await;
        assert_eq!(
            response.headers()["x-order"],
            "order-101",
            "{content_type:?}"
        );
        assert_bare(response, StatusCode::OK).await;
    }
}

#[tokio::test]
async fn a_store_that_fails_asks_the_gateway_to_come_again() {
    let response = router(Shop {
        keys: keys(),
        store_works: false,
    })
    .oneshot(json(settlement()))
    .await
    .unwrap();
    assert_bare(response, StatusCode::SERVICE_UNAVAILABLE).await;
}

#[tokio::test]
async fn forged_is_403() {
    for (said, instead) in [
        ("11000.00", "11.00"),
        ("order-101", "order-102"),
        ("\"200\"", "\"201\""),
    ] {
        let response = ask(json(settlement().replace(said, instead))).await;
        assert_eq!(
            response.extensions().get::<Rejection>(),
            Some(&Rejection::Forged)
        );
        assert_bare(response, StatusCode::FORBIDDEN).await;
    }
}

#[tokio::test]
async fn signed_with_another_merchants_key_is_403() {
    let keys = ServerKeys::new(ServerKey::new("SB-Mid-server-another").unwrap());
    let response = router(Shop {
        keys,
        store_works: true,
    })
    .oneshot(json(settlement()))
    .await
    .unwrap();
    assert_bare(response, StatusCode::FORBIDDEN).await;
}

#[tokio::test]
async fn every_one_of_several_keys_is_accepted() {
    let keys = ServerKeys::new(ServerKey::new("SB-Mid-server-new").unwrap())
        .and(ServerKey::new(KEY).unwrap());
    let response = router(Shop {
        keys,
        store_works: true,
    })
    .oneshot(json(settlement()))
    .await
    .unwrap();
    assert_bare(response, StatusCode::OK).await;
}

#[tokio::test]
async fn malformed_is_400() {
    for body in [
        "",
        " ",
        "null",
        "[]",
        "{",
        "order_id=order-101",
        "{}",
        r#"{"order_id":"a","order_id":"b"}"#,
    ] {
        assert_bare(ask(json(body)).await, StatusCode::BAD_REQUEST).await;
    }
    let missing = settlement().replace("signature_key", "signature");
    let response = ask(json(missing)).await;
    assert_eq!(
        response.extensions().get::<Rejection>(),
        Some(&Rejection::MissingField("signature_key"))
    );
    assert_bare(response, StatusCode::BAD_REQUEST).await;
    assert_bare(
        ask(json(vec![b'"', 0xff, b'"'])).await,
        StatusCode::BAD_REQUEST,
    )
    .await;
}

#[tokio::test]
async fn another_content_type_is_415() {
    for content_type in ["application/x-www-form-urlencoded", "text/html", ""] {
        assert_bare(
            ask(webhook(Some(content_type), settlement())).await,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        )
        .await;
    }
}

#[tokio::test]
async fn too_long_is_413_with_and_without_a_content_length() {
    let padded = |length: usize| {
        format!(
            "{}{}",
            settlement(),
            " ".repeat(length - settlement().len())
        )
    };
    assert_bare(
        ask(json(padded(notification::MAX_BYTES))).await,
        StatusCode::OK,
    )
    .await;
    assert_bare(
        ask(json(padded(notification::MAX_BYTES + 1))).await,
        StatusCode::PAYLOAD_TOO_LARGE,
    )
    .await;

    let mut announced = json(Body::empty());
    announced
        .headers_mut()
        .insert("content-length", (notification::MAX_BYTES + 1).into());
    assert_bare(ask(announced).await, StatusCode::PAYLOAD_TOO_LARGE).await;
}

#[tokio::test]
async fn a_smaller_limit_of_the_app_holds_too_and_a_larger_one_does_not() {
    let limited = |limit: DefaultBodyLimit| {
        router(Shop {
            keys: keys(),
            store_works: true,
        })
        .layer(limit)
    };
    let small = DefaultBodyLimit::max(settlement().len() - 1);
    assert_bare(
        limited(small).oneshot(json(settlement())).await.unwrap(),
        StatusCode::PAYLOAD_TOO_LARGE,
    )
    .await;
    let enough = DefaultBodyLimit::max(settlement().len());
    assert_bare(
        limited(enough).oneshot(json(settlement())).await.unwrap(),
        StatusCode::OK,
    )
    .await;
    let none = DefaultBodyLimit::disable();
    let long = vec![b' '; notification::MAX_BYTES + 1];
    assert_bare(
        limited(none).oneshot(json(long)).await.unwrap(),
        StatusCode::PAYLOAD_TOO_LARGE,
    )
    .await;
}

#[tokio::test]
async fn another_method_is_405() {
    for method in ["GET", "PUT", "DELETE"] {
        let request = Request::builder()
            .method(method)
            .uri("/notification")
            .body(Body::empty())
            .unwrap();
        assert_eq!(
            ask(request).await.status(),
            StatusCode::METHOD_NOT_ALLOWED,
            "{method}"
        );
    }
}

#[tokio::test]
async fn another_familys_notification_is_answered_with_200_and_reaches_no_handler() {
    let body = r#"{"account_id":"a-1","account_status":"ENABLED","status_code":"200","signature_key":"0"}"#;
    let response = ask(json(body)).await;
    let rejection = response.extensions().get::<Rejection>().cloned();
    assert_eq!(rejection, Some(Rejection::Misdirected(Family::PayAccount)));
    assert!(!response.headers().contains_key("x-order"));
    assert_bare(response, StatusCode::OK).await;
}

#[tokio::test]
async fn a_handler_may_look_at_the_rejection_itself() {
    async fn own(result: Result<Verified, Answered>) -> String {
        result.map_or_else(
            |refused| refused.to_string(),
            |Verified(genuine)| genuine.order_id().to_owned(),
        )
    }
    let app = Router::new()
        .route("/notification", any(own))
        .with_state(keys());
    let forged = settlement().replace("11000", "1");
    let response = app.oneshot(json(forged)).await.unwrap();
    assert_eq!(
        text(response).await,
        "403 Forbidden: the signature was made with none of the server keys"
    );
}

#[tokio::test]
async fn the_dashboards_test_button_is_answered_with_200() {
    let order = "payment_notif_test_G1_1";
    let signed = signature::sign(order, "200", "105000.00", &ServerKey::new(KEY).unwrap());
    let body = format!(
        r#"{{"order_id":"{order}","status_code":"200","gross_amount":"105000.00","signature_key":"{signed}"}}"#
    );
    assert_bare(ask(json(body)).await, StatusCode::OK).await;
}
