//! Snap's page and `snap.js` in a browser, from a shop on another origin.

use serde_json::{Value, json};

use crate::till::{Till, browser};

#[test]
fn a_shops_page_on_another_origin_pays_with_snap_js_and_each_callback_is_called_once() {
    let Some(browser) = browser("snap.js") else {
        return;
    };
    let till = Till::open();
    let card = json!({"fill": {"card_number": "4811 1111 1111 1114", "card_exp_month": "12",
        "card_exp_year": "2099", "card_cvv": "123"}, "press": "form.card button.approve"});
    let clicks = |values: &[&str]| values.iter().map(|value| json!(value)).collect::<Vec<_>>();
    let rows = [
        (
            "va",
            "pay",
            "id",
            clicks(&["bca_va", "approve"]),
            "onSuccess",
            "settlement",
        ),
        (
            "akulaku",
            "pay",
            "en",
            clicks(&["akulaku", "approve"]),
            "onSuccess",
            "settlement",
        ),
        (
            "kredivo",
            "embed",
            "en",
            clicks(&["kredivo", "approve"]),
            "onSuccess",
            "settlement",
        ),
        (
            "gopay",
            "pay",
            "id",
            clicks(&["gopay", "approve"]),
            "onSuccess",
            "settlement",
        ),
        (
            "card",
            "pay",
            "en",
            vec![json!("credit_card"), card],
            "onSuccess",
            "capture",
        ),
        (
            "pending",
            "embed",
            "id",
            clicks(&["indomaret", "back"]),
            "onPending",
            "pending",
        ),
        (
            "refused",
            "pay",
            "en",
            clicks(&["akulaku", "decline", "back"]),
            "onError",
            "deny",
        ),
        ("closed", "pay", "en", clicks(&["back"]), "onClose", ""),
        (
            "changed",
            "pay",
            "en",
            clicks(&["bca_va", "change", "echannel", "approve"]),
            "onSuccess",
            "settlement",
        ),
    ];
    let cases: Vec<Value> = rows
        .iter()
        .map(|(name, how, language, steps, ..)| {
            let (token, _) = till.open_snap(&format!("order-{name}"));
            json!({"name": name, "how": how, "language": language, "steps": steps, "token": token})
        })
        .collect();
    let (strangers, _) = till.open_snap("order-strangers");
    let (token, url) = till.open_snap("order-waits");
    let told = json!({
        "checkout": till.shop.checkout_url(till.simulator.url()),
        "cases": cases,
        "strangers": strangers,
        "waits": {"token": token, "url": url},
        "provider": till.charge("akulaku", "order-provider"),
    });
    let seen = browser.walk("snap.mjs", &told);
    for (at, (name, .., callback, status)) in rows.iter().enumerate() {
        let call = &seen[at];
        assert_eq!(call["name"], *callback, "{name}: {call}");
        let result = &call["result"];
        if *callback == "onClose" {
            assert!(result.is_null(), "{name}: {call}");
            continue;
        }
        assert_eq!(result["transaction_status"], *status, "{name}: {call}");
        assert_eq!(result["order_id"], format!("order-{name}"));
        assert_eq!(till.status(&format!("order-{name}")), *status, "{name}");
        assert!(result["signature_key"].is_null(), "{name}: {call}");
    }
    assert_eq!(seen[rows.len()]["name"], "onSuccess");
    assert_eq!(seen[rows.len()]["result"]["order_id"], "order-waits");
}

#[test]
fn a_redirected_customer_pays_on_snaps_page_and_comes_back_to_the_shop() {
    let Some(browser) = browser("Snap's page") else {
        return;
    };
    let till = Till::open();
    let rows = [
        ("number", &["bca_va", "approve"][..], "settlement", "GET"),
        ("provider", &["akulaku", "approve"], "settlement", "POST"),
        ("refused", &["kredivo", "decline"], "deny", "GET"),
        ("left", &["alfamart", "back"], "pending", "GET"),
    ];
    let visits: Vec<Value> = rows
        .iter()
        .map(|(name, steps, ..)| {
            let (_, url) = till.open_snap(name);
            json!({"url": url, "steps": steps})
        })
        .collect();
    let told = json!({"visits": visits, "finish": till.shop.finish_url()});
    let landed = browser.walk("redirect.mjs", &told);
    for (at, (name, _, status, method)) in rows.iter().enumerate() {
        assert_eq!(till.status(name), *status, "{name}");
        assert_eq!(landed[at], format!("{method} landed"), "{name}");
    }
    let number = &till.shop.landings()[0].target;
    let expected = "/finish?order_id=number&status_code=200&transaction_status=settlement";
    assert_eq!(number, expected);
}

#[test]
fn snaps_page_is_for_everybody_in_both_languages_and_both_colour_schemes() {
    let Some(browser) = browser("the look of Snap's page") else {
        return;
    };
    let till = Till::open();
    let mut pages = Vec::new();
    for language in ["id", "en"] {
        let mut see = |name: &str, choice: Option<&str>, query: &str| {
            let (_, url) = till.open_snap(&format!("{name}-{language}"));
            pages.push(json!({"name": format!("snap-{name}-{language}"), "language": language, "choice": choice,
                "url": format!("{url}?lang={language}{query}")}));
        };
        see("choosing", None, "");
        see("number", Some("bca_va"), "");
        see("bill", Some("echannel"), "");
        see(
            "provider",
            Some("akulaku"),
            "&frame=popup&origin=http://127.0.0.1:9",
        );
        see("scan", Some("other_qris"), "");
        see("card", Some("credit_card"), "");
        see("result", Some("back"), "&frame=popup");
    }
    let _ = browser.walk("look.mjs", &json!({ "pages": pages }));
}
