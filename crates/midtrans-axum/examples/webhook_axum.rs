//! A webhook, a finish page and the way to a pay page, with axum. It prints how to try it with
//! curl.

use std::env;
use std::error::Error;

use axum::Router;
use axum::routing::{get, post};
use midtrans_axum::protocol::instructions::RedirectUrl;
use midtrans_axum::protocol::notification::signature;
use midtrans_axum::protocol::{Environment, Notification, ServerKey, ServerKeys};
use midtrans_axum::{Answered, Landed, notifications};
use tokio::net::TcpListener;

/// Runs only for messages that were signed with the key. A real shop writes it to its database.
async fn store(notification: Notification) -> Result<(), std::io::Error> {
    println!("stored: {}", notification.order_id());
    Ok(())
}

/// Akulaku comes back with POST, Kredivo with GET.
async fn landed(Landed(landing): Landed) -> String {
    landing.order().map_or("We are checking.".into(), |order| {
        format!("We are checking order {order}.")
    })
}

/// A real shop charges first and takes `redirect_url()` of the reply.
async fn pay() -> Result<Answered, &'static str> {
    let url = "https://api.sandbox.midtrans.com/v2/akulaku/redirect/1";
    let url = RedirectUrl::new(url, &Environment::Sandbox).map_err(|_| "no pay page")?;
    Ok(Answered(url.into()))
}

fn app(keys: ServerKeys) -> Router {
    Router::new()
        .route_service("/midtrans/notification", notifications(keys, store))
        .route("/midtrans/finish", get(landed).post(landed))
        .route("/pay", post(pay))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let key =
        ServerKey::new(env::var("MIDTRANS_SERVER_KEY").unwrap_or("SB-Mid-server-example".into()))?;
    let port: u16 = env::var("PORT").unwrap_or("8190".into()).parse()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("{}", invitation(&key, port));
    Ok(axum::serve(listener, app(key.into())).await?)
}

/// Commands to try it with.
fn invitation(key: &ServerKey, port: u16) -> String {
    let shop = format!("http://127.0.0.1:{port}");
    format!(
        "curl -i {shop}/midtrans/notification -H 'Content-Type: application/json' -d '{}'\n\
         curl -i '{shop}/midtrans/finish?order_id=order-101'\n\
         curl -i -X POST {shop}/pay",
        settlement(key)
    )
}

/// A notification as the gateway sends it.
fn settlement(key: &ServerKey) -> String {
    let signed = signature::sign("order-101", "200", "11000.00", key);
    format!(
        r#"{{"order_id":"order-101","status_code":"200","gross_amount":"11000.00","transaction_status":"settlement","signature_key":"{signed}"}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    #[tokio::test]
    async fn the_shop_takes_a_notification_shows_the_finish_page_and_leads_to_the_pay_page() {
        let key = ServerKey::new("SB-Mid-server-example").unwrap();
        let app = app(key.clone().into());
        let ask = |request: Request<Body>| app.clone().oneshot(request);
        let post = |body: String| {
            Request::post("/midtrans/notification")
                .body(Body::from(body))
                .unwrap()
        };
        assert_eq!(ask(post(settlement(&key))).await.unwrap().status(), 200);
        assert_eq!(
            ask(post(settlement(&key).replace("11000", "1")))
                .await
                .unwrap()
                .status(),
            403
        );
        let finish = Request::get("/midtrans/finish?order_id=order-101")
            .body(Body::empty())
            .unwrap();
        let page = to_bytes(ask(finish).await.unwrap().into_body(), 100)
            .await
            .unwrap();
        assert_eq!(page, "We are checking order order-101.");
        assert_eq!(
            ask(Request::post("/pay").body(Body::empty()).unwrap())
                .await
                .unwrap()
                .status(),
            303
        );
    }
}
