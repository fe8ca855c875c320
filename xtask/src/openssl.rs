//! OpenSSL's development files, which only the `native-tls` features need, and only on Linux.

use std::path::Path;

use crate::cargo::{self, program};
use crate::failure::Failure;

/// Installs them if they are missing and the system's package manager is known.
pub(crate) fn ensure(root: &Path) -> Result<(), Failure> {
    if !cfg!(target_os = "linux") || is_there(root) {
        return Ok(());
    }
    println!("OpenSSL's development files are missing; the native-tls features need them");
    let installed =
        cargo::run(program(root, "apt-get").args(["update", "--quiet"])).and_then(|()| {
            let packages = [
                "install",
                "--yes",
                "--quiet",
                "--no-install-recommends",
                "libssl-dev",
                "pkg-config",
            ];
            cargo::run(
                program(root, "apt-get")
                    .args(packages)
                    .env("DEBIAN_FRONTEND", "noninteractive"),
            )
        });
    match installed {
        Ok(()) if is_there(root) => Ok(()),
        _ => Err(Failure::Failed(
            "OpenSSL's development files could not be installed; install pkg-config and what your system calls \
             libssl-dev or openssl-devel"
                .to_owned(),
        )),
    }
}

fn is_there(root: &Path) -> bool {
    cargo::output(program(root, "pkg-config").args(["--exists", "openssl"])).is_ok()
}
