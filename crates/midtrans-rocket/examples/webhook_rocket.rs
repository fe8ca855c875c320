//! A webhook, a finish page and the way to a pay page, with Rocket. It prints how to try it with
//! curl.

use std::env;
use std::error::Error;

use midtrans_rocket::protocol::instructions::RedirectUrl;
use midtrans_rocket::protocol::notification::signature;
use midtrans_rocket::protocol::{Environment, Notification, ServerKey, ServerKeys};
use midtrans_rocket::{Answered, Landed, notifications};
use rocket::fairing::AdHoc;
use rocket::response::Debug;
use rocket::{Build, Config, Rocket, get, post, routes};

/// Runs only for messages that were signed with the key. A real shop writes it to its database.
async fn store(notification: Notification) -> Result<(), std::io::Error> {
    println!("stored: {}", notification.order_id());
    Ok(())
}

/// Kredivo comes back with GET.
#[get("/midtrans/finish")]
fn landed(landed: Landed) -> String {
    landed.0.order().map_or("We are checking.".into(), |order| {
        format!("We are checking order {order}.")
    })
}

/// Akulaku comes back with POST.
#[post("/midtrans/finish", data = "<form>")]
fn landed_by_form(form: Landed) -> String {
    landed(form)
}

/// A real shop charges first and takes `redirect_url()` of the reply.
#[post("/pay")]
fn pay() -> Result<Answered, Debug<Box<dyn Error>>> {
    let url = "https://api.sandbox.midtrans.com/v2/akulaku/redirect/1";
    let url = RedirectUrl::new(url, &Environment::Sandbox).map_err(|error| Debug(error.into()))?;
    Ok(Answered(url.into()))
}

fn app(rocket: Rocket<Build>, keys: ServerKeys) -> Rocket<Build> {
    rocket
        .mount("/midtrans/notification", notifications(keys, store))
        .mount("/", routes![landed, landed_by_form, pay])
}

fn main() -> Result<(), Box<dyn Error>> {
    let key =
        ServerKey::new(env::var("MIDTRANS_SERVER_KEY").unwrap_or("SB-Mid-server-example".into()))?;
    let port: u16 = env::var("PORT").unwrap_or("8190".into()).parse()?;
    let rocket = app(
        rocket::custom(Config {
            port,
            ..Config::default()
        }),
        key.clone().into(),
    );
    let invite = AdHoc::on_liftoff("invitation", move |_| {
        Box::pin(async move { println!("{}", invitation(&key, port)) })
    });
    rocket::execute(rocket.attach(invite).launch())?;
    Ok(())
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
    use rocket::http::Status;
    use rocket::local::blocking::Client;

    #[test]
    fn the_shop_takes_a_notification_shows_the_finish_page_and_leads_to_the_pay_page() {
        let key = ServerKey::new("SB-Mid-server-example").unwrap();
        let client = Client::untracked(app(rocket::build(), key.clone().into())).unwrap();
        let post = |body: String| {
            client
                .post("/midtrans/notification")
                .body(body)
                .dispatch()
                .status()
        };
        assert_eq!(post(settlement(&key)), Status::Ok);
        assert_eq!(
            post(settlement(&key).replace("11000", "1")),
            Status::Forbidden
        );
        let page = client
            .get("/midtrans/finish?order_id=order-101")
            .dispatch()
            .into_string();
        assert_eq!(page.as_deref(), Some("We are checking order order-101."));
        assert_eq!(client.post("/pay").dispatch().status(), Status::SeeOther);
    }
}
