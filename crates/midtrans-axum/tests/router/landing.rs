//! The finish page.

use midtrans_axum::protocol::webhook::landing;

use super::*;

fn form(content_type: Option<&str>, body: impl Into<Body>) -> Request<Body> {
    let request = Request::post("/finish");
    let request = content_type.into_iter().fold(request, |request, value| {
        request.header("content-type", value)
    });
    request.body(body.into()).unwrap()
}

async fn posted(body: &str) -> String {
    let response = ask(form(
        Some("application/x-www-form-urlencoded"),
        body.to_owned(),
    ))
    .await;
    assert_eq!(response.status(), StatusCode::OK);
    text(response).await
}

async fn got(query: &str) -> String {
    let response = ask(Request::get(format!("/finish{query}"))
        .body(Body::empty())
        .unwrap())
    .await;
    assert_eq!(response.status(), StatusCode::OK);
    text(response).await
}

#[tokio::test]
async fn akulaku_comes_back_with_a_form() {
    // The shape of the gateway's sample: spaces as `+`, everything else escaped, the client key
    // beside it.
    let body = "response=%7B%22transaction_time%22%3A%222026-11-22+15%3A54%3A11%22%2C%22gross_amount%22%3A%2220000.00%22\
        %2C%22order_id%22%3A%22order-101%22%2C%22status_code%22%3A%22200%22%2C%22transaction_status%22%3A%22settlement\
        %22%7D&callback_key=SB-Mid-client-abc";
    assert_eq!(posted(body).await, "order-101\nsettlement\n200");
    assert_eq!(
        posted("response=%7B%22order_id%22%3A%22a+b%2Bc%25%22%7D").await,
        "a b+c%\n-\n-"
    );
}

#[tokio::test]
async fn kredivo_comes_back_with_all_some_or_no_parameters() {
    let all = "?order_id=order-101&transaction_status=expire&status_code=407";
    assert_eq!(got(all).await, "order-101\nexpire\n407");
    assert_eq!(got("?order_id=order-101").await, "order-101\n-\n-");
    assert_eq!(
        got("?transaction_status=settlement").await,
        "-\nsettlement\n-"
    );
    assert_eq!(got("").await, "-\n-\n-");
    assert_eq!(got("?").await, "-\n-\n-");
    assert_eq!(got("?order_id=&theirs=1").await, "-\n-\n-");
}

#[tokio::test]
async fn of_two_different_values_neither_is_believed() {
    assert_eq!(
        got("?order_id=a&order_id=b&status_code=200").await,
        "-\n-\n200"
    );
    assert_eq!(got("?order_id=a&order_id=a").await, "a\n-\n-");
    let response = ask(form(
        None,
        "response=%7B%7D&response=%7B%22order_id%22%3A%22a%22%7D",
    ))
    .await;
    assert_eq!(text(response).await, "-\n-\n-");
}

#[tokio::test]
async fn hostile_text_arrives_as_text() {
    // Escaping is the page's work; the shop example does it.
    let hostile = "<script>alert(1)</script>";
    assert_eq!(
        got("?order_id=%3Cscript%3Ealert(1)%3C%2Fscript%3E").await,
        format!("{hostile}\n-\n-")
    );
    let body = "response=%7B%22order_id%22%3A%22%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%7D";
    assert_eq!(posted(body).await, format!("{hostile}\n-\n-"));
}

#[tokio::test]
async fn a_form_that_cannot_be_read_shows_the_page_all_the_same() {
    for body in [
        "",
        "callback_key=x",
        "response=",
        "response=%7B",
        "response=[]",
    ] {
        assert_eq!(posted(body).await, "-\n-\n-", "{body}");
    }
    assert_eq!(posted("order_id=order-101").await, "order-101\n-\n-");
}

#[tokio::test]
async fn the_content_type_of_a_form_does_not_matter() {
    for content_type in [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded; charset=utf-8",
    ] {
        let response = ask(form(
            Some(content_type),
            "response=%7B%22order_id%22%3A%22a%22%7D",
        ))
        .await;
        assert_eq!(text(response).await, "a\n-\n-", "{content_type}");
    }
}

#[tokio::test]
async fn a_form_that_is_too_long_says_nothing() {
    let long = format!("order_id=a&{}", "x".repeat(landing::MAX_BYTES));
    assert_eq!(text(ask(form(None, long)).await).await, "-\n-\n-");
    let mut announced = form(None, Body::empty());
    announced
        .headers_mut()
        .insert("content-length", (landing::MAX_BYTES + 1).into());
    assert_eq!(text(ask(announced).await).await, "-\n-\n-");
}

#[tokio::test]
async fn two_question_marks_lose_nothing() {
    let all = "?shop=1?order_id=order-101&status_code=200&transaction_status=settlement";
    assert_eq!(got(all).await, "order-101\nsettlement\n200");
}

#[tokio::test]
async fn head_is_answered_as_get_and_another_method_is_405() {
    let request = |method: &str| {
        Request::builder()
            .method(method)
            .uri("/finish")
            .body(Body::empty())
            .unwrap()
    };
    assert_eq!(ask(request("HEAD")).await.status(), StatusCode::OK);
    assert_eq!(
        ask(request("PUT")).await.status(),
        StatusCode::METHOD_NOT_ALLOWED
    );
}
