//! The whole way over sockets: charge, pay page, way back, notifications.

use crate::sockets::{Shop, call, get, post};
use midtrans_protocol::{
    Charge, CustomerDetails, Decision, Expected, GatewayReply, GetStatus, ItemDetails, OrderId,
    Rupiah, ServerKeys, TransactionDetails, decide, decode, notification,
};
use midtrans_simulator::{BlockingSimulator, Simulator};

fn akulaku(order_id: &str) -> Charge {
    let order =
        TransactionDetails::new(OrderId::new(order_id).unwrap(), Rupiah::new(40_000)).unwrap();
    let items = vec![ItemDetails::new(
        "SHOE-42",
        "Sepatu",
        Rupiah::new(40_000),
        1,
    )];
    let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
    Charge::akulaku(order, items, customer).unwrap()
}

fn simulator(shop: &Shop) -> BlockingSimulator {
    let simulator = Simulator::builder().serve_blocking().unwrap();
    simulator
        .finish_at(&format!("{}/finish", shop.url))
        .unwrap();
    simulator
        .notify_at(&format!("{}/notify", shop.url))
        .unwrap();
    simulator
}

#[test]
fn an_approved_akulaku_payment_is_paid_and_told() {
    let shop = Shop::content();
    let simulator = simulator(&shop);
    let charge = akulaku("order-1");
    let (http, body) = call(&charge, &simulator.merchant());
    let reply = GatewayReply::from_own_client(http.try_into().unwrap(), body.into_bytes());
    let transaction = decode(&charge, reply).unwrap();
    let page_url = transaction.redirect_url().unwrap().to_string();

    let (status, _, page) = get(&page_url);
    assert_eq!(status, 200);
    assert!(
        page.contains("Rp40.000") && page.contains("Sepatu") && page.contains("order-1"),
        "{page}"
    );
    let (status, _, page) = post(&page_url, "choice=approve");
    assert_eq!(status, 200);
    assert!(
        page.contains(&format!("action=\"{}/finish\"", shop.url)),
        "{page}"
    );
    simulator.idle();

    let keys = ServerKeys::from(simulator.server_key());
    let expected = Expected::new(OrderId::new("order-1").unwrap(), Rupiah::new(40_000));
    let seen = shop.seen();
    assert_eq!(seen.len(), 2);
    let decisions: Vec<_> = seen
        .iter()
        .map(|seen| {
            assert_eq!(
                (seen.method.as_str(), seen.target.as_str()),
                ("POST", "/notify")
            );
            assert_eq!(seen.header("content-type"), Some("application/json"));
            assert_eq!(seen.header("accept"), Some("application/json"));
            assert_eq!(seen.header("user-agent"), Some("Veritrans"));
            decide(
                &expected,
                &notification::verify(seen.body.as_bytes(), &keys).unwrap(),
            )
        })
        .collect();
    // The gateway gives no order between two notifications.
    assert!(
        decisions.contains(&Decision::Pending) && decisions.contains(&Decision::Paid),
        "{decisions:?}"
    );

    let status = GetStatus::new(OrderId::new("order-1").unwrap());
    let (http, body) = call(&status, &simulator.merchant());
    let reply = GatewayReply::from_own_client(http.try_into().unwrap(), body.into_bytes());
    let transaction = decode(&status, reply).unwrap();
    assert_eq!(decide(&expected, &transaction), Decision::Paid);
}
