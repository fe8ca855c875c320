//! Answers: read, and their fields compared with what stands there.

use midtrans_protocol::balance::{Balances, GetMutation};
use midtrans_protocol::history::{GetTransaction, ListTransactions, Page};
use midtrans_protocol::invoice::{Invoice, InvoiceId, InvoiceStatus, Void};
use midtrans_protocol::pay_account::{AccountId, AccountStatus, Linking, PayAccount};
use midtrans_protocol::snap::{
    CancelTransaction, Checkout, CreateTransaction, GetPreferences, GetUserGopay, Token,
};
use midtrans_protocol::subscription::{Subscription, SubscriptionId, SubscriptionStatus};
use midtrans_protocol::time::WibTime;
use midtrans_protocol::{
    Environment, InvalidInput, Merchant, OrderId, Rupiah, TransactionDetails, invoice, pay_account,
    payment_link, subscription,
};
use serde_json::Value;

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
        ("payment-link", "create-response") => new_link(text),
        ("payment-link", "get-response") => link(text),
        ("payment-link", "delete-response") => deleted(text),
        ("invoice", "create-response") => invoiced(text),
        ("invoice", "void-response") => voided(text),
        ("balance-mutation", "response") => balance(text),
        ("transaction-history", "list-response") => listed(text),
        ("transaction-history", "detail-response") => detailed(text),
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

fn new_link(text: &str) -> Problems {
    let amount = payment_link::Amount::Fixed(Rupiah::new(5_000));
    let contents = OrderId::new(field(text, "order_id"))
        .map(|order| payment_link::Contents::new(order, amount));
    let link = answer(contents.and_then(payment_link::Create::new), text)?;
    let mut problems = compare::texts(text, &[("payment_url", link.payment_url())]);
    if link.redirect(&Environment::Sandbox).is_none() {
        problems.push("payment_url: it is on no page of the gateway's".to_owned());
    }
    Ok(problems)
}

fn link(text: &str) -> Problems {
    let asked = OrderId::new(field(text, "order_id")).map(payment_link::Get::new);
    let link = answer(asked, text)?;
    let number = |number: Option<u32>| number.map(|number| number.to_string());
    let mut problems = compare::texts(
        text,
        &[
            ("order_id", link.order_id()),
            ("payment_link_url", link.payment_link_url()),
            ("usage", number(link.usage())),
            ("usage_limit", number(link.usage_limit())),
            (
                "gross_amount",
                link.gross_amount().map(|amount| amount.as_str().to_owned()),
            ),
        ],
    );
    problems.extend(present(
        text,
        &[
            ("expiry_start", link.expiry_start().is_some()),
            ("enabled_payments", !link.enabled_payments().is_empty()),
            ("purchases", !link.purchases().is_empty()),
        ],
    ));
    for purchase in link.purchases() {
        let own = purchase.raw().as_str();
        let order = purchase.order_id().unwrap_or_default();
        let link = OrderId::new(field(text, "order_id"));
        if !link.is_ok_and(|link| payment_link::is_attempt_of(&link, &order)) {
            problems.push("purchases.order_id: it is none of the link's".to_owned());
        }
        problems.extend(present(
            own,
            &[
                ("payment_status", purchase.payment_status().is_some()),
                ("payment_method", purchase.payment_method().is_some()),
                ("snap_token", purchase.snap_token().is_some()),
            ],
        ));
    }
    Ok(problems)
}

fn deleted(text: &str) -> Problems {
    let deleted = answer(OrderId::new("wire").map(payment_link::Delete::new), text)?;
    Ok(compare::texts(text, &[("message", deleted.message())]))
}

fn invoiced(text: &str) -> Problems {
    let asked = InvoiceId::received(field(text, "id")).map(invoice::Get::new);
    let invoice: Invoice = answer(asked, text)?;
    let status = invoice.status();
    let mut problems = compare::texts(
        text,
        &[
            ("id", invoice.id().map(|id| id.as_str().to_owned())),
            ("order_id", invoice.order_id()),
            (
                "status",
                status.as_ref().map(|word| word.as_str().to_owned()),
            ),
            (
                "gross_amount",
                invoice
                    .gross_amount()
                    .map(|amount| amount.as_str().to_owned()),
            ),
            ("pdf_url", invoice.pdf_url()),
            ("payment_link_url", invoice.payment_link_url()),
        ],
    );
    if let Some(InvoiceStatus::Unknown(word)) = status {
        problems.push(format!("status: {word:?} has no name"));
    }
    problems.extend(present(
        text,
        &[
            ("invoice_date", invoice.invoice_date().is_some()),
            ("due_date", invoice.due_date().is_some()),
            ("published_date", invoice.published_date().is_some()),
            ("paid_date", invoice.paid_date().is_some()),
        ],
    ));
    Ok(problems)
}

