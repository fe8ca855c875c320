//! Transcripts in Markdown pages: what is shown as typed into a shell is typed again, and what came
//! is held against what is shown. Times, ids and other words that are new at each run may differ.
//! `UPDATE=1 cargo test` writes what came into the page instead.
//!
//! A transcript is a block of the language `console`. A line that begins with `$ ` is a command,
//! which goes on while its line ends with a backslash or a quotation is open. What follows is its
//! output.

mod masked;
mod page;
mod shell;

pub use masked::masked;
pub use page::{Page, Step};
pub use shell::Shell;
