//! Changes that the forms of the settings make. Keys and the hosts that notifications may go to are
//! not among them: they are set when the simulator starts.

use std::time::Duration;

use crate::console::form::Form;
use crate::gateway::{Gateway, Rule, UrlSetting};
use crate::shared::Shared;
use crate::start_error::web_url;

/// A field with a value that cannot be taken.
#[derive(Debug)]
pub(super) struct FieldError {
    /// The field.
    pub(super) field: &'static str,
    pub(super) reason: String,
}

impl FieldError {
    fn new(field: &'static str, reason: impl Into<String>) -> Self {
        Self {
            field,
            reason: reason.into(),
        }
    }
}

/// The words of the forms.
pub(super) const SAVE: &str = "save";
pub(super) const ADD_FAULT: &str = "add-fault";
pub(super) const REMOVE_FAULT: &str = "remove-fault";
pub(super) const ADVANCE: &str = "advance";

/// Carries out the action of a form. Returns the number of a new rule.
pub(super) fn change(shared: &Shared, form: &Form) -> Result<Option<u32>, FieldError> {
    match form.text("action") {
        Some(ADVANCE) => advance(shared, form).map(|()| None),
        Some(SAVE) => {
            let wanted = Wanted::read(form)?;
            wanted.check_host(shared)?;
            in_account(shared, form, |account| {
                wanted.set(account);
                None
            })
        }
        Some(ADD_FAULT) => {
            let text = form.text("rule").unwrap_or_default();
            let rule: Rule = text
                .parse()
                .map_err(|error| FieldError::new("rule", format!("{error}")))?;
            in_account(shared, form, |account| Some(account.add_fault(rule)))
        }
        Some(REMOVE_FAULT) => {
            let number = form.text("number").and_then(|number| number.parse().ok());
            let number: u32 =
                number.ok_or_else(|| FieldError::new("number", "expected the number of a rule"))?;
            in_account(shared, form, |account| {
                // One that is used up is gone, and that was wanted.
                account.remove_fault(number);
                None
            })
        }
        _ => Err(FieldError::new(
            "action",
            "expected save, add-fault, remove-fault or advance, in a form (application/x-www-form-urlencoded)",
        )),
    }
}

fn in_account(
    shared: &Shared,
    form: &Form,
    work: impl FnOnce(&mut Gateway) -> Option<u32>,
) -> Result<Option<u32>, FieldError> {
    shared.with(|accounts, _| match form.text("merchant") {
        Some(merchant) => {
            let account = accounts.of_merchant_mut(merchant);
            account
                .map(work)
                .ok_or_else(|| FieldError::new("merchant", "there is no such merchant"))
        }
        None => Ok(work(accounts.first_mut())),
    })
}

/// The values of a form. A field that it does not name stays as it is.
#[derive(Default)]
struct Wanted {
    /// An empty field removes the URL.
    urls: Vec<(UrlSetting, Option<String>)>,
    lenient: Option<bool>,
    kredivo_approved: Option<bool>,
}

impl Wanted {
    fn read(form: &Form) -> Result<Self, FieldError> {
        let named = UrlSetting::ALL.into_iter();
        let named = named.filter(|setting| form.names(setting.as_str()));
        let urls = named.map(|setting| Ok((setting, url(form, setting.as_str())?)));
        Ok(Self {
            urls: urls.collect::<Result<_, FieldError>>()?,
            lenient: yes_or_no(form, "lenient")?,
            kredivo_approved: yes_or_no(form, "kredivo_approved")?,
        })
    }

    /// Refuses a host that is not allowed now, before the first notification.
    fn check_host(&self, shared: &Shared) -> Result<(), FieldError> {
        for (setting, url) in self
            .urls
            .iter()
            .filter(|(setting, _)| setting.is_notified())
        {
            let host = url.as_deref().and_then(|url| shared.forbidden_host(url));
            if let Some(host) = host {
                let reason = format!(
                    "notifications may not go to {host}: start the simulator with --allow-host {host}"
                );
                return Err(FieldError::new(setting.as_str(), reason));
            }
        }
        Ok(())
    }

    fn set(self, account: &mut Gateway) {
        let settings = account.settings_mut();
        for (setting, url) in self.urls {
            *settings.url_of_mut(setting) = url;
        }
        settings.lenient = self.lenient.unwrap_or(settings.lenient);
        settings.kredivo_approved = self.kredivo_approved.unwrap_or(settings.kredivo_approved);
    }
}

fn url(form: &Form, name: &'static str) -> Result<Option<String>, FieldError> {
    let url = form.text(name).map(|url| web_url(name, url)).transpose();
    url.map_err(|_| FieldError::new(name, "expected an absolute http or https URL, or nothing"))
}

fn yes_or_no(form: &Form, name: &'static str) -> Result<Option<bool>, FieldError> {
    match form.text(name) {
        None => Ok(None),
        Some("yes") => Ok(Some(true)),
        Some("no") => Ok(Some(false)),
        Some(_) => Err(FieldError::new(name, "expected yes or no")),
    }
}

fn advance(shared: &Shared, form: &Form) -> Result<(), FieldError> {
    let unit = match form.text("unit") {
        Some("minutes") | None => 60,
        Some("hours") => 3_600,
        Some("days") => 86_400,
        Some(_) => return Err(FieldError::new("unit", "expected minutes, hours or days")),
    };
    let count = form
        .text("count")
        .and_then(|count| count.parse::<u64>().ok());
    let seconds = count
        .and_then(|count| count.checked_mul(unit))
        .filter(|seconds| (1..=YEAR).contains(seconds));
    let seconds = seconds
        .ok_or_else(|| FieldError::new("count", "expected a whole number, of a year at most"))?;
    shared.parts.clock.advance(Duration::from_secs(seconds));
    shared.with(|accounts, now| accounts.all_mut().for_each(|account| account.tick(now)));
    Ok(())
}

const YEAR: u64 = 366 * 86_400;
