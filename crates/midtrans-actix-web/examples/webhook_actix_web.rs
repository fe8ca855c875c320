//! A webhook, a finish page and the way to a pay page, with actix-web. It prints how to try it with
//! curl.

use std::env;
use std::error::Error;

use actix_web::web::{self, ServiceConfig};
use actix_web::{App, HttpServer, rt};
use midtrans_actix_web::protocol::instructions::RedirectUrl;
use midtrans_actix_web::protocol::notification::signature;
use midtrans_actix_web::protocol::{Environment, Notification, ServerKey, ServerKeys};
use midtrans_actix_web::{Answered, Landed, notifications};

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
async fn pay() -> Result<Answered, Box<dyn Error>> {
    let url = "https://api.sandbox.midtrans.com/v2/akulaku/redirect/1";
    Ok(Answered(
        RedirectUrl::new(url, &Environment::Sandbox)?.into(),
    ))
}

fn configure(app: &mut ServiceConfig, keys: ServerKeys) {
    app.route(
        "/midtrans/notification",
        web::to(notifications(keys, store)),
    )
    .service(web::resource("/midtrans/finish").get(landed).post(landed))
    .route("/pay", web::post().to(pay));
}

fn main() -> Result<(), Box<dyn Error>> {
    let key =
        ServerKey::new(env::var("MIDTRANS_SERVER_KEY").unwrap_or("SB-Mid-server-example".into()))?;
    let port: u16 = env::var("PORT").unwrap_or("8190".into()).parse()?;
    let keys = ServerKeys::from(key.clone());
    let server = HttpServer::new(move || App::new().configure(|app| configure(app, keys.clone())));
    let server = server.bind(("127.0.0.1", port))?;
    println!("{}", invitation(&key, port));
    Ok(rt::System::new().block_on(server.run())?)
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
    use actix_web::test::{TestRequest, call_and_read_body, call_service, init_service};

    #[test]
    fn the_shop_takes_a_notification_shows_the_finish_page_and_leads_to_the_pay_page() {
        rt::System::new().block_on(async {
            let key = ServerKey::new("SB-Mid-server-example").unwrap();
            let app =
                init_service(App::new().configure(|app| configure(app, key.clone().into()))).await;
            let post = |body: String| {
                TestRequest::post()
                    .uri("/midtrans/notification")
                    .set_payload(body)
                    .to_request()
            };
            assert_eq!(
                call_service(&app, post(settlement(&key))).await.status(),
                200
            );
            assert_eq!(
                call_service(&app, post(settlement(&key).replace("11000", "1")))
                    .await
                    .status(),
                403
            );
            let finish = TestRequest::get()
                .uri("/midtrans/finish?order_id=order-101")
                .to_request();
            assert_eq!(
                call_and_read_body(&app, finish).await,
                "We are checking order order-101."
            );
            let pay = call_service(&app, TestRequest::post().uri("/pay").to_request()).await;
            assert_eq!(pay.status(), 303);
        });
    }
}
