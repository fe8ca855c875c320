//! The pay pages: from the redirect to the shop's finish page.

use serde_json::json;

use crate::till::{Till, browser};

/// Both payment types, all three choices.
fn walk(how: &str) {
    let Some(browser) = browser(&format!("the pay pages with {how}")) else {
        return;
    };
    let till = Till::open();
    let rows = [
        ("approve", "settlement"),
        ("decline", "deny"),
        ("leave", "pending"),
    ];
    let cases = ["akulaku", "kredivo"]
        .into_iter()
        .flat_map(|payment_type| rows.map(|(choice, end)| (payment_type, choice, end)));
    let cases: Vec<_> = cases
        .map(|(payment_type, choice, end)| {
            (
                payment_type,
                choice,
                end,
                format!("{payment_type}-{choice}"),
            )
        })
        .collect();
    let visits: Vec<_> = cases
        .iter()
        .map(|(payment_type, choice, _, order)| {
            json!({"payment_type": payment_type, "choice": choice, "url": till.charge(payment_type, order)})
        })
        .collect();
    let told = json!({"how": how, "visits": visits, "finish": till.shop.finish_url()});
    let headings = browser.walk("pay.mjs", &told);
    let landings = till.shop.landings();
    assert_eq!(landings.len(), cases.len(), "each browser came back once");
    for (at, (payment_type, _, end, order)) in cases.iter().enumerate() {
        assert_eq!(till.status(order), *end);
        let landing = &landings[at];
        match *payment_type {
            "akulaku" => {
                assert_eq!(headings[at], "POST landed");
                assert!(
                    landing.body.contains("response=") && landing.body.contains("callback_key="),
                    "{landing:?}"
                );
                assert!(landing.body.contains(order.as_str()), "{landing:?}");
            }
            _ => {
                assert_eq!(headings[at], "GET landed");
                let expected = format!("order_id={order}&transaction_status={end}&status_code=");
                assert!(landing.target.contains(&expected), "{landing:?}");
            }
        }
    }
}

#[test]
fn customers_pay_are_refused_and_leave_with_the_mouse() {
    walk("mouse");
}

#[test]
fn customers_pay_are_refused_and_leave_with_the_keyboard_alone() {
    walk("keyboard");
}

#[test]
fn customers_pay_are_refused_and_leave_without_scripts() {
    walk("without scripts");
}

#[test]
fn the_pay_pages_are_for_everybody_in_both_languages_and_both_colour_schemes() {
    let Some(browser) = browser("the look of the pay pages") else {
        return;
    };
    let till = Till::open();
    let homeless = Till::with(|builder| builder.finish_url("http://127.0.0.1:9/"));
    homeless
        .simulator
        .with_accounts(|accounts, _| accounts.first_mut().settings_mut().finish_url = None);
    let mut pages = Vec::new();
    for (language, word) in [("id", "&lang=id"), ("en", "&lang=en")] {
        let mut see = |name: &str, url: &str, choice: Option<&str>| {
            // Akulaku's address has no query of its own.
            let word = if url.contains('?') {
                word.to_owned()
            } else {
                word.replace('&', "?")
            };
            let name = format!("{name}-{language}");
            pages.push(json!({"name": name, "url": format!("{url}{word}"), "choice": choice, "language": language}));
        };
        for payment_type in ["akulaku", "kredivo"] {
            see(
                &format!("{payment_type}-open"),
                &till.charge(payment_type, &format!("open-{payment_type}-{language}")),
                None,
            );
            let paid = format!("paid-{payment_type}-{language}");
            let url = till.charge(payment_type, &paid);
            till.simulator
                .choose(&paid, midtrans_simulator::gateway::Choice::Approve)
                .unwrap();
            see(&format!("{payment_type}-over"), &url, None);
        }
        for payment_type in ["gopay", "qris", "shopeepay", "dana", "ovo"] {
            let order = format!("wallet-{payment_type}-{language}");
            for (at, url) in till.wallet(payment_type, &order).iter().enumerate() {
                see(&format!("{payment_type}-{at}"), url, None);
            }
        }
        see(
            "bank-page",
            &till.charge("bri_epay", &format!("bank-{language}")),
            None,
        );
        see("scanner", &format!("{}/pay", till.simulator.url()), None);
        see(
            "akulaku-back",
            &till.charge("akulaku", &format!("back-{language}")),
            Some("leave"),
        );
        see(
            "no-finish-url",
            &homeless.charge("kredivo", &format!("order-{language}")),
            Some("leave"),
        );
        see(
            "not-found",
            &format!("{}/v2/akulaku/redirect/nothing", till.simulator.url()),
            None,
        );
    }
    let _ = browser.walk("look.mjs", &json!({ "pages": pages }));
}
