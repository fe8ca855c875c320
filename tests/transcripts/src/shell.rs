//! A shell as a reader of a page has it.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs};

/// A folder with its programs and variables, and addresses that are this run's instead of the
/// page's.
#[derive(Debug)]
pub struct Shell {
    folder: PathBuf,
    variables: Vec<(String, String)>,
    /// The page's word, and this run's.
    addresses: Vec<(String, String)>,
}

impl Shell {
    /// A shell in a new folder below this one, in which these programs are found by their names
    /// before all others.
    ///
    /// # Panics
    /// If the folder cannot be made.
    #[must_use]
    pub fn new(folder: &Path, programs: &[(&str, &str)]) -> Self {
        let _ = fs::remove_dir_all(folder);
        let bin = folder.join("bin");
        fs::create_dir_all(&bin).expect("a folder can be made");
        for (name, program) in programs {
            // Not a link: a program is to find itself under this name.
            let script = format!("#!/bin/sh\nexec '{program}' \"$@\"\n");
            executable(&bin.join(name), &script);
        }
        let mut path = OsString::from(bin);
        path.push(":");
        path.push(env::var_os("PATH").unwrap_or_default());
        let path = path.into_string().expect("PATH is text");
        Self {
            folder: folder.to_owned(),
            variables: vec![("PATH".to_owned(), path)],
            addresses: Vec::new(),
        }
    }

    /// Sets a variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Replaces the page's text by this run's wherever it stands in a command.
    #[must_use]
    pub fn where_it_says(mut self, page: &str, run: &str) -> Self {
        self.addresses.push((page.to_owned(), run.to_owned()));
        self
    }

    /// The path of a file in its folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Types a command; what came on both outputs, in the page's words.
    ///
    /// # Panics
    /// If there is no shell.
    #[must_use]
    pub fn run(&self, command: &str) -> String {
        let output = self
            .command(&format!("exec 2>&1\n{command}"))
            .output()
            .expect("there is a shell");
        self.told(&String::from_utf8_lossy(&output.stdout))
    }

    /// Types a command that goes on, does something as soon as it has said the first words, ends it
    /// as Ctrl-C would as soon as it has said the last, and returns what came.
    ///
    /// # Panics
    /// If it does not say them within a minute.
    #[must_use]
    pub fn run_until(
        &self,
        command: &str,
        first: &str,
        then: impl FnOnce(&str),
        last: &str,
    ) -> String {
        let file = self.path("output");
        let mut typed = self.command(&format!("exec {command} 2>&1"));
        let mut child = typed
            .stdout(File::create(&file).expect("a file can be made"))
            .spawn()
            .expect("there is a shell");
        let said = wait_for(&mut child, &file, first);
        then(&said);
        wait_for(&mut child, &file, last);
        interrupt(&mut child);
        self.told(&fs::read_to_string(&file).expect("the output can be read"))
    }

    fn command(&self, text: &str) -> Command {
        let text = self
            .addresses
            .iter()
            .fold(text.to_owned(), |text, (page, run)| text.replace(page, run));
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(text)
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        command
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    fn told(&self, text: &str) -> String {
        self.addresses
            .iter()
            .fold(text.to_owned(), |text, (page, run)| text.replace(run, page))
    }
}

fn executable(path: &Path, text: &str) {
    fs::write(path, text).expect("a file can be written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode can be set");
    }
}

fn wait_for(child: &mut Child, file: &Path, words: &str) -> String {
    let started = Instant::now();
    loop {
        let said = fs::read_to_string(file).unwrap_or_default();
        if said.contains(words) {
            return said;
        }
        let ended = child.try_wait().expect("a child can be asked");
        let in_time = started.elapsed() < Duration::from_secs(60);
        assert!(
            ended.is_none() && in_time,
            "no {words:?} in what came ({ended:?}):\n{said}"
        );
        thread::sleep(Duration::from_millis(5));
    }
}

fn interrupt(child: &mut Child) {
    let told = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(
        told.is_ok_and(|status| status.success()),
        "it can be interrupted"
    );
    child.wait().expect("a child ends");
}
