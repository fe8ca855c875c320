//! The server side of HTTP: what a shop's web server receives from the gateway and from the
//! customer's browser, and what it answers.

mod answer;
pub mod endpoint;
mod intake;
pub mod landing;
mod media_type;
mod rejection;

pub use answer::{Acknowledge, Answer};
pub use intake::Intake;
pub use landing::{Landing, LandingSignature};
pub use rejection::Rejection;
