//! Payment links and invoices.

use midtrans_protocol::invoice::{Invoice, InvoiceId, InvoiceStatus, Void};
use midtrans_protocol::{Environment, OrderId, Rupiah, invoice, payment_link};

use super::super::super::compare;
use super::super::{answer, field, object, present};
use super::Problems;

pub(super) fn new_link(text: &str) -> Problems {
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

pub(super) fn link(text: &str) -> Problems {
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

pub(super) fn deleted(text: &str) -> Problems {
    let deleted = answer(OrderId::new("wire").map(payment_link::Delete::new), text)?;
    Ok(compare::texts(text, &[("message", deleted.message())]))
}

pub(super) fn invoiced(text: &str) -> Problems {
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

pub(super) fn voided(text: &str) -> Problems {
    let voided = answer(InvoiceId::received("wire").map(Void::new), text)?;
    let is_same = object(text)["success"] == voided.is_success();
    Ok((!is_same)
        .then(|| "success: it was lost".to_owned())
        .into_iter()
        .collect())
}
