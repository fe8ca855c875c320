//! Transactions and settings as JSON, for programs.

use serde_json::{Value, json};

use midtrans_protocol::time::WibTime;

use crate::gateway::{
    Attempt, Call, DeliveryState, Entry, Gateway, Message, Outcome, PayPage, Summary, Timeline,
    TimelineEvent, UrlSetting,
};

/// One transaction in short. Times are in `yyyy-MM-dd HH:mm:ss`, UTC+7, as everywhere at the
/// gateway; amounts are whole rupiah.
pub(super) fn summary(summary: &Summary) -> Value {
    json!({
        "merchant_id": summary.merchant_id,
        "order_id": summary.order_id,
        "transaction_id": summary.transaction_id,
        "payment_type": summary.payment_type.as_str(),
        "gross_amount": summary.amount.get(),
        "transaction_status": summary.status.as_str(),
        "transaction_time": summary.made.to_string(),
        "expiry_time": summary.expires.to_string(),
        "settlement_time": summary.settled.map(|at| at.to_string()),
        "refund_amount": summary.refunded.get(),
        "is_challenged": summary.is_challenged,
    })
}

/// One transaction with all that happened.
pub(super) fn timeline(timeline: &Timeline) -> Value {
    let mut value = summary(&timeline.summary);
    value["pay_page"] = timeline.pay_page.as_str().into();
    value["redirect_url"] = match timeline.page {
        PayPage::Redirect | PayPage::Authentication { .. } => timeline.pay_page_url.as_str().into(),
        _ => Value::Null,
    };
    value["instructions"] = timeline.instructions.clone().into();
    value["items"] = list(
        &timeline.items,
        |item| json!({ "name": item.name, "price": item.price, "quantity": item.quantity }),
    );
    value["refunds"] = list(&timeline.refunds, |refund| {
        json!({
            "key": refund.key, "amount": refund.amount.get(), "reason": refund.reason,
            "made": refund.made.to_string(), "confirmed": refund.confirmed.map(|at| at.to_string()),
        })
    });
    value["entries"] = list(&timeline.entries, entry);
    value["notifications"] = list(&timeline.messages, message);
    value
}

/// The settings of a merchant, with all that is in force. No key.
pub(super) fn settings(account: &Gateway, now: WibTime) -> Value {
    let settings = account.settings();
    let mut value = json!({
        "merchant_id": settings.merchant_id,
        "lenient": settings.lenient,
        "kredivo_approved": settings.kredivo_approved,
        "faults": list(account.faults(), |(number, rule)| json!({ "number": number, "rule": rule.to_string() })),
        "now": now.to_string(),
    });
    for setting in UrlSetting::ALL {
        value[setting.as_str()] = settings.url_of(setting).as_deref().into();
    }
    value
}

/// One call of the API.
pub(super) fn call(call: &Call) -> Value {
    json!({
        "call": call.number,
        "at": call.at.to_string(),
        "method": call.method,
        "path": call.path,
        "order_id": call.order_id,
        "idempotency_key": call.idempotency_key,
        "request": call.request,
        "http_status": call.http_status,
        "status_code": call.status_code,
        "answer": call.answer,
        "fault": call.fault.map(|fault| fault.to_string()),
    })
}

pub(super) fn list<T>(items: &[T], value: impl Fn(&T) -> Value) -> Value {
    items.iter().map(value).collect()
}

fn entry(entry: &Entry) -> Value {
    let mut value = match &entry.what {
        TimelineEvent::Called {
            call,
            operation,
            status_code,
            fault,
        } => json!({
            "what": "called", "call": call, "operation": operation, "status_code": status_code,
            "fault": fault.map(|fault| fault.to_string()),
        }),
        TimelineEvent::StatusChanged(status) => {
            json!({"what": "became", "transaction_status": status.as_str()})
        }
        TimelineEvent::NotificationCreated(id) => {
            json!({"what": "told", "notification": id.to_string()})
        }
        TimelineEvent::BankConfirmed(amount) => {
            json!({"what": "bank_confirmed", "amount": amount.get()})
        }
        TimelineEvent::Visited => json!({"what": "visited"}),
        TimelineEvent::Chose(choice) => json!({"what": "chose", "choice": choice.as_str()}),
        TimelineEvent::FaultApplied(fault) => json!({"what": "struck", "fault": fault.to_string()}),
        TimelineEvent::SentBack { url, forged } => {
            json!({"what": "sent_back", "url": url, "forged": forged})
        }
        TimelineEvent::NotSentBack => json!({"what": "not_sent_back"}),
        TimelineEvent::ConsoleCommand(command) => {
            json!({"what": "ordered", "command": command.as_str()})
        }
    };
    value["at"] = entry.at.to_string().into();
    value
}

fn message(message: &Message) -> Value {
    let (state, next_try) = match message.state {
        DeliveryState::Waiting(at) => ("waiting", Some(at.to_string())),
        DeliveryState::UnderWay => ("under_way", None),
        DeliveryState::Delivered => ("delivered", None),
        DeliveryState::GivenUp => ("given_up", None),
    };
    json!({
        "id": message.id.to_string(),
        "transaction_status": message.transaction_status.as_str(),
        "url": *message.url,
        "body": *message.body,
        "fault": message.fault.map(|fault| fault.to_string()),
        "state": state,
        "next_try": next_try,
        "copies_to_follow": message.copies_to_follow(),
        "attempts": message.attempts.iter().map(attempt).collect::<Vec<_>>(),
    })
}

fn attempt(attempt: &Attempt) -> Value {
    let mut value = match &attempt.outcome {
        Outcome::Answered {
            status,
            location,
            body,
        } => json!({
            "outcome": "answered", "http_status": status, "location": location, "body": body,
        }),
        Outcome::TimedOut => json!({"outcome": "timed_out"}),
        Outcome::Unreachable => json!({"outcome": "unreachable"}),
        Outcome::Forbidden => json!({"outcome": "forbidden"}),
    };
    value["at"] = attempt.at.to_string().into();
    value["url"] = attempt.url.clone().into();
    value
}
