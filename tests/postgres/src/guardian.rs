//! A small process that stops the server and removes its folder as soon as its owner has ended, in
//! whatever way.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Stdio};

use crate::cluster::Cluster;
use crate::error::StartError;

/// Waits for the end of its input, whose other end only the owner holds. The system closes that end
/// when the owner dies, even by SIGKILL. So there is nothing to poll, and a dropped server and a
/// killed owner are handled alike.
///
/// Signals that end a job are for the owner; the guardian still has to clean up. A program of
/// PostgreSQL that was running when the owner died may write a little longer, hence more than one
/// try.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
cd /
read -r nothing
for try in 1 2 3 4 5; do
    "$1" stop -D "$2" -m immediate -w -t 60 >/dev/null 2>&1
    rm -rf "$3" 2>/dev/null && exit 0
    sleep 1
done
exit 1
"#;

/// The process. Dropping it lets it clean up, and waits for it.
#[derive(Debug)]
pub(crate) struct Guardian(Child);

impl Guardian {
    pub(crate) fn over(cluster: &Cluster) -> Result<Self, StartError> {
        let mut shell = cluster.command(Path::new("/bin/sh"));
        shell
            .args(["-c", SCRIPT, "midtrans-pg-guardian"])
            .arg(cluster.pg_ctl())
            .arg(cluster.data());
        // In its own process group: a signal to a whole job, such as Ctrl-C, must not kill it.
        shell
            .arg(cluster.folder())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .process_group(0);
        // This is the first action as the server's user, so it fails here if that user cannot reach
        // the folder.
        shell.spawn().map(Self).map_err(StartError::system(
            "run a shell as the server's user in a new folder in TMPDIR or /tmp",
        ))
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        // Closes its input first.
        let ended = self.0.wait();
        if !ended.as_ref().is_ok_and(|status| status.success()) {
            eprintln!(
                "a private PostgreSQL server may be left behind: {}",
                why(&ended)
            );
        }
    }
}

fn why(ended: &io::Result<std::process::ExitStatus>) -> String {
    match ended {
        Ok(status) => format!("its guardian ended with {status}"),
        Err(error) => format!("its guardian cannot be waited for: {error}"),
    }
}