fn voided(text: &str) -> Problems {
    let voided = answer(InvoiceId::received("wire").map(Void::new), text)?;
    let is_same = object(text)["success"] == voided.is_success();
    Ok((!is_same)
        .then(|| "success: it was lost".to_owned())
        .into_iter()
        .collect())
}

fn balance(text: &str) -> Problems {
    let time = |name| WibTime::from_iso(&field(text, name));
    let asked: Result<GetMutation, InvalidInput> = time("start_time")
        .and_then(|start| time("end_time").and_then(|end| GetMutation::new(start, end)));
    let mutation = answer(asked, text)?;
    let mut problems = present(
        text,
        &[
            ("currency", mutation.currency().is_some()),
            ("start_time", mutation.start_time().is_some()),
            ("end_time", mutation.end_time().is_some()),
        ],
    );
    problems.extend(balances(text, "opening", &mutation.opening()));
    problems.extend(balances(text, "closing", &mutation.closing()));
    let wallets = mutation.wallets();
    let listed = object(text)["wallets"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    if listed.len() != wallets.len() {
        problems.push("wallets: some were lost".to_owned());
    }
    for (wallet, listed) in wallets.iter().zip(listed) {
        let own = listed.to_string();
        problems.extend(compare::texts(&own, &[("source", wallet.source())]));
        problems.extend(balances(&own, "opening", &wallet.opening()));
        problems.extend(balances(&own, "closing", &wallet.closing()));
    }
    Ok(problems)
}

fn balances(text: &str, when: &str, balances: &Balances) -> Vec<String> {
    let all = [
        ("effective", &balances.effective),
        ("pending", &balances.pending),
        ("overall", &balances.overall),
    ];
    let is_read = |amount: &Option<midtrans_protocol::money::WireAmount>| {
        amount
            .as_ref()
            .is_some_and(|amount| amount.hundredths().is_some())
    };
    let named = all.map(|(kind, amount)| (format!("{when}_balance_{kind}"), is_read(amount)));
    let named: Vec<_> = named
        .iter()
        .map(|(name, read)| (name.as_str(), *read))
        .collect();
    present(text, &named)
}

fn listed(text: &str) -> Problems {
    let page = Page::default();
    let asked = ListTransactions::<Merchant>::new(Default::default(), page);
    let page = answer(asked, text)?;
    let mut problems = Vec::new();
    let listed = object(text)["detailData"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    if listed.len() != page.len() || page.is_empty() {
        problems.push("detailData: some were lost".to_owned());
    }
    for row in page.transactions() {
        let is_whole = row.amount().is_some_and(|amount| amount.rupiah().is_some());
        let own = row.raw().as_str();
        problems.extend(present(
            own,
            &[
                ("dateTime", row.date_time().is_some()),
                ("amount", is_whole),
                ("additionalInfo.status", row.status().is_some()),
                ("additionalInfo.type", row.transaction_type().is_some()),
                ("additionalInfo.referenceNo", row.reference_no().is_some()),
                ("additionalInfo.fee", row.fee().is_some()),
                ("additionalInfo.channel", row.channel().is_some()),
            ],
        ));
    }
    Ok(problems)
}

fn detailed(text: &str) -> Problems {
    let asked = GetTransaction::<Merchant>::by_partner_reference(field(text, "partnerReferenceNo"));
    let record = answer(asked, text)?;
    let is_whole = record
        .amount()
        .is_some_and(|amount| amount.rupiah().is_some());
    let mut problems = present(
        text,
        &[
            ("dateTime", record.date_time().is_some()),
            ("amount", is_whole),
            ("additionalInfo.status", record.status().is_some()),
            ("additionalInfo.type", record.transaction_type().is_some()),
            ("additionalInfo.fee", record.fee().is_some()),
        ],
    );
    let found: Option<Value> = record.raw().field("additionalInfo");
    if found.as_ref() != Some(&object(text)["additionalInfo"]) {
        problems.push("additionalInfo: it was lost".to_owned());
    }
    Ok(problems)
}
