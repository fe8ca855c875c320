//! The file of more merchants.

use std::error::Error;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use midtrans_simulator::Account;
use serde_json::Value;

/// The reason why the merchants cannot be read.
#[derive(Debug)]
pub(super) enum NoMerchants {
    File(PathBuf, io::Error),
    Json(serde_json::Error),
    NoList,
    /// The merchant at this place of the list lacks this field, or it is no text.
    Field(usize, &'static str),
    /// This field of the merchant at this place is neither true nor false.
    Choice(usize, &'static str),
}

impl fmt::Display for NoMerchants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(name, _) => write!(f, "--merchants: {} cannot be read", name.display()),
            Self::Json(_) => f.write_str("--merchants: the file is no JSON"),
            Self::NoList => f.write_str("--merchants: expected a list of objects"),
            Self::Choice(at, field) => {
                write!(
                    f,
                    "--merchants: number {at} of the list: {field} must be true or false"
                )
            }
            Self::Field(at, field) => write!(
                f,
                "--merchants: number {at} of the list: {field} must be a text"
            ),
        }
    }
}

impl Error for NoMerchants {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::File(_, error) => Some(error),
            Self::Json(error) => Some(error),
            Self::NoList | Self::Field(..) | Self::Choice(..) => None,
        }
    }
}

pub(super) fn read(file: &Path) -> Result<Vec<Account>, NoMerchants> {
    let text =
        fs::read_to_string(file).map_err(|error| NoMerchants::File(file.to_path_buf(), error))?;
    from_json(&text)
}

fn from_json(text: &str) -> Result<Vec<Account>, NoMerchants> {
    // Some editors put a mark in front.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let json: Value = serde_json::from_str(text).map_err(NoMerchants::Json)?;
    let list = json.as_array().ok_or(NoMerchants::NoList)?;
    list.iter()
        .enumerate()
        .map(|(at, merchant)| account(at + 1, merchant))
        .collect()
}

fn account(at: usize, merchant: &Value) -> Result<Account, NoMerchants> {
    let text = |field: &'static str| {
        merchant[field]
            .as_str()
            .ok_or(NoMerchants::Field(at, field))
    };
    let optional = |field: &'static str| match &merchant[field] {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.as_str())),
        _ => Err(NoMerchants::Field(at, field)),
    };
    let mut account = Account::new(
        text("merchant_id")?,
        text("server_key")?,
        text("client_key")?,
    );
    for (field, set) in URLS {
        if let Some(url) = optional(field)? {
            account = set(account, url.to_owned());
        }
    }
    match &merchant["kredivo_approved"] {
        Value::Null | Value::Bool(false) => Ok(account),
        Value::Bool(true) => Ok(account.kredivo_approved()),
        _ => Err(NoMerchants::Choice(at, "kredivo_approved")),
    }
}

type SetUrl = fn(Account, String) -> Account;

/// The URLs of a merchant, all of them optional.
const URLS: [(&str, SetUrl); 6] = [
    ("finish_url", Account::finish_url),
    ("unfinish_url", Account::unfinish_url),
    ("error_url", Account::error_url),
    ("notification_url", Account::notification_url),
    (
        "pay_account_notification_url",
        Account::pay_account_notification_url,
    ),
    (
        "recurring_notification_url",
        Account::recurring_notification_url,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_merchants_is_read_and_a_mistake_is_named() {
        let one =
            r#"{"merchant_id":"G2","server_key":"SB-Mid-server-2","client_key":"SB-Mid-client-2"}"#;
        assert_eq!(from_json(&format!("[{one}]")).unwrap().len(), 1);
        assert_eq!(from_json(&format!("\u{feff}[{one}]")).unwrap().len(), 1);
        let error = from_json(&format!(
            r#"[{one},{{"merchant_id":"G3","client_key":"x"}}]"#
        ))
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "--merchants: number 2 of the list: server_key must be a text"
        );
        for (field, _) in URLS {
            let with = |value: &str| format!(r#"[{},"{field}":{value}}}]"#, &one[..one.len() - 1]);
            assert!(from_json(&with(r#""http://127.0.0.1:3000""#)).is_ok());
            let error = from_json(&with("7")).unwrap_err().to_string();
            assert!(
                error.ends_with(&format!("{field} must be a text")),
                "{error}"
            );
        }
        assert!(matches!(from_json("{}"), Err(NoMerchants::NoList)));
        assert!(matches!(from_json("["), Err(NoMerchants::Json(_))));
        assert!(matches!(
            read(Path::new("/nowhere/at/all")),
            Err(NoMerchants::File(..))
        ));
    }
}
