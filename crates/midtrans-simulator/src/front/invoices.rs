//! The page of an invoice, for people or as JSON.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::{Value, json};

use super::pay::{nothing_here, page};
use crate::gateway::invoices::{INVOICE_ROUTE, InvoicePage, InvoiceWay};
use crate::json_answer::{self, wants_json};
use crate::pages::{self, Language};
use crate::shared::Shared;

pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new().route(INVOICE_ROUTE, get(invoice))
}

async fn invoice(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    let found = shared.with(|accounts, now| accounts.having_invoice(&id)?.invoice_page(&id, now));
    let Some(found) = found else {
        return nothing_here(&head);
    };
    if wants_json(&head.headers) {
        return json_answer::json(StatusCode::OK, &shown(&found));
    }
    let language = Language::asked(head.uri.query(), &head.headers);
    page(StatusCode::OK, pages::invoice(&found, language))
}

fn shown(invoice: &InvoicePage) -> Value {
    let ways = invoice.ways.iter().map(|way| match way {
        InvoiceWay::Link(page) => json!({ "page": page }),
        InvoiceWay::Account { bank, number, page } => {
            json!({ "bank": bank, "number": number, "page": page })
        }
    });
    json!({
        "invoice_number": invoice.number,
        "status": invoice.status,
        "gross_amount": invoice.amount.get(),
        "ways_to_pay": ways.collect::<Vec<_>>(),
    })
}
