//! Balance and history.

use midtrans_protocol::balance::{Balances, GetMutation};
use midtrans_protocol::history::{GetTransaction, ListTransactions, Page};
use midtrans_protocol::time::WibTime;
use midtrans_protocol::{InvalidInput, Merchant};
use serde_json::Value;

use super::super::super::compare;
use super::super::{answer, field, object, present};
use super::Problems;

pub(super) fn balance(text: &str) -> Problems {
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

pub(super) fn listed(text: &str) -> Problems {
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

pub(super) fn detailed(text: &str) -> Problems {
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
