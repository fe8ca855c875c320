//! Balance and history: what is asked, and lists page by page. And which of all these operations
//! may be sent again.

#[path = "support/bodies.rs"]
mod bodies;

use bodies::received;
use midtrans_protocol::balance::GetMutation;
use midtrans_protocol::history::{
    Filter, GetTransaction, ListTransactions, Page, SortOrder, TransactionType,
};
use midtrans_protocol::invoice::{self, InvoiceId};
use midtrans_protocol::operation::{Operation, Replay};
use midtrans_protocol::pay_account::{self, AccountId};
use midtrans_protocol::payment_link::{self, Amount};
use midtrans_protocol::reply::ReplyError;
use midtrans_protocol::snap::{self, Checkout, CreateTransaction, Token};
use midtrans_protocol::subscription::{self, Schedule, SubscriptionId, SubscriptionToken};
use midtrans_protocol::time::WibTime;
use midtrans_protocol::{Environment, Merchant, OrderId, Rupiah, TransactionDetails, decode};
use serde_json::{Value, json};

type List = ListTransactions<Merchant>;

fn time(text: &str) -> WibTime {
    text.parse().expect("a valid value")
}

#[test]
fn the_balance_is_read_to_the_hundredth_of_a_rupiah() {
    let get = GetMutation::new(time("2026-03-02 00:00:00"), time("2026-03-16 23:59:59")).unwrap();
    let body = r#"{"currency":"IDR","start_time":"2026-03-02T00:00:00+07:00","end_time":"2026-03-16T23:59:59+07:00",
        "opening_balance_effective":962000.01,"opening_balance_pending":0.0,"opening_balance_overall":962000.010,
        "closing_balance_effective":-5.5,"closing_balance_pending":7,"closing_balance_overall":1.50,
        "wallets":[{"source":"payin","opening_balance_overall":90071992547409.93}]}"#;
    let mutation = decode(&get, received(200, body)).unwrap();
    let of = |amount: Option<midtrans_protocol::money::WireAmount>| amount.unwrap().hundredths();
    assert_eq!(of(mutation.opening().effective), Some(96_200_001));
    assert_eq!(of(mutation.opening().pending), Some(0));
    assert_eq!(of(mutation.closing().effective), Some(-550));
    assert_eq!(of(mutation.closing().pending), Some(700));
    let payin = &mutation.wallets()[0];
    assert_eq!(payin.source().as_deref(), Some("payin"));
    let more_than_a_float_keeps = of(payin.opening().overall);
    assert_eq!(more_than_a_float_keeps, Some(9_007_199_254_740_993));
    assert_eq!(mutation.start_time(), Some(time("2026-03-02 00:00:00")));
    let error = GetMutation::new(time("2026-03-02 00:00:01"), time("2026-03-02 00:00:00"));
    assert_eq!(error.unwrap_err().field(), "end_time");
    let refused = r#"{"error_messages":["currency must not be empty"]}"#;
    let ReplyError::Api(error) = decode(&get, received(400, refused)).unwrap_err() else {
        panic!("a refusal");
    };
    assert_eq!(error.message(), "currency must not be empty");
}

fn rows(count: usize) -> String {
    let row = json!({"dateTime": "2026-03-02T09:15:00+07:00", "amount": {"value": "55000.00", "currency": "IDR"},
        "additionalInfo": {"referenceNo": "r-1", "status": "SETTLEMENT", "type": "PAYMENT"}});
    json!({"responseCode": "2001200", "detailData": vec![row; count]}).to_string()
}

#[test]
fn a_list_is_read_page_by_page_until_one_is_not_full() {
    let list = List::new(Filter::default(), Page::new(0, 2).unwrap()).unwrap();
    let full = decode(&list, received(200, rows(2))).unwrap();
    let row = &full.transactions()[0];
    assert_eq!(row.transaction_type(), Some(TransactionType::Payment));
    assert_eq!(row.amount().unwrap().rupiah(), Some(Rupiah::new(55_000)));
    assert_eq!(row.reference_no().as_deref(), Some("r-1"));
    let second = list.next(&full).unwrap();
    assert_eq!(second.page().to_string(), "1/2");
    let half = decode(&second, received(200, rows(1))).unwrap();
    assert!(second.next(&half).is_none());
}

#[test]
fn a_page_beyond_the_end_is_empty_and_no_error() {
    let list = List::new(Filter::default(), Page::new(9_999, 50).unwrap()).unwrap();
    for body in [rows(0), r#"{"responseCode":"2001200"}"#.to_owned()] {
        let page = decode(&list, received(200, body)).unwrap();
        assert!(page.is_empty() && page.transactions().is_empty());
        assert!(list.next(&page).is_none());
    }
}

#[test]
fn a_malformed_cursor_is_a_typed_error() {
    for text in [
        "",
        "2",
        "2/",
        "/10",
        "-1/10",
        "+1/10",
        "1/0",
        "1/51",
        "1/10/2",
        "a/b",
        "4294967296/10",
    ] {
        assert_eq!(
            text.parse::<Page>().unwrap_err().field(),
            "cursor",
            "{text:?}"
        );
    }
    let page: Page = "7/50".parse().unwrap();
    assert_eq!(
        (page.number(), page.size(), page.next().to_string().as_str()),
        (7, 50, "8/50")
    );
    assert_eq!(Page::new(0, 51).unwrap_err().field(), "pageSize");
}

