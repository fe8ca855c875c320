//! The body of `POST /v2/pay/account`.

use serde_json::Value;

use crate::gateway::refusal::Refusal;

/// A request that passed validation.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) phone: String,
    pub(super) redirect_url: Option<String>,
}

/// Reads a request. The phone may be a number and the country may be missing, as the official
/// client for PHP sends it; the phone may begin with the country's code, as that for Go sends it.
pub(super) fn read(body: &[u8]) -> Result<Read, Refusal> {
    let json: Value = serde_json::from_slice(body).map_err(|_| Refusal::Malformed)?;
    let mut problems = Vec::new();
    match &json["payment_type"] {
        Value::String(name) if name == "gopay" => {}
        Value::Null => problems.push("payment_type is required".to_owned()),
        _ => problems.push("payment_type is invalid".to_owned()),
    }
    let partner = &json["gopay_partner"];
    let phone = phone(&partner["phone_number"], &mut problems);
    let country = match &partner["country_code"] {
        Value::Null => None,
        Value::String(code) => Some(code.clone()),
        Value::Number(code) => Some(code.to_string()),
        _ => Some(String::new()),
    };
    if country.is_some_and(|code| code != "62") {
        problems.push("gopay_partner.country_code must be 62".to_owned());
    }
    let redirect_url = match &partner["redirect_url"] {
        Value::Null => None,
        Value::String(url) => Some(url.clone()),
        _ => {
            problems.push("gopay_partner.redirect_url must be a string".to_owned());
            None
        }
    };
    match phone.filter(|_| problems.is_empty()) {
        Some(phone) => Ok(Read {
            phone,
            redirect_url,
        }),
        None => Err(Refusal::Invalid(problems)),
    }
}

fn phone(value: &Value, problems: &mut Vec<String>) -> Option<String> {
    let phone = match value {
        Value::String(phone) => phone.clone(),
        Value::Number(phone) => phone.to_string(),
        _ => {
            problems.push("gopay_partner.phone_number is required".to_owned());
            return None;
        }
    };
    let is_digits = !phone.is_empty() && phone.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits || phone.starts_with('0') {
        let problem = "gopay_partner.phone_number must be numeric digits and must not begin with 0";
        problems.push(problem.to_owned());
        return None;
    }
    let national = phone.strip_prefix("62").unwrap_or(&phone);
    if !LENGTHS.contains(&national.len()) {
        problems.push("gopay_partner.phone_number must have 9 to 12 digits".to_owned());
        return None;
    }
    Some(phone)
}

/// The channel's code and message for phones that cannot be linked.
/// ([Test phones](https://docs.midtrans.com/docs/testing-payment-on-sandbox))
pub(in crate::gateway) fn refused(phone: &str) -> Option<(&'static str, &'static str)> {
    match phone.strip_prefix("62").unwrap_or(phone) {
        "123450001" => Some(("105", "User Not Found")),
        // No page prints the code of this one.
        "123450002" => Some(("105", "Wallet is Blocked")),
        _ => None,
    }
}

const LENGTHS: std::ops::RangeInclusive<usize> = 9..=12;
