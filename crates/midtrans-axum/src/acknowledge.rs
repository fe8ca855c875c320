//! What to answer to a notification.

use axum_core::response::{IntoResponse, Response};

use midtrans_protocol::notification;

use crate::rejection;

/// The answer to a notification. Give it fast, within five seconds: store first, work afterwards.
///
/// A `Result` turns into one, with [`Later`](Self::Later) for every error:
///
/// ```
/// use midtrans_axum::Acknowledge;
///
/// let stored: Result<(), std::io::Error> = Ok(());
/// assert_eq!(Acknowledge::from(stored), Acknowledge::Done);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an answer that is not returned is not given"]
#[expect(clippy::exhaustive_enums, reason = "the gateway repeats a message or it does not")]
pub enum Acknowledge {
    /// It is stored, or was before: 200, and the gateway is content. Also the answer to duplicates, to orders that are
    /// not yours and to what nobody understands.
    Done,
    /// It could not be stored: 503, and the gateway sends it again, four more times over some hours.
    Later,
}

impl<T, E> From<Result<T, E>> for Acknowledge {
    fn from(stored: Result<T, E>) -> Self {
        match stored {
            Ok(_) => Self::Done,
            Err(_) => Self::Later,
        }
    }
}

impl IntoResponse for Acknowledge {
    fn into_response(self) -> Response {
        rejection::bare(match self {
            Self::Done => notification::STORED,
            Self::Later => notification::NOT_STORED,
        })
    }
}