#[test]
fn a_list_is_asked_for_with_its_filter() {
    let mut filter = Filter::default();
    filter.from = Some(time("2026-03-02 00:00:00"));
    filter.types = vec![TransactionType::Payment];
    filter.sort_order = Some(SortOrder::Descending);
    let list = List::new(filter.clone(), Page::default()).unwrap();
    let request = list.request(&Environment::Sandbox);
    assert_eq!(request.uri().path(), "/v1.0/transaction-history-list");
    let sent: Value = serde_json::from_slice(request.body()).unwrap();
    let golden = json!({"fromDateTime": "2026-03-02T00:00:00+07:00", "pageSize": "10", "pageNumber": "0",
        "additionalInfo": {"types": ["PAYMENT"], "sortOrder": "DESC"}});
    assert_eq!(sent, golden);
    filter.to = Some(time("2026-03-01 00:00:00"));
    let error = List::new(filter, Page::default()).unwrap_err();
    assert_eq!(error.field(), "toDateTime");
    for (field, json) in [
        ("pageSize", r#"{"pageSize":"0"}"#),
        ("pageNumber", r#"{"pageNumber":"x"}"#),
        ("fromDateTime", r#"{"fromDateTime":"kemarin"}"#),
        ("foo", r#"{"foo":1}"#),
    ] {
        assert_eq!(List::from_json(json).unwrap_err().field(), field);
    }
}

#[test]
fn a_record_answers_the_id_that_was_asked_for() {
    let get = GetTransaction::<Merchant>::by_partner_reference("kebaya-0417").unwrap();
    let body = r#"{"responseCode":"2001300","partnerReferenceNo":"kebaya-0417","referenceNo":"r-1",
        "dateTime":"2026-03-02T09:15:00+07:00","additionalInfo":{"status":"REFUND","customerEmail":"siti@example.com"}}"#;
    let record = decode(&get, received(200, body)).unwrap();
    assert_eq!(record.status().as_deref(), Some("REFUND"));
    assert!(!format!("{record:?}").contains("siti"));
    let other = GetTransaction::<Merchant>::by_reference("r-2").unwrap();
    let error = decode(&other, received(200, body)).unwrap_err();
    assert!(matches!(error, ReplyError::Decode(error) if error.is_mismatch()));
    let missing = r#"{"responseCode":"4041301","responseMessage":"Transaction Not Found"}"#;
    let error = decode(&get, received(404, missing)).unwrap_err();
    assert!(matches!(error, ReplyError::Api(error) if error.code() == 404));
    assert!(GetTransaction::<Merchant>::by_reference("").is_err());
}

#[test]
fn what_only_reads_or_sets_is_sent_again_and_what_would_happen_twice_is_not() {
    let order = || OrderId::new("a").unwrap();
    let account = || AccountId::received("a").unwrap();
    let plan = || SubscriptionId::received("s").unwrap();
    let bill = || InvoiceId::received("i").unwrap();
    let page = TransactionDetails::new(order(), Rupiah::new(1)).unwrap();
    let page = CreateTransaction::new(Checkout::new(page)).unwrap();
    let daily = Schedule::every(1, subscription::IntervalUnit::Day);
    let token = SubscriptionToken::new("t").unwrap();
    let contents = subscription::Contents::card("a", Rupiah::new(1), token, daily);
    let link = payment_link::Contents::new(order(), Amount::Fixed(Rupiah::new(1)));
    let now = time("2026-03-02 00:00:00");
    let dates = (now, time("2026-03-03 00:00:00"));
    let customer = invoice::InvoiceCustomer::new("a");
    let items = vec![invoice::InvoiceItem::new("a", Rupiah::new(1), 1)];
    let paid_by = invoice::PaidBy::VirtualAccounts(vec![invoice::VaNumber::at("bca_va")]);
    let invoice = invoice::Contents::new(order(), "1", dates, customer, items, paid_by);
    let safe = [
        snap::GetPreferences::new().replay(),
        snap::GetUserGopay::of("u").unwrap().replay(),
        pay_account::Get::new(account()).replay(),
        subscription::Get::new(plan()).replay(),
        payment_link::Get::new(order()).replay(),
        invoice::Get::new(bill()).replay(),
        GetMutation::new(now, now).unwrap().replay(),
        List::new(Filter::default(), Page::default())
            .unwrap()
            .replay(),
    ];
    assert_eq!(safe, [Replay::Safe; 8]);
    let mut changes = subscription::Changes::default();
    changes.interval = Some(2);
    let mut preferences = snap::Preferences::default();
    preferences.allow_retry = Some(true);
    let same_again = [
        page.replay(),
        snap::CancelTransaction::new(Token::new("t").unwrap()).replay(),
        snap::UpdatePreferences::new(preferences).unwrap().replay(),
        snap::UnlinkUserGopay::of("u").unwrap().replay(),
        subscription::Update::new(plan(), changes).unwrap().replay(),
        subscription::Enable::new(plan()).replay(),
        subscription::Disable::new(plan()).replay(),
        subscription::Cancel::new(plan()).replay(),
        payment_link::Delete::new(order()).replay(),
    ];
    assert_eq!(same_again, [Replay::Idempotent; 9]);
    let keyed = [
        subscription::Create::new(contents).unwrap().replay(),
        invoice::Create::new(invoice).unwrap().replay(),
    ];
    assert_eq!(keyed, [Replay::Keyed; 2]);
    let never = [
        pay_account::Create::new("812345678", "https://toko.example")
            .unwrap()
            .replay(),
        pay_account::Unbind::new(account()).replay(),
        payment_link::Create::new(link).unwrap().replay(),
        invoice::Void::new(bill()).replay(),
        invoice::Convert::new(bill()).replay(),
    ];
    assert_eq!(never, [Replay::Never; 5]);
}
