//! A simulator for programs and tests that have no async runtime.

use std::ops::Deref;
use std::sync::mpsc;
use std::thread;

use tokio::runtime::{self, Handle};
use tokio::sync::oneshot;

use crate::builder::Builder;
use crate::simulator::Simulator;
use crate::start_error::StartError;

/// A [`Simulator`] in a thread of its own. It stops when it is dropped.
///
/// ```
/// use midtrans_simulator::Simulator;
///
/// let simulator = Simulator::builder().serve_blocking()?;
/// assert!(simulator.url().starts_with("http://127.0.0.1:"));
/// # Ok::<(), midtrans_simulator::StartError>(())
/// ```
#[derive(Debug)]
pub struct BlockingSimulator {
    simulator: Simulator,
    runtime: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl BlockingSimulator {
    pub(crate) fn start(builder: Builder) -> Result<Self, StartError> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(StartError::Thread)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let (started, starting) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("midtrans-simulator".to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    let is_running = started.send(builder.serve().await).is_ok();
                    if is_running {
                        // Also when the sender is dropped.
                        let _ = stopped.await;
                    }
                });
            });
        let thread = thread.map_err(StartError::Thread)?;
        let gone = |_| StartError::Thread(std::io::Error::other("the thread ended"));
        let simulator = starting.recv().map_err(gone)??;
        Ok(Self {
            simulator,
            runtime: handle,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Returns when no notification is due now or under way. Later repeats are not waited for.
    pub fn idle(&self) {
        let shared = self.simulator.shared();
        let (done, waiting) = mpsc::channel();
        self.runtime.spawn(async move {
            shared.idle().await;
            // A failure means that nothing waits any more.
            let _ = done.send(());
        });
        // It ends without a word only together with the runtime, and then nothing is under way.
        let _ = waiting.recv();
    }

    /// Stops listening and waits for the thread to end.
    pub fn shutdown(self) {
        drop(self);
    }
}

/// All that a [`Simulator`] can do without waiting.
impl Deref for BlockingSimulator {
    type Target = Simulator;

    fn deref(&self) -> &Simulator {
        &self.simulator
    }
}

impl Drop for BlockingSimulator {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has been printed already.
            let _ = thread.join();
        }
    }
}
