//! Lists are walked page by page, over the fake transport and over one that has rows, blocking and
//! async alike.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails where its own set-up fails"
)]

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use midtrans_contract_tests::fake::Fake;
use midtrans_contract_tests::scenario::{Step, config, merchant};
use midtrans_protocol::history::{Filter, ListTransactions, Page, TransactionRecord};
use midtrans_protocol::paging::Paged;
use midtrans_protocol::transaction::GetStatusB2b;
use midtrans_protocol::{Merchant, OrderId, Transaction};
use midtrans_transport::{
    AsyncClient, BlockingClient, Config, Error, ErrorKind, Limits, Reach, Request, Response,
    RetryPolicy, TransportError, TransportErrorKind,
};
use proptest::prelude::*;
use serde_json::{Value, json};

type List = ListTransactions<Merchant>;

/// A list of this many rows, which are numbered.
#[derive(Debug, Default)]
struct Shop {
    rows: usize,
    /// The calls that fail, by number.
    failing: Vec<usize>,
    calls: Mutex<usize>,
}

impl Shop {
    fn with(rows: usize) -> Self {
        Self {
            rows,
            ..Self::default()
        }
    }

    fn calls(&self) -> usize {
        *self.calls.lock().unwrap()
    }

    fn answer(&self, request: &Request) -> Result<Response, TransportError> {
        let mut calls = self.calls.lock().unwrap();
        *calls += 1;
        assert!(*calls < 1_000, "the walk has no end");
        if self.failing.contains(&(*calls - 1)) {
            let kind = TransportErrorKind::Connect;
            return Err(TransportError::new(kind, Reach::NotSent));
        }
        let body = match request.uri().query() {
            _ if request.method() == http::Method::POST => self.history(request.body()),
            query => self.payments(query.unwrap_or("page=0&per_page=10")),
        };
        Ok(Response::new(body.to_string().into()))
    }

    fn numbers(&self, page: usize, size: usize) -> std::ops::Range<usize> {
        let start = page.saturating_mul(size).min(self.rows);
        start..(start + size).min(self.rows)
    }

    fn history(&self, body: &[u8]) -> Value {
        let sent: Value = serde_json::from_slice(body).unwrap();
        let number = |name: &str| sent[name].as_str().unwrap().parse().unwrap();
        let rows = self.numbers(number("pageNumber"), number("pageSize"));
        let rows: Vec<Value> = rows
            .map(|row| json!({"additionalInfo": {"referenceNo": row.to_string()}}))
            .collect();
        json!({"responseCode": "2001200", "detailData": rows})
    }

    fn payments(&self, query: &str) -> Value {
        let number = |name: &str| {
            let mut fields = query.split('&').filter_map(|field| field.split_once('='));
            let (_, value) = fields.find(|(field, _)| *field == name).unwrap();
            value.parse().unwrap()
        };
        let rows = self.numbers(number("page"), number("per_page"));
        let rows: Vec<Value> = rows
            .map(|row| {
                json!({"status_code": "200", "order_id": "contract-1", "transaction_id": row.to_string(),
                    "transaction_status": "settlement", "gross_amount": "1.00"})
            })
            .collect();
        json!({"status_code": "200", "transactions": rows})
    }
}

fn once() -> Config {
    let mut once = config();
    once.retry = RetryPolicy::never();
    once
}

fn account() -> Merchant {
    merchant("https://gateway.example")
}

fn history(page: u32, size: u32) -> List {
    List::new(Filter::default(), Page::new(page, size).unwrap()).unwrap()
}

fn payments() -> GetStatusB2b {
    GetStatusB2b::new(OrderId::new("contract-1").unwrap())
}

fn record(row: &TransactionRecord) -> usize {
    row.reference_no().unwrap().parse().unwrap()
}

fn payment(row: &Transaction) -> usize {
    row.transaction_id().unwrap().parse().unwrap()
}

/// Runs a future whose transport never waits for long.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            return output;
        }
    }
}

