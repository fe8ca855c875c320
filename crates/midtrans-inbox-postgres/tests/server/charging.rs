//! Charging through the inbox.

use midtrans_inbox_postgres::inbox::Again;
use midtrans_inbox_postgres::protocol::ids::IdempotencyKey;
use midtrans_inbox_postgres::protocol::{Charge, Environment};
use midtrans_inbox_postgres::{ChargeRequest, Charged, Error, HandlerError, Outcome};
use midtrans_transport::CallOptions;
use sqlx::PgConnection;
use tokio::task::JoinSet;

use crate::gateway::{CHARGE, PAGE, transaction};
use crate::shop::{Shop, charge_of, until};

pub(crate) async fn insert_order(
    connection: &mut PgConnection,
    order_id: &str,
) -> sqlx::Result<()> {
    let insert = "INSERT INTO orders (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET lives = orders.lives + 1";
    sqlx::query(insert)
        .bind(order_id)
        .execute(connection)
        .await
        .map(drop)
}

impl Shop {
    /// Clicks on "pay" at the shop's time, with a new key of this name.
    pub(crate) async fn click(&self, order_id: &str, key: &str) -> Result<Charged, Error> {
        self.click_as(order_id, key, Again::Never).await
    }

    async fn click_as(&self, order_id: &str, key: &str, again: Again) -> Result<Charged, Error> {
        let (charge, client) = (charge_of(order_id), self.gateway.client());
        let mut request =
            ChargeRequest::new(&charge, IdempotencyKey::new(key).unwrap(), self.now());
        request.again = again;
        let insert = async |connection: &mut PgConnection| insert_order(connection, order_id).await;
        let send =
            async |charge: &Charge, options: &CallOptions| client.send_with(charge, options).await;
        self.inbox.charge_with(request, insert, send).await
    }

    pub(crate) fn charges(&self) -> Vec<String> {
        self.gateway
            .seen()
            .into_iter()
            .filter(|seen| seen.starts_with(CHARGE))
            .collect()
    }
}

