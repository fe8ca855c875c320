//! `midtrans-private-postgres`: a server to try things with. Prints its URL and keeps it until the
//! end of input.

use std::io;
use std::process::ExitCode;

use midtrans_private_postgres::PrivatePostgres;

fn main() -> ExitCode {
    match PrivatePostgres::start() {
        Ok(server) => {
            println!("{}", server.url());
            // Enter, the end of input or an error ends it. So does any signal: the server ends with
            // its owner.
            drop(io::stdin().read_line(&mut String::new()));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
