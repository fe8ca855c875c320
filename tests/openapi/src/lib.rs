//! The simulator's OpenAPI document, held against the simulator.
//!
//! - [`Document`] says whether an answer or a notification is as the document says.
//! - [`Caller`] calls the simulator and looks at nothing.
//! - [`Tester`] is a program of other people's that makes calls of its own from the document.

mod caller;
mod document;
mod tester;

pub use caller::{Answer, Caller};
pub use document::Document;
pub use tester::{Phases, Run, Tester};