/// Waits for this many polls.
async fn linger(mut polls: usize) {
    poll_fn(|_| {
        polls = polls.saturating_sub(1);
        if polls == 0 {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

/// All rows, or the error after them, walked by one client and by the other.
fn walked<O>(shop: &Shop, first: &O, number: fn(&O::Row) -> usize) -> [Vec<usize>; 2]
where
    O: Paged<Account = Merchant> + Clone + Sync,
{
    let blocking = |request: Request, _: Limits| shop.answer(&request);
    let client = BlockingClient::new(blocking, account()).with_config(once());
    let rows = client.pages(first.clone()).rows();
    let blocking = rows.map(|row| number(&row.unwrap())).collect();
    let asynchronous = async |request: Request, _: Limits| shop.answer(&request);
    let client = AsyncClient::new(asynchronous, account()).with_config(once());
    let asynchronous = block_on(async {
        let (mut rows, mut found) = (client.pages(first.clone()).rows(), Vec::new());
        while let Some(row) = rows.next().await {
            found.push(number(&row.unwrap()));
        }
        found
    });
    [blocking, asynchronous]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_walk_finds_every_row_once_and_in_order(
        rows in 0_usize..60, size in 1_u32..9, page in 0_u32..9,
    ) {
        let shop = Shop::with(rows);
        let rest: Vec<usize> = (0..rows).skip((page * size) as usize).collect();
        prop_assert_eq!(walked(&shop, &history(page, size), record), [rest.clone(), rest.clone()]);
        let size = size as usize;
        prop_assert_eq!(shop.calls(), 2 * (rest.len() / size + 1), "ends at a page that is not full");
        let shop = Shop::with(rows);
        let first = payments().page(page, u32::try_from(size).unwrap());
        prop_assert_eq!(walked(&shop, &first, payment), [rest.clone(), rest.clone()]);
        let calls = rest.len().div_ceil(size) + 1;
        prop_assert_eq!(shop.calls(), 2 * calls, "ends at a page that is empty");
    }

    #[test]
    fn a_failed_page_is_asked_for_again_and_no_row_is_lost(
        rows in 0_usize..40, size in 1_u32..9, failing in prop::collection::vec(0_usize..12, 0..6),
    ) {
        let shop = Shop { failing, ..Shop::with(rows) };
        let send = |request: Request, _: Limits| shop.answer(&request);
        let client = BlockingClient::new(send, account()).with_config(once());
        let mut found = Vec::new();
        let mut walk = client.pages(history(0, size)).rows();
        while walk.position().is_some() {
            let number = |list: &List| list.page().number();
            let before = walk.position().map(number);
            for row in &mut walk {
                match row {
                    Ok(row) => found.push(record(&row)),
                    Err(error) => prop_assert!(error.transport().is_some()),
                }
            }
            prop_assert!(walk.position().is_none() || walk.position().map(number) >= before);
            prop_assert!(walk.next().is_none(), "an error ends the iteration");
            walk.resume();
        }
        prop_assert_eq!(found, (0..rows).collect::<Vec<_>>());
    }

    #[test]
    fn a_cursor_that_was_stored_goes_on_where_the_walk_was(
        rows in 0_usize..40, size in 1_u32..9, pages in 0_usize..9,
    ) {
        let shop = Shop::with(rows);
        let send = |request: Request, _: Limits| shop.answer(&request);
        let client = BlockingClient::new(send, account()).with_config(once());
        let mut walk = client.pages(history(0, size));
        let numbers = |page: <List as midtrans_protocol::operation::Operation>::Reply| {
            page.transactions().iter().map(record).collect::<Vec<_>>()
        };
        let mut found: Vec<usize> = walk.by_ref().take(pages).flat_map(|page| numbers(page.unwrap())).collect();
        if let Some(list) = walk.position() {
            let stored = list.page().to_string();
            let page: Page = stored.parse().unwrap();
            let rest = client.pages(List::new(Filter::default(), page).unwrap()).rows();
            found.extend(rest.map(|row| record(&row.unwrap())));
        }
        prop_assert_eq!(found, (0..rows).collect::<Vec<_>>());
    }

    /// Each future is dropped after so many polls, at whichever await it stands then.
    #[test]
    fn a_dropped_future_loses_no_page(
        rows in 0_usize..30, size in 1_u32..9, patience in prop::collection::vec(0_usize..4, 0..30),
    ) {
        let shop = Shop::with(rows);
        let send = async |request: Request, _: Limits| {
            linger(2).await;
            let answer = shop.answer(&request);
            linger(2).await;
            answer
        };
        let client = AsyncClient::new(send, account()).with_config(once());
        let mut walk = client.pages(history(0, size)).rows();
        let (mut found, mut patience, mut is_over) = (Vec::new(), patience.into_iter(), false);
        while !is_over {
            let polls = patience.next().unwrap_or(usize::MAX);
            let mut future = pin!(walk.next());
            for _ in 0..polls {
                let mut context = Context::from_waker(Waker::noop());
                if let Poll::Ready(row) = future.as_mut().poll(&mut context) {
                    is_over = row.is_none();
                    found.extend(row.map(|row| record(&row.unwrap())));
                    break;
                }
            }
        }
        prop_assert_eq!(found, (0..rows).collect::<Vec<_>>());
    }
}

/// The pages that came, as their numbers of rows, and the error after them; by both clients.
fn scripted<O>(script: &[Step], first: &O) -> [(Vec<usize>, Option<Error>, usize); 2]
where
    O: Paged<Account = Merchant> + Clone + Sync,
{
    let fake = Fake::new(script.to_vec());
    let client = BlockingClient::new(fake.clone(), account()).with_config(config());
    let (mut pages, mut error) = (Vec::new(), None);
    for page in client.pages(first.clone()).take(9) {
        match page {
            Ok(page) => pages.push(O::rows(&page).len()),
            Err(failed) => error = Some(failed),
        }
    }
    let blocking = (pages, error, fake.requests().len());
    let fake = Fake::new(script.to_vec());
    let client = AsyncClient::new(fake.clone(), account()).with_config(config());
    let (pages, error) = block_on(async {
        let (mut walk, mut pages) = (client.pages(first.clone()), Vec::new());
        while pages.len() < 9 {
            match walk.next().await {
                Some(Ok(page)) => pages.push(O::rows(&page).len()),
                Some(Err(error)) => {
                    assert!(walk.next().await.is_none(), "an error ends the walk");
                    return (pages, Some(error));
                }
                None => return (pages, None),
            }
        }
        panic!("the walk has no end")
    });
    [blocking, (pages, error, fake.requests().len())]
}

fn page(ids: &[&str]) -> Step {
    let row = |id: &&str| json!({"referenceNo": id});
    let rows: Vec<Value> = ids.iter().map(row).collect();
    Step::json(
        200,
        &json!({"responseCode": "2001200", "detailData": rows}).to_string(),
    )
}

#[test]
fn a_page_beyond_the_end_is_empty_and_ends_the_walk() {
    for script in [page(&[]), Step::json(200, r#"{"responseCode":"2001200"}"#)] {
        for (pages, error, calls) in scripted(std::slice::from_ref(&script), &history(9_999, 50)) {
            assert!(pages.is_empty() && error.is_none());
            assert_eq!(calls, 1);
        }
    }
}

#[test]
fn a_gateway_that_answers_the_same_page_for_ever_is_a_typed_error_and_no_loop() {
    let two = [page(&["a", "b"]), page(&["c", "d"])];
    let in_a_circle: Vec<Step> = [two.to_vec(), two.to_vec()].concat();
    let same = [page(&["a", "b"])];
    for (script, came) in [(&same[..], 1), (&in_a_circle, 2)] {
        for (pages, error, calls) in scripted(script, &history(0, 2)) {
            assert_eq!((pages.len(), calls), (came, came + 1));
            let error = error.unwrap();
            assert!(matches!(error.kind(), ErrorKind::RepeatedPage(page) if page.rows() == 2));
            assert!(!error.outcome_unknown() && !error.is_retryable());
            assert!(
                error
                    .to_string()
                    .starts_with("list_transactions: the gateway answered a page")
            );
        }
    }
    // A caller that throws errors away does not loop either.
    let client = BlockingClient::new(Fake::new(same.to_vec()), account()).with_config(config());
    assert_eq!(client.pages(history(0, 2)).flatten().take(9).count(), 1);
}

#[test]
fn a_page_that_fails_is_tried_again_as_any_call_and_then_is_an_error() {
    let broken = [page(&["a", "b"]), Step::Reset, page(&["c"])];
    for (pages, error, calls) in scripted(&broken, &history(0, 2)) {
        assert!(error.is_none());
        assert_eq!((pages, calls), (vec![2, 1], 3));
    }
    let dead = [page(&["a", "b"]), Step::Reset];
    for (pages, error, calls) in scripted(&dead, &history(0, 2)) {
        assert_eq!((pages, calls), (vec![2], 4));
        let error = error.unwrap();
        assert_eq!(
            error.transport().unwrap().kind(),
            TransportErrorKind::Broken
        );
        assert_eq!(error.attempts(), 3);
    }
}

#[test]
fn a_row_that_cannot_be_read_is_an_error_and_not_the_end() {
    for rows in [r#"[{"referenceNo":"a"},7]"#, r#""none""#, "{}"] {
        let body = format!(r#"{{"responseCode":"2001200","detailData":{rows}}}"#);
        for (pages, error, _) in scripted(&[Step::json(200, &body)], &history(0, 2)) {
            assert!(pages.is_empty(), "{rows}");
            assert!(
                matches!(error.unwrap().kind(), ErrorKind::Decode(_)),
                "{rows}"
            );
        }
    }
}

#[test]
fn payments_to_one_number_end_at_an_empty_page_or_at_one_that_the_gateway_does_not_know() {
    let full = |id: &str| {
        Step::json(
            200,
            &json!({"status_code": "200", "transactions": [{"status_code": "200", "order_id": "contract-1",
                "transaction_id": id, "transaction_status": "settlement"}]})
            .to_string(),
        )
    };
    let empty = Step::json(200, r#"{"status_code":"200","transactions":[]}"#);
    for end in [empty, Step::refusal(200, "404"), Step::refusal(404, "404")] {
        for (pages, error, calls) in scripted(&[full("a"), full("b"), end], &payments()) {
            assert!(error.is_none());
            assert_eq!((pages, calls), (vec![1, 1], 3));
        }
    }
    for (pages, error, _) in scripted(&[Step::refusal(200, "404")], &payments()) {
        assert!(
            pages.is_empty() && error.unwrap().is_not_found(),
            "no such order"
        );
    }
}

#[test]
fn a_walk_can_move_into_a_task_and_shows_no_row() {
    fn sent<T: Send>(value: T) -> T {
        value
    }
    let client = AsyncClient::new(Fake::new(vec![page(&["siti"])]), account());
    let mut walk = sent(client.pages(history(0, 1)).rows());
    block_on(sent(walk.next())).unwrap().unwrap();
    let shown = format!("{walk:?}");
    assert!(
        shown.contains("AsyncRows") && !shown.contains("siti"),
        "{shown}"
    );
}
