//! Answers: read, and their fields compared with what stands there.

mod reports;
mod sales;

use midtrans_protocol::pay_account::{AccountId, AccountStatus, Linking, PayAccount};
use midtrans_protocol::snap::{
    CancelTransaction, Checkout, CreateTransaction, GetPreferences, GetUserGopay, Token,
};
use midtrans_protocol::subscription::{Subscription, SubscriptionId, SubscriptionStatus};
use midtrans_protocol::{
    Environment, OrderId, Rupiah, TransactionDetails, pay_account, subscription,
};

use super::super::compare;
use super::{answer, field, object, present};

/// The problems of an answer; `None` where it is none of these.
pub(super) fn judge(method: &str, kind: &str, text: &str) -> Option<Vec<String>> {
    let read = match (method, kind) {
        ("snap", "transaction-response") => session(text),
        ("snap", "cancel-response") => canceled(text),
        ("snap", "preference-response") => preferences(text),
        ("snap", "user-gopay-response") => user_gopay(text),
        ("pay-account", "create-response") => linking(text),
        ("pay-account", "get-response") => account(text, pay_account::Get::new),
        ("pay-account", "unbind-response") => account(text, pay_account::Unbind::new),
        ("gopay-promo", "get-response") => promotions(text),
        ("subscription", "create-response" | "get-response") => subscribed(text),
        ("subscription", "update-response") => updated(text),
        ("payment-link", "create-response") => sales::new_link(text),
        ("payment-link", "get-response") => sales::link(text),
        ("payment-link", "delete-response") => sales::deleted(text),
        ("invoice", "create-response") => sales::invoiced(text),
        ("invoice", "void-response") => sales::voided(text),
        ("balance-mutation", "response") => reports::balance(text),
        ("transaction-history", "list-response") => reports::listed(text),
        ("transaction-history", "detail-response") => reports::detailed(text),
        _ => return None,
    };
    Some(read.unwrap_or_else(|problems| problems))
}

type Problems = Result<Vec<String>, Vec<String>>;

fn session(text: &str) -> Problems {
    let order =
        OrderId::new("wire").and_then(|order| TransactionDetails::new(order, Rupiah::new(5_000)));
    let create = order.and_then(|order| CreateTransaction::new(Checkout::new(order)));
    let session = answer(create, text)?;
    let mut problems = compare::texts(
        text,
        &[
            ("token", Some(session.token().as_str().to_owned())),
            ("redirect_url", Some(session.redirect_url().to_owned())),
        ],
    );
    if session.redirect(&Environment::Sandbox).is_none() {
        problems.push("redirect_url: it is on no page of the gateway's".to_owned());
    }
    Ok(problems)
}

fn canceled(text: &str) -> Problems {
    let canceled = answer(Token::new("wire").map(CancelTransaction::new), text)?;
    let read = [("canceled_at", canceled.canceled_at().is_some())];
    Ok(present(text, &read))
}

fn preferences(text: &str) -> Problems {
    let preferences = answer(Ok(GetPreferences::new()), text)?;
    let written = serde_json::to_vec(&preferences).unwrap_or_default();
    let mut problems = compare::requests(text, Some(&written));
    if !preferences.extra.is_empty() {
        problems.push("a field without a name".to_owned());
    }
    Ok(problems)
}

fn user_gopay(text: &str) -> Problems {
    let account = answer(GetUserGopay::of(field(text, "user_id")), text)?;
    let status = account.account_status();
    let mut problems = compare::texts(
        text,
        &[
            ("account_id", account.account_id()),
            (
                "account_status",
                status.map(|word| word.as_str().to_owned()),
            ),
            (
                "balance",
                account.balance().map(|amount| amount.as_str().to_owned()),
            ),
        ],
    );
    if account
        .balance()
        .is_some_and(|amount| amount.rupiah().is_none())
    {
        problems.push("balance: no whole rupiah".to_owned());
    }
    Ok(problems)
}

fn linking(text: &str) -> Problems {
    let create = pay_account::Create::new("81234567890", "https://shop.example/linked");
    match answer(create, text)? {
        Linking::Started(account) => Ok(pay_account(text, &account)),
        Linking::Refused(refused) => Ok(compare::texts(
            text,
            &[
                ("channel_response_code", refused.code().map(str::to_owned)),
                (
                    "channel_response_message",
                    refused.message().map(str::to_owned),
                ),
            ],
        )),
    }
}

