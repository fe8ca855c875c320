//! A webhook, a finish page and the way to a pay page, with poem. It prints how to try it with
//! curl.

use std::env;
use std::error::Error;

use midtrans_poem::protocol::{
    Environment, Notification, RedirectUrl, ServerKey, ServerKeys, signature,
};
use midtrans_poem::{Answered, Landed, notifications};
use poem::error::InternalServerError;
use poem::listener::TcpListener;
use poem::{Route, Server, get, handler, post};

/// Runs only for messages that were signed with the key. A real shop writes it to its database.
async fn store(notification: Notification) -> Result<(), std::io::Error> {
    println!("stored: {}", notification.order_id());
    Ok(())
}

/// Akulaku comes back with POST, Kredivo with GET.
#[handler]
async fn landed(Landed(landing): Landed) -> String {
    landing.order().map_or("We are checking.".into(), |order| {
        format!("We are checking order {order}.")
    })
}

/// A real shop charges first and takes `redirect_url()` of the reply.
#[handler]
async fn pay() -> poem::Result<Answered> {
    let url = "https://api.sandbox.midtrans.com/v2/akulaku/redirect/1";
    Ok(Answered(
        RedirectUrl::new(url, &Environment::Sandbox)
            .map_err(InternalServerError)?
            .into(),
    ))
}

fn app(keys: ServerKeys) -> Route {
    Route::new()
        .at("/midtrans/notification", notifications(keys, store))
        .at("/midtrans/finish", get(landed).post(landed))
        .at("/pay", post(pay))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let key =
        ServerKey::new(env::var("MIDTRANS_SERVER_KEY").unwrap_or("SB-Mid-server-example".into()))?;
    let port: u16 = env::var("PORT").unwrap_or("8190".into()).parse()?;
    println!("{}", invitation(&key, port));
    Ok(Server::new(TcpListener::bind(("127.0.0.1", port)))
        .run(app(key.into()))
        .await?)
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
    use poem::http::Method;
    use poem::{Endpoint, Request};

    #[tokio::test]
    async fn the_shop_takes_a_notification_shows_the_finish_page_and_leads_to_the_pay_page() {
        let key = ServerKey::new("SB-Mid-server-example").unwrap();
        let app = app(key.clone().into());
        let request = |method: Method, path: &str| Request::builder().method(method).uri_str(path);
        let post = |body: String| request(Method::POST, "/midtrans/notification").body(body);
        assert_eq!(app.get_response(post(settlement(&key))).await.status(), 200);
        assert_eq!(
            app.get_response(post(settlement(&key).replace("11000", "1")))
                .await
                .status(),
            403
        );
        let finish = request(Method::GET, "/midtrans/finish?order_id=order-101").finish();
        let page = app
            .get_response(finish)
            .await
            .into_body()
            .into_string()
            .await
            .unwrap();
        assert_eq!(page, "We are checking order order-101.");
        assert_eq!(
            app.get_response(request(Method::POST, "/pay").finish())
                .await
                .status(),
            303
        );
    }
}
