//! Snap: the customer chooses a method on the gateway's page.

use axum::http::StatusCode;

use super::CUSTOMER;
use super::test_shop::{Kind, PAID, answer, answer_of, refusal, test_shop};
use crate::orders::Payment;

super::tests! {
    a_page_is_made_once_and_a_second_click_shows_it_again
    the_redirect_leads_to_the_page_itself
    a_page_at_another_address_is_not_shown
    a_page_whose_answer_was_lost_is_made_again_at_the_next_click
    an_order_on_a_page_is_not_charged_beside_it
    an_order_without_a_choice_is_neither_paid_nor_failed
    an_order_is_paid_by_what_the_gateway_says_and_shipped_once
    a_customer_who_was_denied_gets_a_new_page
    a_customer_who_was_denied_and_pays_in_another_way_is_shown_that_way
    an_order_that_a_person_looks_at_gets_no_further_page
}

const TOKEN: &str = "66e4fa55-fdac-4ef9-91b5-733b97d1b862";
const CREATE: &str = "POST /snap/v1/transactions";

fn session_at(host: &str, token: &str) -> Option<(u16, String)> {
    let page = format!("http://{host}/snap/v4/redirection/{token}");
    Some((
        201,
        format!(r#"{{"token":"{token}","redirect_url":"{page}"}}"#),
    ))
}

fn session() -> Option<(u16, String)> {
    session_at("127.0.0.1:9", TOKEN)
}

async fn a_page_is_made_once_and_a_second_click_shows_it_again(kind: Kind) {
    let shop = test_shop(kind, [session()]).await;
    for _ in 0..2 {
        let response = shop.order_with("snap", CUSTOMER).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()["location"], "/orders/order-1#snap");
    }
    assert_eq!(shop.calls(), [CREATE]);
    let page = shop.page("/orders/order-1").await;
    for part in [
        format!(r#"data-token="{TOKEN}""#),
        format!(r#"href="http://127.0.0.1:9/snap/v4/redirection/{TOKEN}""#),
        r#"<script src="http://127.0.0.1:9/snap/snap.js" data-client-key="SB-Mid-client-abc123cde456""#.to_owned(),
    ] {
        assert!(page.contains(&part), "{part}: {page}");
    }
    let response = shop.open("/orders/order-1").await;
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(policy.contains("frame-src http://127.0.0.1:9;"), "{policy}");
}

async fn the_redirect_leads_to_the_page_itself(kind: Kind) {
    let shop = test_shop(kind, [session()]).await;
    let page = format!("http://127.0.0.1:9/snap/v4/redirection/{TOKEN}");
    for _ in 0..2 {
        let response = shop.order_with("snap_page", CUSTOMER).await;
        assert_eq!(response.headers()["location"], page.as_str());
    }
    assert_eq!(shop.calls(), [CREATE]);
}

async fn a_page_at_another_address_is_not_shown(kind: Kind) {
    let shop = test_shop(kind, [session_at("pages.example", TOKEN)]).await;
    let response = shop.order_with("snap_page", CUSTOMER).await;
    assert_eq!(response.headers()["location"], "/orders/order-1");
    assert!(!shop.page("/orders/order-1").await.contains("pages.example"));
}

async fn a_page_whose_answer_was_lost_is_made_again_at_the_next_click(kind: Kind) {
    let shop = test_shop(kind, []).await;
    let response = shop.order_with("snap_page", CUSTOMER).await;
    assert_eq!(response.headers()["location"], "/orders/order-1");
    assert_eq!(shop.payment().await, (Payment::Open, 0));
    shop.gateway.answers.lock().unwrap().push_back(session());
    let response = shop.order_with("snap_page", CUSTOMER).await;
    let to = response.headers()["location"].to_str().unwrap().to_owned();
    assert!(to.ends_with(TOKEN), "{to}");
}

async fn an_order_on_a_page_is_not_charged_beside_it(kind: Kind) {
    let shop = test_shop(kind, [session()]).await;
    shop.order_with("snap", CUSTOMER).await;
    let response = shop.order_with("bca", CUSTOMER).await;
    assert_eq!(response.headers()["location"], "/orders/order-1");
    assert_eq!(shop.calls(), [CREATE]);
    assert!(shop.page("/orders/order-1").await.contains("data-token"));
}

async fn an_order_without_a_choice_is_neither_paid_nor_failed(kind: Kind) {
    let unknown = (0..20).map(|_| refusal(404));
    let shop = test_shop(kind, [session()].into_iter().chain(unknown)).await;
    shop.order_with("snap", CUSTOMER).await;
    for minutes in [2, 10, 30, 60] {
        shop.work_after(minutes * 60).await;
        assert_eq!(shop.payment().await, (Payment::Open, 0), "{minutes}");
    }
    assert!(shop.calls().len() > 2, "the gateway was asked");
}

async fn an_order_is_paid_by_what_the_gateway_says_and_shipped_once(kind: Kind) {
    let shop = test_shop(kind, [session(), answer("200", "settlement", "")]).await;
    shop.order_with("snap", CUSTOMER).await;
    let words = "order_id=order-1&status_code=200&transaction_status=settlement";
    let back = shop.page(&format!("/midtrans/finish?{words}")).await;
    assert!(back.contains("We are checking"), "{back}");
    assert_eq!(shop.payment().await, (Payment::Open, 0), "a browser's word");
    for _ in 0..2 {
        shop.notify("200", "settlement", "770000.00").await;
        shop.work().await;
        assert_eq!(shop.payment().await, (PAID, 1));
    }
    let page = shop.page("/orders/order-1").await;
    assert!(
        !page.contains("data-token") && !page.contains("snap.js"),
        "{page}"
    );
    assert_eq!(
        shop.order_with("snap", CUSTOMER).await.headers()["location"],
        "/orders/order-1"
    );
}

async fn a_customer_who_was_denied_gets_a_new_page(kind: Kind) {
    let answers = [
        session(),
        answer("202", "deny", ""),
        session_at("127.0.0.1:9", "second"),
        answer_of("t-2", "200", "settlement", ""),
    ];
    let shop = test_shop(kind, answers).await;
    shop.order_with("snap", CUSTOMER).await;
    shop.notify("202", "deny", "770000.00").await;
    shop.work().await;
    assert_eq!(shop.payment().await.1, 0);
    assert!(!shop.page("/orders/order-1").await.contains(TOKEN));
    shop.order_with("snap", CUSTOMER).await;
    assert_eq!(
        shop.calls().iter().filter(|call| *call == CREATE).count(),
        1,
        "the form of before begins nothing"
    );
    shop.pay_again("snap").await;
    let page = shop.page("/orders/order-1").await;
    assert!(page.contains(r#"data-token="second""#), "{page}");
    shop.work_after(600).await;
    assert_eq!(shop.payment().await, (PAID, 1), "{:?}", shop.calls());
}

async fn a_customer_who_was_denied_and_pays_in_another_way_is_shown_that_way(kind: Kind) {
    let number = r#","va_numbers":[{"bank":"bca","va_number":"8127001"}]"#;
    let answers = [
        session(),
        answer("202", "deny", ""),
        answer_of("t-2", "201", "pending", number),
    ];
    let shop = test_shop(kind, answers).await;
    shop.order_with("snap", CUSTOMER).await;
    shop.notify("202", "deny", "770000.00").await;
    shop.work().await;
    shop.pay_again("bca").await;
    let page = shop.page("/orders/order-1").await;
    assert!(page.contains("8127001"), "{page}");
    assert!(
        !page.contains("data-token") && !page.contains(TOKEN),
        "{page}"
    );
}

async fn an_order_that_a_person_looks_at_gets_no_further_page(kind: Kind) {
    let other = r#"{"status_code":"200","order_id":"order-1","gross_amount":"770.00",
        "transaction_id":"t-1","transaction_status":"settlement"}"#;
    let other = (0..8).map(|_| Some((200, other.to_owned())));
    let shop = test_shop(kind, [session()].into_iter().chain(other)).await;
    shop.order_with("snap", CUSTOMER).await;
    shop.notify("200", "settlement", "770.00").await;
    shop.work().await;
    assert!(shop.stored().await.is_in_review);
    shop.gateway.answers.lock().unwrap().clear();
    shop.order_with("snap", CUSTOMER).await;
    let made = shop.calls();
    let made = made.iter().filter(|call| *call == CREATE).count();
    assert_eq!(made, 1, "{:?}", shop.calls());
}
