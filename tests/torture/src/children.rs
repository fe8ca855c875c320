//! The merchant's processes: started, killed at any moment, and started again.

use std::env;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::deliveries::agent;
use crate::failure::{Failure, failed};

/// The merchant's processes of one run.
pub(crate) struct Children {
    all: Mutex<Vec<Child>>,
    commands: Vec<Vec<String>>,
    urls: Vec<String>,
}

impl Children {
    /// Starts so many processes of this program with these arguments, each with its own port.
    pub(crate) fn start(count: usize, arguments: &[String]) -> Result<Self, Failure> {
        let ports: Vec<u16> = free_ports(count)?;
        let commands = ports
            .iter()
            .map(|port| [arguments, &["--port".to_owned(), port.to_string()]].concat())
            .collect();
        let urls = ports
            .iter()
            .map(|port| format!("http://127.0.0.1:{port}"))
            .collect();
        let children = Self {
            all: Mutex::new(Vec::new()),
            commands,
            urls,
        };
        for command in &children.commands {
            let child = spawn(command)?;
            children
                .all
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(child);
        }
        children.wait_until_up()?;
        Ok(children)
    }

    pub(crate) fn urls(&self) -> &[String] {
        &self.urls
    }

    /// Kills a process with SIGKILL at any point, and starts it again.
    pub(crate) fn kill(&self, which: usize) -> Result<(), Failure> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let which = which % all.len();
        all[which].kill().map_err(failed("killing a merchant"))?;
        all[which]
            .wait()
            .map_err(failed("waiting for a killed merchant"))?;
        all[which] = spawn(&self.commands[which])?;
        Ok(())
    }

    /// Waits until every process answers.
    pub(crate) fn wait_until_up(&self) -> Result<(), Failure> {
        let agent = agent();
        let deadline = Instant::now() + Duration::from_secs(60);
        for url in &self.urls {
            while agent.get(format!("{url}/health")).call().is_err() {
                if Instant::now() > deadline {
                    return Err(Failure(format!("the merchant at {url} does not come up")));
                }
                thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(())
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        for child in self.all.get_mut().unwrap_or_else(PoisonError::into_inner) {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn spawn(arguments: &[String]) -> Result<Child, Failure> {
    let program = env::current_exe().map_err(failed("finding this program"))?;
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .spawn();
    child.map_err(failed("starting a merchant"))
}

/// Returns free ports; all are held until the last one is found.
fn free_ports(count: usize) -> Result<Vec<u16>, Failure> {
    let held: Result<Vec<_>, _> = (0..count)
        .map(|_| TcpListener::bind("127.0.0.1:0"))
        .collect();
    let held = held.map_err(failed("finding a port"))?;
    held.iter()
        .map(|listener| {
            Ok(listener
                .local_addr()
                .map_err(failed("finding a port"))?
                .port())
        })
        .collect()
}
