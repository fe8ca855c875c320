//! `/metrics` and `/health`.

use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use midtrans_inbox::{Error, Metric, Snapshot, Stats};
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::service::Service;

/// The time for which counts are shown again before they are counted again, however often the page
/// is requested.
const FRESH: Duration = Duration::from_secs(2);

/// The longest time that a healthy database takes.
const HEALTHY_WITHIN: Duration = Duration::from_secs(5);

pub(super) struct Pages {
    service: Arc<Service>,
    stats: Arc<Stats>,
    counted: Mutex<Option<(Instant, Snapshot, Option<u64>)>>,
}

impl Pages {
    pub(super) fn new(service: Arc<Service>, stats: Arc<Stats>) -> Self {
        Self {
            service,
            stats,
            counted: Mutex::new(None),
        }
    }

    /// Counts once for all callers that wait.
    async fn counts(&self) -> Result<(Snapshot, Option<u64>), Error> {
        let mut counted = self.counted.lock().await;
        if let Some((at, snapshot, stored)) = &*counted
            && at.elapsed() < FRESH
        {
            return Ok((snapshot.clone(), *stored));
        }
        let (snapshot, stored) = self.service.snapshot().await?;
        *counted = Some((Instant::now(), snapshot.clone(), stored));
        Ok((snapshot, stored))
    }
}

/// Metrics in the text format of Prometheus. Where the database does not answer, those of the
/// worker are still there.
pub(super) async fn metrics(State(pages): State<Arc<Pages>>) -> Response {
    let mut text = String::new();
    let mut tell = |metric: &Metric| {
        // A String takes everything.
        let _ = writeln!(text, "{metric}");
    };
    let counts = pages.counts().await;
    tell(&Metric {
        name: "midtrans_inbox_database_up",
        label: None,
        value: u64::from(counts.is_ok()),
    });
    if let Ok((snapshot, stored)) = &counts {
        snapshot.metrics().iter().for_each(&mut tell);
        if let Some(stored) = *stored {
            tell(&Metric {
                name: "midtrans_inbox_changes_stored_total",
                label: None,
                value: stored,
            });
        }
    }
    pages
        .stats
        .metrics()
        .iter()
        .filter(|metric| is_of_this_process(metric))
        .for_each(tell);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

/// Returns false for the metrics of a handler: the worker has none here, and zeros would say that
/// nothing is done.
fn is_of_this_process(metric: &Metric) -> bool {
    !metric.name.starts_with("midtrans_inbox_acted")
        && !metric.name.starts_with("midtrans_inbox_handler")
}

/// 200 while the database answers.
pub(super) async fn health(State(pages): State<Arc<Pages>>) -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    match timeout(HEALTHY_WITHIN, pages.service.check()).await {
        Ok(Ok(())) => (json, "{\"healthy\":true}\n").into_response(),
        _ => (
            StatusCode::SERVICE_UNAVAILABLE,
            json,
            "{\"healthy\":false}\n",
        )
            .into_response(),
    }
}
