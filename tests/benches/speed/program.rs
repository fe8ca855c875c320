//! Small programs in a temporary folder, each a workspace of its own so that the features of other
//! packages are not in its build.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// The recipe of a program.
pub(crate) struct Recipe {
    name: &'static str,
    /// Dependencies in TOML; `ROOT` stands for the workspace.
    dependencies: &'static str,
    source: Source,
}

enum Source {
    Here(&'static str),
    /// A file of the workspace.
    Example(&'static str),
}

/// Only for its tree.
pub(crate) const PROTOCOL: Recipe = Recipe {
    name: "protocol",
    dependencies: r#"midtrans-protocol = { path = "ROOT/crates/midtrans-protocol" }"#,
    source: Source::Here("fn main() {}\n"),
};

/// Our blocking example.
pub(crate) const UREQ: Recipe = Recipe {
    name: "ours-ureq",
    dependencies: r#"midtrans-ureq = { path = "ROOT/crates/midtrans-ureq" }"#,
    source: Source::Example("crates/midtrans-ureq/examples/charge.rs"),
};

/// Our async example.
pub(crate) const REQWEST: Recipe = Recipe {
    name: "ours-reqwest",
    dependencies: r#"midtrans-reqwest = { path = "ROOT/crates/midtrans-reqwest" }
tokio = { version = "1", default-features = false, features = ["macros", "rt"] }"#,
    source: Source::Example("crates/midtrans-reqwest/examples/charge.rs"),
};

/// The same charge with ureq alone. sha2 is what the merchant's webhook needs.
pub(crate) const BARE_UREQ: Recipe = Recipe {
    name: "bare-ureq",
    dependencies: r#"serde = { version = "1", default-features = false, features = ["derive", "std"] }
serde_json = { version = "1", default-features = false, features = ["std"] }
sha2 = { version = "0.10", default-features = false }
ureq = { version = "3", default-features = false, features = ["rustls"] }"#,
    source: Source::Here(include_str!("bare_ureq.txt")),
};

/// The same charge with reqwest alone.
pub(crate) const BARE_REQWEST: Recipe = Recipe {
    name: "bare-reqwest",
    dependencies: r#"reqwest = { version = "0.13", default-features = false, features = ["rustls-no-provider"] }
rustls = { version = "0.23", default-features = false, features = ["ring", "std", "tls12"] }
serde = { version = "1", default-features = false, features = ["derive", "std"] }
serde_json = { version = "1", default-features = false, features = ["std"] }
sha2 = { version = "0.10", default-features = false }
tokio = { version = "1", default-features = false, features = ["macros", "rt"] }
webpki-roots = { version = "1", default-features = false }"#,
    source: Source::Here(include_str!("bare_reqwest.txt")),
};

/// A general job queue with jobs that do nothing.
pub(crate) const JOB_QUEUE: Recipe = Recipe {
    name: "job-queue",
    dependencies: r#"graphile_worker = { version = "0.14", default-features = false, features = ["driver-sqlx", "runtime-tokio"] }
serde = { version = "1", default-features = false, features = ["derive", "std"] }
serde_json = { version = "1", default-features = false, features = ["std"] }
sqlx = { version = "0.9", default-features = false, features = ["postgres", "runtime-tokio"] }
tokio = { version = "1", default-features = false, features = ["macros", "rt-multi-thread", "time"] }"#,
    source: Source::Here(include_str!("inbox/graphile_worker.txt")),
};

/// A program, written but not built.
pub(crate) struct Program {
    folder: PathBuf,
    name: &'static str,
}

/// The result of building a program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Built {
    /// On the clock.
    pub(crate) seconds: f64,
    /// Of processor time, over all compilers; `NAN` where the system does not tell.
    pub(crate) cpu: f64,
    pub(crate) megabytes: f64,
}

impl Program {
    pub(crate) fn new(parent: &Path, root: &Path, recipe: &Recipe) -> io::Result<Self> {
        let folder = parent.join(recipe.name);
        fs::create_dir_all(folder.join("src"))?;
        let dependencies = recipe
            .dependencies
            .replace("ROOT", &root.display().to_string().replace('\\', "/"));
        let manifest = format!(
            "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n\n\
             [profile.release]\nstrip = true\n\n[workspace]\n",
            recipe.name
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        let source = match recipe.source {
            Source::Here(text) => text.to_owned(),
            Source::Example(path) => fs::read_to_string(root.join(path))?,
        };
        fs::write(folder.join("src/main.rs"), source)?;
        // The same versions on both sides.
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        let program = Self {
            folder,
            name: recipe.name,
        };
        program.cargo(&["fetch", "--quiet"])?;
        Ok(program)
    }

    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the number of other crates in its tree at run time.
    pub(crate) fn crates(&self) -> io::Result<f64> {
        let tree = self.cargo(&[
            "tree", "--quiet", "-e", "normal", "--prefix", "none", "--format", "{p}",
        ])?;
        let words = |line: &str| {
            line.split_whitespace()
                .take(2)
                .collect::<Vec<_>>()
                .join(" ")
        };
        let crates: BTreeSet<_> = tree
            .lines()
            .map(words)
            .filter(|line| !line.is_empty())
            .collect();
        Ok((crates.len() - 1) as f64)
    }

    /// Builds it from nothing.
    pub(crate) fn build(&self) -> io::Result<Built> {
        let target = self.folder.join("target");
        if target.exists() {
            fs::remove_dir_all(&target)?;
        }
        let (before, started) = (children(), Instant::now());
        let program = self.make()?;
        let (cpu, seconds) = (children() - before, started.elapsed().as_secs_f64());
        Ok(Built {
            seconds,
            cpu,
            megabytes: fs::metadata(program)?.len() as f64 / 1e6,
        })
    }

    /// Builds what is not built yet. Returns the program's path.
    pub(crate) fn make(&self) -> io::Result<PathBuf> {
        self.cargo(&["build", "--quiet", "--release"])?;
        Ok(self.folder.join("target/release").join(format!(
            "{}{}",
            self.name,
            env::consts::EXE_SUFFIX
        )))
    }

    fn cargo(&self, arguments: &[&str]) -> io::Result<String> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(arguments)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(io::Error::other(format!(
                "`cargo {}` failed for {}",
                arguments[0], self.name
            )))
        }
    }
}

/// Seconds of processor time of all processes that this one has started and that have ended.
fn children() -> f64 {
    /// Linux counts in hundredths of a second here, on every architecture.
    const TICKS: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in parentheses may hold spaces; the two numbers are the 14th and 15th after it.
    let mut words = stat
        .rsplit(") ")
        .next()
        .unwrap_or_default()
        .split(' ')
        .skip(13);
    let mut next = || {
        words
            .next()
            .and_then(|word| word.parse().ok())
            .unwrap_or(f64::NAN)
    };
    (next() + next()) / TICKS
}
