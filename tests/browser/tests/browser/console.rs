//! The console: what it shows, what its buttons do, and that it goes on by itself.

use midtrans_protocol::Rupiah;
use midtrans_simulator::Account;
use midtrans_simulator::gateway::{Choice, Command};
use serde_json::json;

use crate::till::{Till, browser};

#[test]
fn the_console_is_for_everybody_in_both_colour_schemes() {
    let Some(browser) = browser("the look of the console") else { return };
    let empty = Till::open();
    let till =
        Till::with(|builder| builder.merchant(Account::new("G222222222", "SB-Mid-server-two", "SB-Mid-client-two")));
    for (order, provider) in
        [("open-1", "akulaku"), ("paid-2", "kredivo"), ("declined-3", "akulaku"), ("old-4", "kredivo")]
    {
        till.charge(provider, order);
    }
    let simulator = &till.simulator;
    simulator.choose("paid-2", Choice::Approve).unwrap();
    simulator.command("paid-2", Command::Refund(Some(Rupiah::new(50_000)))).unwrap();
    simulator.choose("declined-3", Choice::Decline).unwrap();
    simulator.command("old-4", Command::Expire).unwrap();
    simulator.add_fault("reset-after,order=lost-5".parse::<midtrans_simulator::gateway::Rule>().unwrap());
    simulator.idle();
    simulator.notify_at(&format!("{}/broken", till.shop.url())).unwrap();
    till.charge("akulaku", "unheard-6");
    simulator.idle();
    let see = |name: &str, till: &Till, path: &str| json!({"name": format!("console-{name}"), "url": format!("{}{path}", till.simulator.url()), "language": "en"});
    let pages = [
        see("empty", &empty, "/"),
        see("transactions", &till, "/console"),
        see("filtered", &till, "/console?order=paid&status=partial_refund"),
        see("nothing-fits", &till, "/console?order=none"),
        see("open", &till, "/console/transactions/open-1"),
        see("refunded", &till, "/console/transactions/paid-2"),
        see("unheard", &till, "/console/transactions/unheard-6"),
        see("not-found", &till, "/console/transactions/none"),
        see("calls", &till, "/console/calls"),
        see("settings", &till, "/console/settings"),
    ];
    let _ = browser.walk("look.mjs", &json!({ "pages": pages }));
}
