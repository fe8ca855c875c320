//! A gateway that answers in the same process, for handlers that write down what they did.

use std::time::Duration;

use async_trait::async_trait;
use midtrans_inbox_postgres::inbox::protocol::{Environment, Merchant};
use midtrans_inbox_postgres::inbox::{Change, Outcome};
use midtrans_inbox_postgres::{Handler, HandlerError, Worker};
use midtrans_transport::{AsyncClient, AsyncTransport, Limits, Request, Response, TransportError};
use sqlx::PgConnection;

use crate::shop::{at, key, policy};

/// Says of every order that it is paid.
pub(crate) struct Gateway;

#[async_trait]
impl AsyncTransport for Gateway {
    async fn send(&self, request: Request, _: Limits) -> Result<Response, TransportError> {
        let order_id = request.uri().path().split('/').nth(2).unwrap();
        let body = format!(
            r#"{{"status_code":"200","order_id":"{order_id}","gross_amount":"40000.00","transaction_id":"t-1",
                "transaction_status":"settlement","fraud_status":"accept"}}"#
        );
        Ok(Response::new(body.into_bytes()))
    }

    async fn pause(&self, _: Duration) {}
}

/// A worker to whom it is always the tenth second.
pub(crate) fn worker() -> Worker<Gateway> {
    let merchant = Merchant::new(Environment::Sandbox, key()).unwrap();
    Worker::new(AsyncClient::new(Gateway, merchant)).with_policy(policy()).with_clock(|| at(10))
}

/// Ships what is paid.
pub(crate) struct Ships;

#[async_trait]
impl Handler for Ships {
    async fn changed(&self, connection: &mut PgConnection, change: &Change) -> Result<(), HandlerError> {
        if change.outcome == Outcome::Paid {
            let ship = sqlx::query("INSERT INTO shipment VALUES ($1)");
            ship.bind(change.order_id.as_str()).execute(connection).await?;
        }
        Ok(())
    }
}
