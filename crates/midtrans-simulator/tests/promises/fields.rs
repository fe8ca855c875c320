//! The fields of a charge: limits always, presence unless it is switched off, and all problems at
//! once.

use serde_json::{Value, json};

use crate::api_caller::{ApiCaller, address, charge};

type Change = (&'static str, fn(&mut Value));

fn lenient() -> ApiCaller {
    let mut api = ApiCaller::new();
    api.gateway.settings_mut().lenient = true;
    api.gateway.settings_mut().kredivo_approved = true;
    api
}

fn messages(api: &mut ApiCaller, body: &Value) -> Vec<String> {
    let reply = api.post("/v2/charge", &body.to_string());
    match reply.code() {
        "201" => Vec::new(),
        _ => {
            assert_eq!((reply.http, reply.code()), (400, "400"), "{}", reply.text);
            serde_json::from_value(reply.json["validation_messages"].clone()).unwrap()
        }
    }
}

fn changed(payment_type: &str, change: fn(&mut Value)) -> Value {
    let mut body = charge(payment_type, "order-1", 44_000);
    body["seller_details"] = json!([seller()]);
    change(&mut body);
    body
}

fn seller() -> Value {
    json!({"id": "S-1", "name": "Toko", "email": "t@example.com", "url": "https://toko.example", "address": address()})
}

/// Each breaks one limit; the word is in the only message.
const LIMITS: &[Change] = &[
    ("item_details[0].id must be a string", |b| {
        b["item_details"][0]["id"] = json!("x".repeat(51))
    }),
    ("item_details[0].id must be a string", |b| {
        b["item_details"][0]["id"] = json!("x".repeat(200))
    }),
    ("item_details[0].id must be a string", |b| {
        b["item_details"][0]["id"] = json!(7)
    }),
    ("item_details[0].id must be a string", |b| {
        b["item_details"][0]["id"] = json!({})
    }),
    ("item_details[0].name must be a string", |b| {
        b["item_details"][0]["name"] = json!("é".repeat(51))
    }),
    ("item_details[0].name must be a string", |b| {
        b["item_details"][0]["name"] = json!("x".repeat(300))
    }),
    ("item_details[0].brand", |b| {
        b["item_details"][0]["brand"] = json!("x".repeat(51))
    }),
    ("item_details[0].category", |b| {
        b["item_details"][0]["category"] = json!(["Shoes"])
    }),
    ("item_details[0].merchant_name", |b| {
        b["item_details"][0]["merchant_name"] = json!(true)
    }),
    ("item_details[0].url", |b| {
        b["item_details"][0]["url"] = json!("x".repeat(256))
    }),
    ("customer_details.first_name", |b| {
        b["customer_details"]["first_name"] = json!("x".repeat(300))
    }),
    ("customer_details.last_name", |b| {
        b["customer_details"]["last_name"] = json!(1)
    }),
    ("customer_details.email", |b| {
        b["customer_details"]["email"] = json!({"at": "home"})
    }),
    ("customer_details.phone", |b| {
        b["customer_details"]["phone"] = json!(812)
    }),
    ("customer_details.billing_address must be an object", |b| {
        b["customer_details"]["billing_address"] = json!("Jl. 1")
    }),
    ("customer_details.shipping_address must be an object", |b| {
        b["customer_details"]["shipping_address"] = json!("Jl. 1")
    }),
    ("shipping_address.city", |b| {
        address_of(b)["city"] = json!("x".repeat(256))
    }),
    ("shipping_address.email", |b| {
        address_of(b)["email"] = json!(5)
    }),
    ("shipping_address.postal_code", |b| {
        address_of(b)["postal_code"] = json!("12/34@@")
    }),
    ("shipping_address.postal_code", |b| {
        address_of(b)["postal_code"] = json!(-1)
    }),
    ("shipping_address.country_code", |b| {
        address_of(b)["country_code"] = json!("Indonesia")
    }),
    ("shipping_address.country_code", |b| {
        address_of(b)["country_code"] = json!("idn")
    }),
    ("seller_details must be an array", |b| {
        b["seller_details"] = json!("Toko")
    }),
    ("seller_details[0] must be an object", |b| {
        b["seller_details"] = json!(["Toko"])
    }),
    ("seller_details[0].id", |b| {
        b["seller_details"][0]["id"] = json!(9)
    }),
    ("seller_details[0].name", |b| {
        b["seller_details"][0]["name"] = json!("x".repeat(256))
    }),
    ("seller_details[0].email", |b| {
        b["seller_details"][0]["email"] = json!("x".repeat(256))
    }),
    ("seller_details[0].url", |b| {
        b["seller_details"][0]["url"] = json!("x".repeat(256))
    }),
    ("seller_details[0].address must be an object", |b| {
        b["seller_details"][0]["address"] = json!("Jl. 1")
    }),
    ("seller_details[0].address.country_code", |b| {
        b["seller_details"][0]["address"]["country_code"] = json!("ID")
    }),
    ("transaction_details.currency must be IDR", |b| {
        b["transaction_details"]["currency"] = json!("USD")
    }),
    ("transaction_details.currency must be IDR", |b| {
        b["transaction_details"]["currency"] = json!(360)
    }),
    ("gross_amount is too large", |b| {
        b["transaction_details"]["gross_amount"] = json!(1u64 << 63)
    }),
    ("gross_amount is too large", |b| {
        b["transaction_details"]["gross_amount"] = json!(u64::MAX)
    }),
    ("gross_amount is too large", |b| {
        b["transaction_details"]["gross_amount"] = json!("9223372036854775808")
    }),
    ("item_details[0].quantity", |b| {
        b["item_details"][0]["quantity"] = json!(1u64 << 63)
    }),
    ("item_details[0].price", |b| {
        b["item_details"][0]["price"] = json!(1u64 << 63)
    }),
];

fn address_of(body: &mut Value) -> &mut Value {
    if body["customer_details"]["shipping_address"].is_null() {
        body["customer_details"]["shipping_address"] = address();
    }
    &mut body["customer_details"]["shipping_address"]
}

#[test]
fn the_limits_hold_always() {
    for payment_type in ["akulaku", "kredivo"] {
        assert_eq!(
            messages(&mut ApiCaller::new(), &changed(payment_type, |_| {})),
            [""; 0],
            "what they start from is right"
        );
        for (expected, change) in LIMITS {
            let body = changed(payment_type, *change);
            for mut api in [ApiCaller::new(), lenient()] {
                let told = messages(&mut api, &body);
                assert!(
                    told.iter().all(|message| message.contains(expected)) && told.len() == 1,
                    "{expected}: {told:?}"
                );
            }
        }
    }
}

#[test]
fn what_is_as_long_as_allowed_is_taken() {
    let body = changed("kredivo", |body| {
        body["transaction_details"]["currency"] = json!("IDR");
        for name in ["id", "name", "brand", "category", "merchant_name"] {
            body["item_details"][0][name] = json!("é".repeat(50));
        }
        body["item_details"][0]["url"] = json!("é".repeat(255));
        body["customer_details"]["first_name"] = json!("é".repeat(255));
        address_of(body)["postal_code"] = json!(12_353);
        address_of(body)["country_code"] = json!("IND");
        body["seller_details"][0]["name"] = json!("é".repeat(255));
    });
    assert_eq!(messages(&mut ApiCaller::new(), &body), [""; 0]);
    let mut one_seller = body;
    one_seller["seller_details"] = seller();
    assert_eq!(
        messages(&mut ApiCaller::new(), &one_seller),
        [""; 0],
        "one page has a single object"
    );
    let largest = changed("kredivo", |body| {
        body["transaction_details"]["gross_amount"] = json!(i64::MAX);
        body["item_details"][0]["price"] = json!(i64::MAX);
    });
    assert_eq!(messages(&mut ApiCaller::new(), &largest), [""; 0]);
}

#[test]
fn akulaku_wants_five_thousand_rupiah_even_of_the_lenient() {
    for mut api in [ApiCaller::new(), lenient()] {
        let told = messages(&mut api, &charge("akulaku", "order-1", 4_999));
        assert_eq!(
            told,
            ["transaction_details.gross_amount is below the minimum of 5000"]
        );
        assert_eq!(
            messages(&mut api, &charge("akulaku", "order-1", 5_000)),
            [""; 0]
        );
        assert_eq!(
            messages(&mut api, &charge("kredivo", "order-2", 1)),
            [""; 0]
        );
    }
}

/// Each lacks one field that the reference requires.
const KREDIVO: &[&str] = &[
    "/item_details/0/id",
    "/item_details/0/category",
    "/item_details/0/url",
    "/customer_details/first_name",
    "/customer_details/last_name",
    "/customer_details/email",
    "/customer_details/phone",
    "/customer_details/shipping_address",
    "/customer_details/shipping_address/first_name",
    "/customer_details/shipping_address/last_name",
    "/customer_details/shipping_address/phone",
    "/customer_details/shipping_address/address",
    "/customer_details/shipping_address/city",
    "/customer_details/shipping_address/postal_code",
    "/customer_details/shipping_address/country_code",
    "/item_details",
    "/customer_details",
];
const SELLER: &[&str] = &[
    "/seller_details/0/id",
    "/seller_details/0/name",
    "/seller_details/0/email",
    "/seller_details/0/url",
    "/seller_details/0/address",
    "/seller_details/0/address/first_name",
    "/seller_details/0/address/country_code",
];
const AKULAKU: &[&str] = &[
    "/item_details/0/id",
    "/customer_details/first_name",
    "/customer_details/email",
    "/customer_details/phone",
    "/item_details",
    "/customer_details",
];

fn without(payment_type: &str, pointer: &str) -> (Value, String) {
    let mut body = changed(payment_type, |_| {});
    *body.pointer_mut(pointer).unwrap() = Value::Null;
    let field = pointer
        .trim_start_matches('/')
        .replace("/0", "[0]")
        .replace('/', ".");
    (body, format!("{field} is required"))
}

#[test]
fn a_full_charge_passes_and_each_missing_field_is_named() {
    let both = [
        ("akulaku", AKULAKU),
        ("kredivo", KREDIVO),
        ("kredivo", SELLER),
    ];
    for (payment_type, pointer) in both
        .iter()
        .flat_map(|(payment_type, list)| list.iter().map(move |one| (payment_type, one)))
    {
        let (mut body, expected) = without(payment_type, pointer);
        assert_eq!(
            messages(&mut ApiCaller::new(), &body),
            [expected.as_str()],
            "{payment_type}"
        );
        assert_eq!(
            messages(&mut lenient(), &body),
            [""; 0],
            "switched off: {payment_type} {pointer}"
        );
        if body.pointer("/item_details/0").is_some() {
            *body.pointer_mut(pointer).unwrap() = json!("  ");
            assert!(
                !messages(&mut ApiCaller::new(), &body).is_empty(),
                "blank: {payment_type} {pointer}"
            );
        }
    }
    let mut empty = changed("akulaku", |_| {});
    empty["item_details"] = json!([]);
    assert_eq!(
        messages(&mut ApiCaller::new(), &empty),
        ["item_details is required"]
    );
}

#[test]
fn one_name_is_enough_for_akulaku() {
    let (body, _) = without("akulaku", "/customer_details/last_name");
    assert_eq!(messages(&mut ApiCaller::new(), &body), [""; 0]);
}

#[test]
fn kredivos_approval_is_a_setting_of_the_account_and_says_nothing_of_sellers_and_akulaku() {
    let mut api = ApiCaller::new();
    api.gateway.settings_mut().kredivo_approved = true;
    for (at, pointer) in KREDIVO.iter().enumerate() {
        let (body, _) = without("kredivo", pointer);
        let mut body = body;
        body["transaction_details"]["order_id"] = json!(format!("order-{at}"));
        assert_eq!(messages(&mut api, &body), [""; 0], "{pointer}");
    }
    for (payment_type, pointers) in [("kredivo", SELLER), ("akulaku", AKULAKU)] {
        for pointer in pointers {
            let (body, expected) = without(payment_type, pointer);
            assert_eq!(messages(&mut api, &body), [expected]);
        }
    }
}

#[test]
fn everything_that_is_wrong_is_told_in_one_answer() {
    let body = json!({
        "transaction_details": {"order_id": "a b", "gross_amount": 0, "currency": "USD"},
        "item_details": [{"id": 7, "price": "x", "quantity": 0, "name": ""}],
        "customer_details": {"first_name": 1, "billing_address": "Jl. 1"},
        "seller_details": 1, "custom_field1": 1, "metadata": 1, "custom_expiry": {"expiry_duration": "soon"},
    });
    assert_eq!(messages(&mut ApiCaller::new(), &body).len(), 14);
    let bare = json!({"payment_type": "kredivo", "transaction_details": {"order_id": "a", "gross_amount": 1},
        "item_details": [{"price": 1, "quantity": 1, "name": "x"}], "customer_details": {}});
    assert_eq!(messages(&mut ApiCaller::new(), &bare).len(), 8);
}
