//! The document has the simulator's paths, all of them and no others, and its examples are what it
//! says.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use midtrans_openapi_tests::{Caller, Document};
use midtrans_simulator::{BlockingSimulator, Simulator};

/// The routes of the simulator. The list is complete: the test calls whatever looks like a route.
const ROUTES: [(&str, &str); 14] = [
    ("POST", "/v2/charge"),
    ("POST", "/v2/capture"),
    ("GET", "/v2/token"),
    ("GET", "/v2/card/register"),
    ("GET", "/v2/point_inquiry/{id}"),
    ("GET", "/v1/bins/{id}"),
    ("GET", "/v2/{id}/status"),
    ("GET", "/v2/{id}/status/b2b"),
    ("POST", "/v2/{id}/cancel"),
    ("POST", "/v2/{id}/expire"),
    ("POST", "/v2/{id}/approve"),
    ("POST", "/v2/{id}/deny"),
    ("POST", "/v2/{id}/refund"),
    ("POST", "/v2/{id}/refund/online/direct"),
];
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

fn simulator() -> (BlockingSimulator, Caller, Document) {
    let simulator = Simulator::builder().serve_blocking().unwrap();
    let caller = Caller::new(simulator.url());
    let document = Document::new(caller.get("/openapi.json").unwrap().json).closed();
    (simulator, caller, document)
}

#[test]
fn the_document_has_the_routes_and_no_others() {
    let (_simulator, _, document) = simulator();
    let mut documented = document.operations();
    documented.sort();
    let mut routes = ROUTES.map(|(method, path)| (method.to_owned(), path.to_owned()));
    routes.sort();
    assert_eq!(documented, routes);
}

#[test]
fn each_route_has_one_method_and_refuses_the_others_as_the_document_says() {
    let (_simulator, caller, document) = simulator();
    for (own, path) in ROUTES {
        for method in METHODS {
            let answer = caller
                .call(method, &path.replace("{id}", "order-1"), &[], "")
                .unwrap();
            if method == own {
                document.check_answer(method, path, &answer).unwrap();
            } else {
                assert_eq!(answer.http_status, 405, "{method} {path}");
                document.check_named_answer("WrongMethod", &answer).unwrap();
                assert_eq!(answer.allow.as_deref(), Some(own), "{method} {path}");
            }
        }
    }
}

/// Whatever can be put together from the words of the routes, up to the length of the longest, is a
/// route or nothing.
#[test]
fn the_simulator_has_no_other_route_of_the_same_words() {
    let (_simulator, caller, document) = simulator();
    let mut words: Vec<&str> = ROUTES
        .iter()
        .flat_map(|(_, path)| path.split('/').skip(1))
        .collect();
    words.sort_unstable();
    words.dedup();
    let (mut paths, mut tails) = (Vec::new(), vec![String::new()]);
    for _ in 0..2 {
        tails = tails
            .iter()
            .flat_map(|tail| words.iter().map(move |word| format!("{tail}/{word}")))
            .collect();
        paths.extend(
            tails.iter().flat_map(|tail| {
                ["", "/v1", "/v2", "/v2/{id}"].map(|head| format!("{head}{tail}"))
            }),
        );
    }
    paths.extend(
        words
            .iter()
            .map(|word| format!("/v2/{{id}}/refund/online/{word}")),
    );
    paths.extend(
        words
            .iter()
            .map(|word| format!("/v2/{{id}}/{word}/online/direct")),
    );
    assert!(paths.len() > 600, "{}", paths.len());

    // A word of the routes is an id as well as any other.
    for path in paths {
        let answer = caller
            .call("PUT", &path.replace("{id}", "order-1"), &[], "")
            .unwrap();
        if is_route(&path) {
            assert_eq!(
                answer.http_status, 405,
                "{path} is in the document and not in the simulator"
            );
        } else {
            assert_eq!(
                answer.http_status, 404,
                "{path} is in the simulator and not in the document"
            );
            document.check_named_answer("NoSuchPath", &answer).unwrap();
        }
    }
}

fn is_route(path: &str) -> bool {
    let segments: Vec<&str> = path.split('/').collect();
    ROUTES.iter().any(|(_, route)| {
        let route: Vec<&str> = route.split('/').collect();
        route.len() == segments.len()
            && route
                .iter()
                .zip(&segments)
                .all(|(own, it)| own == it || *own == "{id}")
    })
}

#[test]
fn every_example_fits_its_schema() {
    let (_simulator, _, document) = simulator();
    let examples = document.examples();
    assert!(examples.len() > 30, "{}", examples.len());
    for (place, fits) in examples {
        fits.unwrap_or_else(|problem| panic!("{place}: {problem}"));
    }
}

#[test]
fn the_examples_of_charges_are_taken() {
    let (_simulator, caller, document) = simulator();
    for name in ["AkulakuCharge", "KredivoCharge"] {
        let body = &document.json()["components"]["examples"][name]["value"];
        let answer = caller.post("/v2/charge", &body.to_string()).unwrap();
        assert_eq!((answer.http_status, answer.code()), (200, "201"), "{name}");
    }
}
