//! The walks of the mixed load: each takes one order through some operations.

/// One request of a walk: method, path, body, a text that the answer has, and the field of the
/// answer that the later requests use. `{order}` and a kept field stand in braces.
pub(super) type Step = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const CARDLESS: &[Step] = &[
    (
        "POST",
        "/v2/charge",
        r#"{"payment_type":"akulaku","transaction_details":{"order_id":"{order}","gross_amount":40000},"item_details":[{"id":"A","name":"Sepatu","price":40000,"quantity":1}],"customer_details":{"first_name":"Siti","email":"siti@example.com","phone":"08123456789"}}"#,
        r#""status_code":"201""#,
        "transaction_id",
    ),
    (
        "GET",
        "/v2/akulaku/redirect/{transaction_id}",
        "",
        "HTTP/1.1 200",
        "",
    ),
    (
        "POST",
        "/v2/akulaku/redirect/{transaction_id}",
        "choice=approve",
        "HTTP/1.1 200",
        "",
    ),
    ("GET", "/v2/{order}/status", "", r#""settlement""#, ""),
    (
        "POST",
        "/v2/{order}/refund",
        r#"{"refund_key":"r-{order}","amount":5000,"reason":"size"}"#,
        r#""status_code":"200""#,
        "",
    ),
];
const TRANSFER: &[Step] = &[
    (
        "POST",
        "/v2/charge",
        r#"{"payment_type":"bank_transfer","transaction_details":{"order_id":"{order}","gross_amount":40000},"bank_transfer":{"bank":"bca"}}"#,
        r#""status_code":"201""#,
        "transaction_id",
    ),
    ("GET", "/pay/{transaction_id}", "", "HTTP/1.1 200", ""),
    (
        "POST",
        "/pay/{transaction_id}",
        "choice=approve",
        "HTTP/1.1 303",
        "",
    ),
    (
        "GET",
        "/v2/{transaction_id}/status",
        "",
        r#""settlement""#,
        "",
    ),
];
const WALLET: &[Step] = &[
    (
        "POST",
        "/v2/charge",
        r#"{"payment_type":"gopay","transaction_details":{"order_id":"{order}","gross_amount":40000}}"#,
        r#""status_code":"201""#,
        "transaction_id",
    ),
    ("GET", "/v2/{order}/status", "", r#""pending""#, ""),
    (
        "POST",
        "/v2/{order}/expire",
        "",
        r#""status_code":"407""#,
        "",
    ),
];
const CARD: &[Step] = &[
    (
        "GET",
        "/v2/token?client_key=SB-Mid-client-simulator&card_number=4811111111111114&card_exp_month=12&card_exp_year=2039&card_cvv=123",
        "",
        r#""status_code":"200""#,
        "token_id",
    ),
    (
        "POST",
        "/v2/charge",
        r#"{"payment_type":"credit_card","transaction_details":{"order_id":"{order}","gross_amount":40000},"credit_card":{"token_id":"{token_id}"}}"#,
        r#""capture""#,
        "",
    ),
    (
        "POST",
        "/v2/{order}/cancel",
        "",
        r#""status_code":"200""#,
        "",
    ),
    ("GET", "/v1/bins/481111", "", r#""brand""#, ""),
];
const SNAP: &[Step] = &[
    (
        "POST",
        "/snap/v1/transactions",
        r#"{"transaction_details":{"order_id":"{order}","gross_amount":40000}}"#,
        "HTTP/1.1 201",
        "token",
    ),
    (
        "GET",
        "/v2/{order}/status",
        "",
        r#""status_code":"404""#,
        "",
    ),
    (
        "GET",
        "/snap/v4/redirection/{token}",
        "",
        "HTTP/1.1 200",
        "",
    ),
    (
        "POST",
        "/snap/v4/redirection/{token}",
        "method=bca_va",
        "HTTP/1.1 303",
        "",
    ),
    (
        "POST",
        "/snap/v4/redirection/{token}",
        "choice=approve",
        "HTTP/1.1 303",
        "",
    ),
    ("GET", "/v2/{order}/status", "", r#""settlement""#, ""),
    (
        "POST",
        "/snap/v1/transactions",
        r#"{"transaction_details":{"order_id":"{order}-2","gross_amount":40000}}"#,
        "HTTP/1.1 201",
        "token",
    ),
    (
        "POST",
        "/snap/v1/transactions/{token}/cancel",
        "",
        "HTTP/1.1 200",
        "",
    ),
    (
        "GET",
        "/snap/v3/merchant-preferences",
        "",
        "HTTP/1.1 200",
        "",
    ),
];
const SUBSCRIPTION: &[Step] = &[
    (
        "POST",
        "/v1/subscriptions",
        r#"{"name":"Langganan","amount":"40000","currency":"IDR","payment_type":"credit_card","token":"{order}","schedule":{"interval":1,"interval_unit":"month","max_interval":12}}"#,
        r#""active""#,
        "id",
    ),
    ("GET", "/v1/subscriptions/{id}", "", r#""active""#, ""),
    (
        "PATCH",
        "/v1/subscriptions/{id}",
        r#"{"amount":"50000"}"#,
        "Subscription is updated.",
        "",
    ),
    (
        "POST",
        "/v1/subscriptions/{id}/disable",
        "",
        "Subscription is updated.",
        "",
    ),
    (
        "POST",
        "/v1/subscriptions/{id}/cancel",
        "",
        "HTTP/1.1 200",
        "",
    ),
];
const ACCOUNT: &[Step] = &[
    (
        "POST",
        "/v2/pay/account",
        r#"{"payment_type":"gopay","gopay_partner":{"phone_number":"81212345678","country_code":"62"}}"#,
        r#""status_code":"201""#,
        "account_id",
    ),
    (
        "GET",
        "/v2/pay/account/{account_id}",
        "",
        r#""PENDING""#,
        "",
    ),
];
const LINK: &[Step] = &[
    (
        "POST",
        "/v1/payment-links",
        r#"{"transaction_details":{"order_id":"{order}","gross_amount":40000},"usage_limit":1}"#,
        "payment_url",
        "",
    ),
    ("GET", "/v1/payment-links/{order}", "", "HTTP/1.1 200", ""),
    (
        "DELETE",
        "/v1/payment-links/{order}",
        "",
        "HTTP/1.1 200",
        "",
    ),
];
const INVOICE: &[Step] = &[
    (
        "POST",
        "/v1/invoices",
        r#"{"order_id":"{order}","invoice_number":"{order}","due_date":"2039-08-06 20:03:04 +0700","invoice_date":"2026-08-06 20:03:04 +0700","customer_details":{"id":"c","name":"Siti","email":"siti@example.com","phone":"8123456789"},"payment_type":"payment_link","item_details":[{"item_id":"A","description":"Sepatu","quantity":1,"price":40000}]}"#,
        "HTTP/1.1 201",
        "id",
    ),
    ("GET", "/v1/invoices/{id}", "", "HTTP/1.1 200", ""),
    (
        "PATCH",
        "/v1/invoices/{id}/void",
        r#"{"void_reason":"typo"}"#,
        "HTTP/1.1 200",
        "",
    ),
];
const LOOKS: &[Step] = &[
    (
        "GET",
        "/v1/balance/mutation?currency=IDR&start_time=2026-01-01T00:00:00%2B07:00&end_time=2026-01-31T00:00:00%2B07:00",
        "",
        "HTTP/1.1 200",
        "",
    ),
    ("GET", "/pay", "", "HTTP/1.1 200", ""),
    ("GET", "/snap/snap.js", "", "HTTP/1.1 200", ""),
];
pub(super) const SCRIPTS: [&[Step]; 10] = [
    CARDLESS,
    TRANSFER,
    WALLET,
    CARD,
    SNAP,
    SUBSCRIPTION,
    ACCOUNT,
    LINK,
    INVOICE,
    LOOKS,
];