fn account<O>(text: &str, operation: fn(AccountId) -> O) -> Problems
where
    O: midtrans_protocol::operation::Operation<Reply = PayAccount>,
{
    let asked = AccountId::received(field(text, "account_id")).map(operation);
    Ok(pay_account(text, &answer(asked, text)?))
}

fn pay_account(text: &str, account: &PayAccount) -> Vec<String> {
    let status = account.account_status();
    let mut problems = compare::texts(
        text,
        &[
            (
                "account_id",
                account.account_id().map(|id| id.as_str().to_owned()),
            ),
            (
                "account_status",
                status.as_ref().map(|word| word.as_str().to_owned()),
            ),
            ("status_code", account.status_code()),
        ],
    );
    if let Some(AccountStatus::Unknown(word)) = status {
        problems.push(format!("account_status: {word:?} has no name"));
    }
    let has_links = account.activation_url().is_some() && account.activation_app_url().is_some();
    problems.extend(present(text, &[("actions", has_links)]));
    let options = account.payment_options();
    let listed = &object(text)["metadata"]["payment_options"];
    if options.len() != listed.as_array().map_or(0, Vec::len) {
        problems.push("metadata.payment_options: some were lost".to_owned());
    }
    for option in options {
        let is_whole = option
            .balance()
            .is_some_and(|amount| amount.rupiah().is_some());
        if option.name().is_none() || option.token().is_none() || !is_whole {
            problems.push("metadata.payment_options: a field was lost".to_owned());
        }
    }
    problems
}

fn promotions(text: &str) -> Problems {
    let asked = AccountId::received(field(text, "account_id"))
        .and_then(|id| pay_account::GetPromotions::new(id, Rupiah::new(5_000)));
    let promotions = answer(asked, text)?;
    let recommended = promotions.recommended_id();
    let mut problems = compare::texts(text, &[("recommended_promotion_id", recommended)]);
    let listed = object(text)["promotions"].as_array().cloned();
    if listed.is_none_or(|listed| listed.len() != promotions.all().len()) {
        problems.push("promotions: some were lost".to_owned());
    }
    for promotion in promotions.all() {
        let own = promotion.raw().as_str();
        let amount = promotion.actual_payable_amount();
        problems.extend(present(
            own,
            &[
                ("id", promotion.id().is_some()),
                ("title", promotion.title().is_some()),
                (
                    "actual_payable_amount",
                    amount.is_some_and(|amount| amount.rupiah().is_some()),
                ),
                ("valid_from", promotion.valid_from().is_some()),
                ("valid_till", promotion.valid_till().is_some()),
            ],
        ));
    }
    Ok(problems)
}

fn subscribed(text: &str) -> Problems {
    let asked = SubscriptionId::received(field(text, "id")).map(subscription::Get::new);
    Ok(subscription(text, &answer(asked, text)?))
}

/// The problems of a subscription, in an answer or in an event.
pub(super) fn subscription(text: &str, subscription: &Subscription) -> Vec<String> {
    let status = subscription.status();
    let owned = |amount: Option<midtrans_protocol::money::WireAmount>| {
        amount.map(|amount| amount.as_str().to_owned())
    };
    let mut problems = compare::texts(
        text,
        &[
            ("id", subscription.id().map(|id| id.as_str().to_owned())),
            ("name", subscription.name()),
            ("amount", owned(subscription.amount())),
            (
                "status",
                status.as_ref().map(|word| word.as_str().to_owned()),
            ),
        ],
    );
    if let Some(SubscriptionStatus::Unknown(word)) = status {
        problems.push(format!("status: {word:?} has no name"));
    }
    let times = subscription.times();
    problems.extend(present(
        text,
        &[
            ("created_at", subscription.created_at().is_some()),
            ("schedule.interval", subscription.interval().is_some()),
            (
                "schedule.interval_unit",
                subscription.interval_unit().is_some(),
            ),
            (
                "schedule.current_interval",
                subscription.current_interval().is_some(),
            ),
            ("schedule.start_time", times.start.is_some()),
            ("schedule.previous_execution_at", times.previous.is_some()),
            ("schedule.next_execution_at", times.next.is_some()),
            (
                "transaction_ids",
                !subscription.transaction_ids().is_empty(),
            ),
        ],
    ));
    problems
}

fn updated(text: &str) -> Problems {
    let asked = SubscriptionId::received("wire").map(subscription::Enable::new);
    let message = answer(asked, text)?.message();
    Ok(compare::texts(text, &[("status_message", message)]))
}
