//! A webhook, a finish page and the way to a pay page, with nothing but hyper. It prints how to try
//! it with curl.

use std::convert::Infallible;
use std::env;
use std::error::Error;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::Body;
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use midtrans_tower::protocol::instructions::RedirectUrl;
use midtrans_tower::protocol::notification::signature;
use midtrans_tower::protocol::{Environment, Notification, ServerKey, ServerKeys};
use midtrans_tower::{landed, notifications, respond};
use tokio::net::TcpListener;
use tower::{Layer, service_fn};

/// Runs only for messages that were signed with the key. A real shop writes it to its database.
async fn store(notification: Notification) -> Result<(), std::io::Error> {
    println!("stored: {}", notification.order_id());
    Ok(())
}

/// Everything that is no notification.
async fn shop<B>(request: Request<B>) -> Result<Response<Full<Bytes>>, Infallible>
where
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    Ok(match request.uri().path() {
        // Akulaku comes back with POST, Kredivo with GET.
        "/midtrans/finish" => match landed(request).await.order() {
            Some(order) => Response::new(format!("We are checking order {order}.").into()),
            None => Response::new("We are checking.".into()),
        },
        // A real shop charges first and takes `redirect_url()` of the reply.
        "/pay" => {
            match RedirectUrl::new(
                "https://api.sandbox.midtrans.com/v2/akulaku/redirect/1",
                &Environment::Sandbox,
            ) {
                Ok(url) => respond(url),
                Err(_) => plain(StatusCode::BAD_GATEWAY),
            }
        }
        _ => plain(StatusCode::NOT_FOUND),
    })
}

fn plain(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let key =
        ServerKey::new(env::var("MIDTRANS_SERVER_KEY").unwrap_or("SB-Mid-server-example".into()))?;
    let port: u16 = env::var("PORT").unwrap_or("8190".into()).parse()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("{}", invitation(&key, port));
    let webhook = notifications(ServerKeys::from(key), store).at("/midtrans/notification");
    loop {
        let (stream, _) = listener.accept().await?;
        let service = TowerToHyperService::new(webhook.layer(service_fn(shop)));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection);
    }
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
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    #[tokio::test]
    async fn the_shop_takes_a_notification_shows_the_finish_page_and_leads_to_the_pay_page() {
        let key = ServerKey::new("SB-Mid-server-example").unwrap();
        let webhook =
            notifications(ServerKeys::from(key.clone()), store).at("/midtrans/notification");
        let ask = |request| webhook.layer(service_fn(shop)).oneshot(request);
        let post = |body: String| {
            Request::post("/midtrans/notification")
                .body(Full::<Bytes>::from(body))
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
            .body(Full::default())
            .unwrap();
        let page = ask(finish)
            .await
            .unwrap()
            .into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes();
        assert_eq!(page, "We are checking order order-101.");
        assert_eq!(
            ask(Request::post("/pay").body(Full::default()).unwrap())
                .await
                .unwrap()
                .status(),
            303
        );
    }
}
