//! The redirect to the pay page.

use axum::response::IntoResponse;
use midtrans_axum::Answered;
use midtrans_axum::protocol::Environment;
use midtrans_axum::protocol::instructions::RedirectUrl;

use super::*;

#[tokio::test]
async fn the_customer_is_sent_to_the_url_to_the_letter() {
    let url = "https://api.midtrans.com/v1/redirect?type=merchant&paymentType=kredivo&referenceId=A1-1&merchantId=M1";
    let response = Answered(
        RedirectUrl::new(url, &Environment::Production)
            .unwrap()
            .into(),
    )
    .into_response();
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()["location"], url);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(text(response).await, "");
}

#[test]
fn plain_http_is_for_custom_environments_only() {
    let url = "http://127.0.0.1:8180/akulaku/1";
    let custom = Environment::custom("http://127.0.0.1:8180").unwrap();
    assert!(RedirectUrl::new(url, &custom).is_ok());
    for environment in [Environment::Sandbox, Environment::Production] {
        let error = RedirectUrl::new(url, &environment).unwrap_err();
        assert_eq!(error.to_string(), "redirect_url: expected an https URL");
    }
}

#[test]
fn a_host_list_of_the_apps_own_is_kept() {
    let url = RedirectUrl::new("https://api.midtrans.com/x", &Environment::Production).unwrap();
    let redirect = Answered(url.clone().only_to(["api.midtrans.com"]).unwrap().into());
    assert_eq!(
        redirect.into_response().headers()["location"],
        "https://api.midtrans.com/x"
    );
    let error = url.only_to(["pay.example"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "redirect_url: expected a host out of the list of allowed hosts"
    );
}
