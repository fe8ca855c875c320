//! Lines, customers and accounts of invoices on the command line.

use serde_json::{Map, Value};

use crate::amount;
use crate::order_lines::fields;

/// One line of an invoice: `description=Sepatu,price=40000,quantity=1`.
pub(super) fn item(text: &str) -> Result<Value, String> {
    const NAMES: &[&str] = &[
        "item_id",
        "description",
        "price",
        "quantity",
        "discount_percentage",
    ];
    let mut fields = fields(text, NAMES)?;
    fields.entry("quantity").or_insert_with(|| Value::from(1));
    if let Some(Value::String(text)) = fields.get("price") {
        let price = amount::rupiah(text).map_err(|problem| format!("price: {problem}"))?;
        fields.insert("price".to_owned(), price.get().into());
    }
    for name in ["quantity", "discount_percentage"] {
        if let Some(Value::String(text)) = fields.get(name) {
            let whole = text.parse::<u32>();
            let whole = whole.map_err(|_| format!("{name} is not a whole number"))?;
            fields.insert(name.to_owned(), whole.into());
        }
    }
    if !fields.contains_key("description") || !fields.contains_key("price") {
        let names = NAMES.join(", ");
        return Err(format!(
            "expected description and price, and any of {names}"
        ));
    }
    Ok(Value::Object(fields))
}

/// The customer of an invoice: `name=Siti Rahma,email=siti@example.com,phone=8123456789`.
pub(super) fn customer(text: &str) -> Result<Value, String> {
    fields(text, &["id", "name", "email", "phone"]).map(Value::Object)
}

/// A virtual account of an invoice: a bank, or a bank and a number: `bca_va`, `bca_va=12345678901`.
pub(super) fn virtual_account(text: &str) -> Result<Value, String> {
    let (bank, number) = match text.split_once('=') {
        Some((bank, number)) => (bank, Some(number)),
        None => (text, None),
    };
    if bank.is_empty() {
        return Err("expected BANK or BANK=NUMBER, such as bca_va".to_owned());
    }
    let mut account = Map::new();
    account.insert("bank".to_owned(), bank.into());
    if let Some(number) = number {
        account.insert("number".to_owned(), number.into());
    }
    Ok(Value::Object(account))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_has_a_description_and_a_price() {
        let expected = json!({"description": "Sepatu, merah", "price": 40_000, "quantity": 2});
        let typed = item("description=Sepatu, merah,price=Rp40.000,quantity=2");
        assert_eq!(typed, Ok(expected));
        assert_eq!(item("description=A,price=1").unwrap()["quantity"], 1);
        for wrong in [
            "",
            "price=1",
            "description=A",
            "description=A,price=-1",
            "x=1",
            "{",
        ] {
            assert!(item(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_virtual_account_is_a_bank_and_perhaps_a_number() {
        assert_eq!(virtual_account("bca_va"), Ok(json!({"bank": "bca_va"})));
        let numbered = json!({"bank": "bni_va", "number": "123"});
        assert_eq!(virtual_account("bni_va=123"), Ok(numbered));
        assert!(virtual_account("=123").is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = (item(&text), customer(&text), virtual_account(&text));
        }
    }
}
