//! Transports behind pointers, so that one type can hold either of two.
//!
//! A reference and a box are themselves functions when what they point to is one, so the
//! implementation for closures leaves room for those of trait objects only. `Arc` is never a
//! function.

use std::sync::Arc;
use std::time::{Duration, Instant};

#[cfg(feature = "async")]
use crate::AsyncTransport;
use crate::{BlockingTransport, Limits, Request, Response, TransportError};

macro_rules! forward {
    ($($transport:ident $([$($generics:tt)+])? for $pointer:ty,)+) => {$(
        forward!(@ $transport [$($($generics)+)?] $pointer);
    )+};
    (@ BlockingTransport [$($generics:tt)*] $pointer:ty) => {
        impl<$($generics)*> BlockingTransport for $pointer {
            fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
                (**self).send(request, limits)
            }
            fn pause(&self, pause: Duration) {
                (**self).pause(pause);
            }
            fn now(&self) -> Instant {
                (**self).now()
            }
        }
    };
    (@ AsyncTransport [$($generics:tt)*] $pointer:ty) => {
        #[async_trait::async_trait]
        impl<$($generics)*> AsyncTransport for $pointer {
            async fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
                (**self).send(request, limits).await
            }
            async fn pause(&self, pause: Duration) {
                (**self).pause(pause).await;
            }
            fn now(&self) -> Instant {
                (**self).now()
            }
        }
    };
}

forward!(
    BlockingTransport [T: BlockingTransport + ?Sized] for Arc<T>,
    BlockingTransport ['t] for Box<dyn BlockingTransport + 't>,
    BlockingTransport ['t] for &(dyn BlockingTransport + 't),
);

#[cfg(feature = "async")]
forward!(
    AsyncTransport [T: AsyncTransport + ?Sized] for Arc<T>,
    AsyncTransport ['t] for Box<dyn AsyncTransport + 't>,
    AsyncTransport ['t] for &(dyn AsyncTransport + 't),
);