fn page(charged: Result<Charged, Error>) -> String {
    match charged.unwrap() {
        Charged::Instructions(instructions) => instructions
            .redirect(&Environment::Sandbox)
            .unwrap()
            .as_str()
            .to_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_second_click_shows_the_same_page_and_charges_once() {
    let Some(shop) = Shop::new("clicks").await else {
        return;
    };
    shop.gateway
        .replies(CHARGE, 200, &transaction("order-1", "pending"));
    for (click, seconds) in [0, 1, 179, 235, 3_600].into_iter().enumerate() {
        shop.set(seconds);
        assert_eq!(
            page(shop.click("order-1", &format!("key-{click}")).await),
            PAGE
        );
    }
    assert_eq!(shop.charges(), ["charge key-0"]);
    assert_eq!(
        shop.number("SELECT lives FROM orders").await,
        1,
        "the order's own row is written once"
    );
}

#[tokio::test]
async fn the_easy_form_takes_closures_that_borrow_and_fits_into_a_task() {
    let Some(shop) = Shop::new("easy").await else {
        return;
    };
    shop.gateway
        .replies(CHARGE, 200, &transaction("order-1", "pending"));
    let (inbox, client) = (shop.inbox.clone(), shop.gateway.client());
    let task = tokio::spawn(async move {
        let (order_id, charge) = (String::from("order-1"), charge_of("order-1"));
        let first = inbox
            .charge(&client, &charge, async |connection| {
                insert_order(connection, &order_id).await
            })
            .await;
        let again = inbox.charge_again(&client, &charge, async |connection| {
            insert_order(&mut *connection, &order_id).await?;
            sqlx::query("SELECT 1").execute(connection).await?;
            Ok::<_, HandlerError>(())
        });
        (page(first), page(again.await))
    });
    assert_eq!(task.await.unwrap(), (PAGE.to_owned(), PAGE.to_owned()));
    assert_eq!(shop.charges().len(), 1);
    assert!(
        shop.charges()[0].len() > "charge ".len() + 16,
        "the key is a new one"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_clicks_at_once_are_one_charge_and_one_order() {
    let Some(shop) = Shop::new("ten_clicks").await else {
        return;
    };
    shop.gateway
        .replies(CHARGE, 200, &transaction("order-1", "pending"));
    let shop = std::sync::Arc::new(shop);
    let mut clicking = JoinSet::new();
    for click in 0..10 {
        let shop = std::sync::Arc::clone(&shop);
        clicking.spawn(async move { page(shop.click("order-1", &format!("key-{click}")).await) });
    }
    for page in clicking.join_all().await {
        assert_eq!(page, PAGE);
    }
    let mut charges = shop.charges();
    charges.dedup();
    assert_eq!(
        charges.len(),
        1,
        "one key, whatever was clicked: {charges:?}"
    );
    assert_eq!(shop.number("SELECT lives FROM orders").await, 1);
}

#[tokio::test]
async fn an_unknown_end_is_found_out_by_the_worker() {
    let Some(shop) = Shop::new("unknown_end").await else {
        return;
    };
    shop.gateway.replies(CHARGE, 0, "");
    assert!(matches!(
        shop.click("order-1", "key-0").await.unwrap(),
        Charged::Unknown
    ));
    assert_eq!(shop.check_at("order-1").await, Some(5));
    let sent = shop.charges().len();
    shop.set(235);
    assert!(matches!(
        shop.click("order-1", "key-1").await.unwrap(),
        Charged::Unknown
    ));
    assert_eq!(shop.charges().len(), sent, "too late for the key");
    shop.gateway.says("order-1", "settlement");
    shop.round().await;
    assert_eq!(shop.effects().await, ["order-1 paid"]);
    assert!(matches!(
        shop.click("order-1", "key-2").await.unwrap(),
        Charged::Decided(Outcome::Paid)
    ));
}

#[tokio::test]
async fn a_refused_charge_may_be_tried_again_with_another_key() {
    let Some(shop) = Shop::new("refused").await else {
        return;
    };
    shop.gateway.replies(
        CHARGE,
        400,
        r#"{"status_code":"400","status_message":"Validation error"}"#,
    );
    assert!(matches!(
        shop.click("order-1", "key-0").await.unwrap(),
        Charged::Refused(_)
    ));
    shop.gateway
        .replies(CHARGE, 200, &transaction("order-1", "pending"));
    assert_eq!(page(shop.click("order-1", "key-1").await), PAGE);
    assert_eq!(shop.charges(), ["charge key-0", "charge key-1"]);
    assert_eq!(shop.number("SELECT lives FROM orders").await, 2);
    assert_eq!(
        shop.number("SELECT fence FROM midtrans_order").await,
        1,
        "earlier claims count no more"
    );
}

#[tokio::test]
async fn an_order_that_ended_without_money_is_charged_again_only_where_that_is_wanted() {
    let Some(shop) = Shop::new("again").await else {
        return;
    };
    shop.gateway
        .replies(CHARGE, 200, &transaction("order-1", "pending"));
    assert_eq!(page(shop.click("order-1", "key-0").await), PAGE);
    shop.gateway.says("order-1", "expire");
    shop.set(300);
    shop.round().await;
    assert!(matches!(
        shop.click("order-1", "key-1").await.unwrap(),
        Charged::Decided(Outcome::Failed(_))
    ));
    assert_eq!(
        page(shop.click_as("order-1", "key-2", Again::Wanted).await),
        PAGE
    );
    assert_eq!(shop.charges(), ["charge key-0", "charge key-2"]);
}

#[tokio::test]
async fn nothing_is_sent_where_the_orders_own_row_is_not_written() {
    let Some(shop) = Shop::new("own_row").await else {
        return;
    };
    shop.execute(
        "CREATE TABLE customer (id TEXT PRIMARY KEY);
         CREATE TABLE basket (id TEXT REFERENCES customer DEFERRABLE INITIALLY DEFERRED)",
    )
    .await;
    let (client, charge) = (shop.gateway.client(), charge_of("order-1"));
    let run = |sql: &'static str, is_swallowed: bool| {
        async move |connection: &mut PgConnection| {
            insert_order(&mut *connection, "order-1").await?;
            match sqlx::raw_sql(sql).execute(connection).await {
                Err(error) if !is_swallowed => Err(error),
                _ => Ok(()),
            }
        }
    };
    for (sql, is_swallowed) in [
        ("SELECT 1 / 0", false),
        ("SELECT 1 / 0", true),
        ("INSERT INTO basket VALUES ('missing')", false),
        ("ROLLBACK", false),
        ("ROLLBACK; BEGIN", false),
    ] {
        let error = shop
            .inbox
            .charge(&client, &charge, run(sql, is_swallowed))
            .await
            .unwrap_err();
        assert!(error.to_string().contains("own row"), "{sql}: {error}");
        assert_eq!(shop.number("SELECT count(*) FROM orders").await, 0, "{sql}");
        assert_eq!(
            shop.number("SELECT count(*) FROM midtrans_order").await,
            0,
            "{sql}"
        );
    }
    assert!(shop.charges().is_empty());
}

#[tokio::test]
async fn what_is_known_is_returned_also_where_it_cannot_be_stored_and_a_refusal_is_then_unknown() {
    let Some(shop) = Shop::new("unstored").await else {
        return;
    };
    let client = shop.gateway.client();
    let replies = [
        (200, transaction("order-0", "pending")),
        (
            400,
            r#"{"status_code":"400","status_message":"no"}"#.to_owned(),
        ),
    ];
    for (at, (status, body)) in replies.iter().enumerate() {
        shop.gateway.replies(CHARGE, *status, body);
        let charge = charge_of(&format!("order-{at}"));
        let request =
            ChargeRequest::new(&charge, IdempotencyKey::new("key-0").unwrap(), shop.now());
        let send = async |charge: &Charge, options: &CallOptions| {
            shop.execute("ALTER TABLE midtrans_order RENAME TO away")
                .await;
            client.send_with(charge, options).await
        };
        let charged = shop
            .inbox
            .charge_with(
                request,
                async |_: &mut PgConnection| Ok::<_, Error>(()),
                send,
            )
            .await;
        shop.execute("ALTER TABLE away RENAME TO midtrans_order")
            .await;
        match (at, charged.unwrap()) {
            (0, Charged::Instructions(_)) | (1, Charged::Unknown) => {}
            (_, other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_connection_is_held_while_the_gateway_is_asked() {
    let Some(shop) = Shop::new("slow_charges").await else {
        return;
    };
    let shop = std::sync::Arc::new(shop);
    let here = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'slow_charges'";
    let options = crate::shop::options("slow_charges")
        .unwrap()
        .application_name("slow_charges");
    let inbox = midtrans_inbox_postgres::Inbox::open(options);
    shop.gateway.answers_only(0);
    let mut clicking = JoinSet::new();
    for order in 0..30 {
        let (shop, inbox) = (std::sync::Arc::clone(&shop), inbox.clone());
        clicking.spawn(async move {
            let (charge, client) = (charge_of(&format!("order-{order}")), shop.gateway.client());
            inbox
                .charge(&client, &charge, async |_: &mut PgConnection| {
                    Ok::<_, Error>(())
                })
                .await
                .unwrap()
        });
    }
    until(async || shop.charges().len() == 30).await;
    assert!(shop.number(here).await <= 2);
    assert_eq!(shop.idle_in_transaction().await, 0);
    shop.gateway.answers_more(30);
    assert_eq!(clicking.join_all().await.len(), 30);
}
