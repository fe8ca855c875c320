//! A shop that sells: so many notifications a second come in at its webhook, and its worker in the
//! same process acts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use midtrans_inbox::{Change, Event, Policy};
use midtrans_inbox_postgres::{Handler, HandlerError, Inbox, Worker};
use midtrans_protocol::Notification;
use midtrans_reqwest::ReqwestTransport;
use midtrans_transport::AsyncClient;
use sqlx::PgConnection;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::{merchant, notifications};
use crate::samples::key;

/// The longest time that the last order may take.
const TIMEOUT: Duration = Duration::from_secs(60);

type Result<R> = std::result::Result<R, Box<dyn std::error::Error>>;

/// A webhook and a worker with all settings as they are by default.
pub(super) struct Shop {
    inbox: Inbox,
    told: Arc<Told>,
    stop: oneshot::Sender<()>,
    working: JoinHandle<()>,
}

/// The times at which each order was acted on.
#[derive(Default)]
struct Told(Mutex<BTreeMap<String, Instant>>);

impl Told {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shop {
    /// Opens, inside a runtime.
    pub(super) fn open(database: &str, gateway: &str, by_signature: bool) -> Result<Self> {
        let inbox = Inbox::open(database.parse()?);
        let client = AsyncClient::new(ReqwestTransport::new()?, merchant(gateway));
        let mut policy = Policy::new(key());
        policy.paid_by_signature = by_signature;
        let told = Arc::<Told>::default();
        let seen = Arc::clone(&told);
        let worker = Worker::new(inbox.clone(), client)
            .with_policy(policy)
            .with_observer(move |event| {
                if let Event::Acted { order_id, .. } = event {
                    seen.lock().insert((*order_id).to_owned(), Instant::now());
                }
            });
        let (stop, stopped) = oneshot::channel();
        let working = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            worker.run(stopped, &Nothing).await;
        });
        Ok(Self {
            inbox,
            told,
            stop,
            working,
        })
    }

    /// Takes notifications of as many orders, one each `gap`, and returns how long each took from
    /// its arrival until it was acted on, in the order of their arrivals.
    pub(super) async fn sell(&self, orders: usize, gap: Duration) -> Result<Vec<Duration>> {
        let (mut ticks, mut accepting) = (interval(gap), JoinSet::new());
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut arrived = Vec::with_capacity(orders);
        for notification in notifications(1, orders) {
            ticks.tick().await;
            arrived.push((notification.order_id().to_owned(), Instant::now()));
            accepting.spawn(accept(self.inbox.clone(), notification));
        }
        while let Some(accepted) = accepting.join_next().await {
            accepted?.map_err(|error| error.to_string())?;
        }
        let since = Instant::now();
        while self.told.lock().len() < orders {
            if since.elapsed() > TIMEOUT {
                let untold = orders - self.told.lock().len();
                return Err(format!("{untold} orders were not acted on within a minute").into());
            }
            sleep(Duration::from_millis(20)).await;
        }
        let told = self.told.lock();
        Ok(arrived
            .iter()
            .map(|(order_id, at)| told[order_id].duration_since(*at))
            .collect())
    }

    /// Closes, after what is under way.
    pub(super) async fn close(self) -> Result<()> {
        // The worker may have ended by itself; the join says so.
        let _ = self.stop.send(());
        Ok(self.working.await?)
    }
}

async fn accept(
    inbox: Inbox,
    notification: Notification,
) -> std::result::Result<(), midtrans_inbox::Error> {
    inbox
        .accept(&notification, SystemTime::now())
        .await
        .map(drop)
}

struct Nothing;

#[async_trait]
impl Handler for Nothing {
    async fn changed(
        &self,
        _: &mut PgConnection,
        _: &Change,
    ) -> std::result::Result<(), HandlerError> {
        Ok(())
    }
}
