//! Load: callers that call one after the other, and the times of their calls.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// The times of one round of calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round {
    /// The median call, in nanoseconds.
    pub(crate) p50: f64,
    /// Processor time of this process per call, in nanoseconds.
    pub(crate) cpu: f64,
}

/// So many callers, each with so many calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) callers: usize,
    pub(crate) calls: usize,
}

impl Load {
    /// A round on threads.
    pub(crate) fn threads(self, call: &(impl Fn() + Sync)) -> Round {
        self.round(|times| {
            thread::scope(|scope| {
                for _ in 0..self.callers {
                    scope.spawn(|| {
                        let mut own = Vec::with_capacity(self.calls);
                        for _ in 0..self.calls {
                            let started = Instant::now();
                            call();
                            own.push(started.elapsed());
                        }
                        gather(times, own);
                    });
                }
            });
        })
    }

    /// A round on tasks.
    pub(crate) fn tasks<F, R>(self, runtime: &tokio::runtime::Runtime, call: &F) -> Round
    where
        F: Fn() -> R + Clone + Send + Sync + 'static,
        R: Future<Output = ()> + Send,
    {
        self.round(|times| {
            let task = |call: F, times: Arc<Mutex<Vec<Duration>>>| async move {
                let mut own = Vec::with_capacity(self.calls);
                for _ in 0..self.calls {
                    let started = Instant::now();
                    call().await;
                    own.push(started.elapsed());
                }
                gather(&times, own);
            };
            let tasks: Vec<_> = (0..self.callers)
                .map(|_| runtime.spawn(task(call.clone(), Arc::clone(times))))
                .collect();
            for task in tasks {
                runtime.block_on(task).expect("a caller does not panic");
            }
        })
    }

    fn round(self, run: impl FnOnce(&Arc<Mutex<Vec<Duration>>>)) -> Round {
        let times = Arc::new(Mutex::new(Vec::with_capacity(self.callers * self.calls)));
        let before = processor_time();
        run(&times);
        let spent = processor_time() - before;
        let mut times = times.lock().expect("no caller has panicked");
        times.sort_unstable();
        let p50 = times[times.len() / 2].as_secs_f64() * 1e9;
        Round {
            p50,
            cpu: spent / times.len() as f64,
        }
    }
}

fn gather(times: &Mutex<Vec<Duration>>, own: Vec<Duration>) {
    times.lock().expect("no caller has panicked").extend(own);
}

/// Nanoseconds of processor time that this process has used.
pub(crate) fn processor_time() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

/// The middle of some figures.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
