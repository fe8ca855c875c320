//! Settings, rules for faults, and the clock, changed on the console.

use crate::api_caller::{KEY, START, charge};
use crate::console::{call_by, charged, page, plain};
use crate::sockets::post;

#[test]
fn the_settings_change_what_happens_next_and_refuse_what_cannot_be() {
    let simulator = plain();
    let save = |form: &str| post(&format!("{}/console/settings", simulator.url()), form);
    let form = "action=save&merchant=G000000000&finish_url=http%3A%2F%2F127.0.0.1%3A7%2Fback&notification_url=\
                &lenient=no&lenient=yes";
    assert_eq!(save(form).0, 303);
    simulator.with_accounts(|accounts, _| {
        let settings = accounts.first().settings();
        assert_eq!(
            settings.finish_url.as_deref(),
            Some("http://127.0.0.1:7/back")
        );
        assert_eq!(settings.notification_url, None);
        assert!(settings.lenient);
    });
    for url in ["javascript:alert(1)", "ftp://x", "/finish", "http://"] {
        let (http, _, page) = save(&format!("action=save&finish_url={url}"));
        assert_eq!(http, 400, "{url}");
        assert!(
            page.contains("expected an absolute http or https URL")
                && page.contains("aria-invalid"),
            "{page}"
        );
    }
    assert_eq!(save("action=save&merchant=none").0, 400);
    assert_eq!(save("action=sing").0, 400);
    assert_eq!(save("").0, 400);
    simulator.with_accounts(|accounts, _| {
        assert_eq!(
            accounts.first().settings().finish_url.as_deref(),
            Some("http://127.0.0.1:7/back"),
            "as before"
        );
    });
}

#[test]
fn rules_for_faults_come_and_go() {
    let simulator = plain();
    let save = |form: &str| post(&format!("{}/console/settings", simulator.url()), form).0;
    assert_eq!(
        save("action=add-fault&rule=status%3A503%2Corder%3Dorder-1%2Ctimes%3D1"),
        303
    );
    assert_eq!(save("action=add-fault&rule=lose%2Crate%3D5%25"), 303);
    let shown = page(&simulator, "/console/settings");
    assert!(
        shown.contains("status:503,order=order-1,times=1") && shown.contains("lose,rate=5%"),
        "{shown}"
    );
    assert_eq!(
        call_by(
            &simulator,
            KEY,
            "/v2/charge",
            &charge("akulaku", "order-1", 44_000)
        )["status_code"],
        "503"
    );
    assert!(
        !page(&simulator, "/console/settings").contains("status:503,order"),
        "used up"
    );
    assert_eq!(save("action=remove-fault&number=2"), 303);
    assert!(page(&simulator, "/console/settings").contains("Nothing goes wrong on purpose"));
    assert_eq!(save("action=remove-fault&number=x"), 400);
    assert_eq!(save("action=add-fault&rule="), 400);
}

#[test]
fn the_clock_goes_forward_and_what_is_due_happens() {
    let simulator = plain();
    charged(&simulator, "order-1");
    let save = |form: &str| post(&format!("{}/console/settings", simulator.url()), form).0;
    for nonsense in [
        "count=0&unit=days",
        "count=-1",
        "count=367&unit=days",
        "count=99999999999999999999",
        "",
    ] {
        assert_eq!(
            save(&format!("action=advance&{nonsense}")),
            400,
            "{nonsense}"
        );
    }
    assert_eq!(simulator.now().to_string(), START);
    assert_eq!(save("action=advance&count=24&unit=hours"), 303);
    assert_eq!(simulator.now().to_string(), "2026-11-23 10:00:00");
    assert!(page(&simulator, "/console/transactions/order-1").contains("expire"));
}
