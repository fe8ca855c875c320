//! The contract over midtrans-rocket.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;

use midtrans_adapter_tests::{contract, shop};
use midtrans_rocket::{Answered, Landed, Verified, notifications};
use rocket::config::LogLevel;
use rocket::fairing::AdHoc;
use rocket::response::content::RawHtml;
use rocket::{Build, Config, Request, Rocket, get, post, routes};

/// The number of bytes of every body that Rocket reads before any route sees the request, in search
/// of `_method=delete`.
const PEEKED: usize = 14;

#[post("/extracted", data = "<verified>")]
async fn extracted(verified: Verified) -> Answered {
    Answered(shop::store(verified.0).await.into())
}

#[get("/midtrans/finish")]
fn landed(landed: Landed) -> RawHtml<String> {
    RawHtml(shop::page(&landed.0))
}

#[post("/midtrans/finish", data = "<form>")]
fn landed_by_form(form: Landed) -> RawHtml<String> {
    landed(form)
}

#[post("/pay")]
fn pay() -> Answered {
    Answered(shop::pay_page().into())
}

#[post("/snap")]
fn snap() -> Answered {
    Answered(shop::snap_page().into())
}

fn app() -> Rocket<Build> {
    let webhook = notifications(shop::keys(), shop::store)
        .within(shop::DEADLINE)
        .on_misdirected(shop::misdirected);
    let merchants = notifications(
        |request: &Request<'_>| shop::keys_of(request.uri().path().as_str()),
        shop::store,
    );
    let config = Config {
        port: 0,
        log_level: LogLevel::Off,
        ..Config::debug_default()
    };
    rocket::custom(config)
        .manage(shop::keys())
        .mount(shop::NOTIFICATION, webhook)
        .mount("/merchants", merchants.at("/<merchant>"))
        .mount("/", routes![extracted, landed, landed_by_form, pay, snap])
}

fn start() -> SocketAddr {
    let (tell, told) = mpsc::channel();
    let lifted = AdHoc::on_liftoff("address", move |rocket| {
        let address = SocketAddr::new(rocket.config().address, rocket.config().port);
        Box::pin(async move { tell.send(address).expect("the test waits") })
    });
    thread::spawn(|| drop(rocket::execute(app().attach(lifted).launch())));
    told.recv().expect("Rocket starts")
}

#[test]
fn rocket_keeps_the_contract() {
    contract::hold(start());
}

#[test]
fn rocket_takes_a_hundred_at_once() {
    contract::hold_in_parallel(start());
}

#[test]
fn rocket_waits_for_no_body_for_ever() {
    contract::hold_stalled(start(), &[PEEKED, 60]);
}

#[test]
fn rocket_waits_for_fourteen_bytes_before_any_deadline_can_begin() {
    contract::hold_that_it_peeks(start(), PEEKED);
}

#[test]
fn rocket_ends_what_it_began_when_the_sender_leaves() {
    contract::hold_when_the_sender_leaves(start());
}

#[test]
fn rocket_keeps_the_deadline_when_the_sender_leaves() {
    contract::hold_the_deadline_when_the_sender_leaves(start());
}
