//! Ids: each is what it says it is. `-1` behind an order id is another order.

use midtrans_protocol::transaction::TransactionStatus;
use midtrans_simulator::gateway::{Choice, Command, NotPossible, Reference};
use midtrans_simulator::{Account, Simulator};

use crate::api_caller::{ApiCaller, charge};
use crate::sockets::{agent, get, post};

#[test]
fn an_order_id_that_ends_in_minus_one_is_not_the_order_without_it() {
    for payment_type in ["akulaku", "kredivo"] {
        let mut api = ApiCaller::new();
        let charged = api.charge(payment_type, "invoice-7", 44_000);
        let transaction = charged.text_of("transaction_id").to_owned();
        for id in ["invoice-7-1".to_owned(), format!("{transaction}-1")] {
            assert!(
                api.gateway
                    .choose(id.as_str(), Choice::Approve, api.now)
                    .is_none(),
                "{id}"
            );
            assert!(api.gateway.checkout(id.as_str(), api.now).is_none(), "{id}");
            assert!(api.gateway.timeline(&id).is_none(), "{id}");
            assert!(!api.gateway.holds_browser(id.as_str()), "{id}");
            for command in [Command::Settle, Command::Expire, Command::Refund(None)] {
                assert_eq!(
                    api.gateway.command(&id, command, api.now),
                    Err(NotPossible::Unknown),
                    "{id}"
                );
            }
            assert_eq!(api.status(&id).code(), "404", "{id}");
            for operation in ["cancel", "expire", "refund", "approve"] {
                assert_eq!(api.ask(&id, operation).code(), "404", "{id}");
            }
        }
        assert_eq!(
            api.status("invoice-7").text_of("transaction_status"),
            "pending"
        );
        assert_eq!(
            api.charge(payment_type, "invoice-7-1", 50_000).code(),
            "201",
            "a second try is an order of its own"
        );
        api.choose("invoice-7-1", Choice::Approve);
        assert_eq!(
            api.status("invoice-7").text_of("transaction_status"),
            "pending"
        );
        assert_eq!(
            api.status("invoice-7-1").text_of("transaction_status"),
            "settlement"
        );
    }
}

#[test]
fn kredivos_reference_belongs_to_kredivos_page_only() {
    let mut api = ApiCaller::new();
    let kredivo = api
        .charge("kredivo", "order-1", 44_000)
        .text_of("transaction_id")
        .to_owned();
    let akulaku = api
        .charge("akulaku", "order-2", 44_000)
        .text_of("transaction_id")
        .to_owned();
    // An order may have the id of another transaction.
    api.charge("akulaku", &akulaku, 50_000);
    let mut shown = |page: &str| {
        api.gateway
            .checkout(Reference::Page(page), api.now)
            .map(|page| page.order_id)
    };
    assert_eq!(
        shown(&format!("/v1/redirect?referenceId={kredivo}-1")).as_deref(),
        Some("order-1")
    );
    assert_eq!(
        shown(&format!("/v2/akulaku/redirect/{akulaku}")).as_deref(),
        Some("order-2"),
        "a page is its transaction's"
    );
    for none in [
        format!("/v1/redirect?referenceId={kredivo}"),
        "/v1/redirect?referenceId=order-1-1".to_owned(),
        format!("/v1/redirect?referenceId={akulaku}-1"),
        format!("/v2/akulaku/redirect/{akulaku}-1"),
        format!("/v2/akulaku/redirect/{kredivo}"),
        "/v2/akulaku/redirect/order-2".to_owned(),
        format!("/pay/{akulaku}"),
    ] {
        assert_eq!(shown(&none), None, "{none}");
    }
}

#[test]
fn paying_one_merchants_order_never_settles_anothers() {
    let other = Account::new("G2", "SB-Mid-server-two", "SB-Mid-client-two");
    let simulator = Simulator::builder()
        .merchant(other)
        .serve_blocking()
        .unwrap();
    let request = agent()
        .post(format!("{}/v2/charge", simulator.url()))
        .header("authorization", crate::api_caller::KEY);
    request
        .send(charge("kredivo", "shop", 44_000).to_string())
        .unwrap();
    assert!(simulator.choose("shop-1", Choice::Approve).is_none());
    for page in [
        "/v1/redirect?referenceId=shop-1",
        "/v2/akulaku/redirect/shop-1",
        "/v2/akulaku/redirect/shop",
    ] {
        let page = format!("{}{page}", simulator.url());
        assert_eq!(
            (get(&page).0, post(&page, "choice=approve").0),
            (404, 404),
            "{page}"
        );
    }
    #[cfg(feature = "console")]
    {
        let url = format!("{}/console/transactions/shop-1/settle", simulator.url());
        assert_eq!(agent().post(url).send_empty().unwrap().status(), 404);
    }
    let shop = simulator.timeline("shop").unwrap();
    assert_eq!(shop.summary.status, TransactionStatus::Pending);
    assert_eq!(
        post(&shop.pay_page_url, "choice=approve").0,
        200,
        "its own page pays it"
    );
    assert_eq!(
        simulator.timeline("shop").unwrap().summary.status,
        TransactionStatus::Settlement
    );
}
