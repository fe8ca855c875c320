//! The promises of every transport, mounted once per transport.
//!
//! The transport is seen through `BlockingTransport`; an async one brings a wrapper.

pub(crate) mod connections;
pub(crate) mod environment;
pub(crate) mod failures;
pub(crate) mod gateway;
pub(crate) mod proxies;
pub(crate) mod replies;
pub(crate) mod secrets;

use std::time::Duration;

use midtrans_transport::{Limits, Request};

/// Marks the key in the `Authorization` header, to be looked for where it must not be.
pub(crate) const KEY: &str = "Basic U0ItTWlkLXNlcnZlci1NQVJLRUQ6";
/// Marks a customer's data in the body.
pub(crate) const CUSTOMER: &str = "customer-MARKED@example.com";

/// More time than any test needs, so that only a hanging one meets it.
pub(crate) fn limits() -> Limits {
    Limits::new(Duration::from_secs(20), 64 * 1024)
}

pub(crate) fn get(url: &str) -> Request {
    http::Request::get(url)
        .header("authorization", sensitive())
        .header("accept", "application/json")
        .body(Vec::new())
        .unwrap()
}

pub(crate) fn post(url: &str, body: &str) -> Request {
    http::Request::post(url)
        .header("authorization", sensitive())
        .header("content-type", "application/json")
        .body(body.as_bytes().to_vec())
        .unwrap()
}

fn sensitive() -> http::HeaderValue {
    let mut value = http::HeaderValue::from_static(KEY);
    value.set_sensitive(true);
    value
}

/// One test per promise, each with a new transport.
macro_rules! mount {
    ($transport:expr) => {
        crate::suite::mount!(@tests $transport;
            replies: a_get_sends_no_body_and_a_post_says_how_long_its_body_is,
            replies: an_empty_post_says_that_it_is_empty,
            replies: every_status_comes_back_with_its_headers_and_body,
            replies: no_redirect_is_followed_and_the_key_stays_here,
            replies: a_chunked_reply_and_one_that_ends_with_the_connection_are_read_whole,
            replies: a_body_at_the_limit_is_taken_and_one_byte_more_is_not,
            failures: a_refused_connection_means_that_nothing_was_sent,
            failures: a_name_that_does_not_resolve_means_that_nothing_was_sent,
            failures: a_server_that_does_not_speak_tls_means_that_nothing_was_sent,
            failures: a_url_without_a_host_is_refused_before_sending,
            failures: a_close_or_a_reset_after_the_request_is_of_unknown_reach,
            failures: a_truncated_reply_is_of_unknown_reach,
            failures: a_reply_that_is_not_http_is_of_unknown_reach,
            failures: a_long_body_is_refused_when_it_is_announced,
            failures: an_endless_body_is_cut_off,
            failures: a_server_that_does_not_answer_runs_out_of_time,
            failures: a_body_that_stops_runs_out_of_time,
            failures: a_body_that_drips_runs_out_of_the_time_of_the_whole_call,
            connections: sequential_calls_share_one_connection,
            connections: a_reply_in_two_pieces_keeps_its_connection,
            connections: calls_at_the_same_time_reuse_connections,
            connections: a_request_on_a_closed_idle_connection_arrives_at_most_once,
            connections: a_request_that_was_read_on_a_reused_connection_is_not_sent_again,
            secrets: no_failure_shows_a_header_a_body_or_a_path,
            secrets: no_log_up_to_debug_shows_a_card_a_key_or_a_body,
            proxies: plain_http_goes_through_no_proxy_of_the_environment,
            proxies: https_goes_through_the_proxy_of_the_environment,
            proxies: the_call_that_a_child_process_makes,
        );
    };
    (@tests $transport:expr; $($module:ident: $test:ident,)+) => {$(
        #[test]
        fn $test() {
            crate::suite::$module::$test(&$transport);
        }
    )+};
}
pub(crate) use mount;

/// The promises about building a transport that reads the environment.
macro_rules! mount_building {
    ($built:expr) => {
        crate::suite::mount!(@tests (|| $built);
            environment: the_variables_of_the_environment_have_one_order,
            environment: a_proxy_that_cannot_be_read_is_an_error_that_names_its_variable_and_not_its_value,
            environment: the_hosts_of_no_proxy_are_reached_directly,
            environment: a_password_of_the_proxy_goes_to_the_proxy_only,
            environment: the_transport_that_a_child_process_builds,
        );
    };
}
pub(crate) use mount_building;
