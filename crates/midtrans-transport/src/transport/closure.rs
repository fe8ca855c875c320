//! Closures as transports: a fake for a test, or a few lines around an HTTP client.

use crate::{BlockingTransport, Limits, Request, Response, TransportError};

impl<F> BlockingTransport for F
where
    F: Fn(Request, Limits) -> Result<Response, TransportError> + Send + Sync,
{
    fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        self(request, limits)
    }
}

#[cfg(feature = "async")]
#[async_trait::async_trait]
impl<F, R> crate::AsyncTransport for F
where
    F: Fn(Request, Limits) -> R + Send + Sync,
    R: Future<Output = Result<Response, TransportError>> + Send,
{
    async fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        self(request, limits).await
    }
}
