//! The webhook in front of a service that knows nothing of it.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body_util::Either;
use tower_layer::Layer;
use tower_service::Service;

use crate::{Notifications, ResponseBody};

/// Answers one path with a webhook; made by [`Notifications::at`]. The path must match to the
/// letter.
#[derive(Debug)]
pub struct NotificationsLayer<K, H> {
    pub(crate) path: Arc<str>,
    pub(crate) webhook: Notifications<K, H>,
}

impl<K, H, S> Layer<S> for NotificationsLayer<K, H> {
    type Service = NotificationsAt<K, H, S>;

    fn layer(&self, inner: S) -> Self::Service {
        NotificationsAt {
            layer: self.clone(),
            inner,
        }
    }
}

/// A service with a webhook in front of it; made by [`NotificationsLayer`].
///
/// It is always ready: a notification never waits for the inner service, which may be overloaded or
/// broken. Every other request waits, as part of its call, until a clone of the inner service is
/// ready.
#[derive(Clone, Debug)]
pub struct NotificationsAt<K, H, S> {
    layer: NotificationsLayer<K, H>,
    inner: S,
}

impl<B, R, K, H, S> Service<Request<B>> for NotificationsAt<K, H, S>
where
    B: Send + 'static,
    Notifications<K, H>: Service<
            Request<B>,
            Response = Response<ResponseBody>,
            Error = Infallible,
            Future: Send + 'static,
        >,
    S: Service<Request<B>, Response = Response<R>, Future: Send> + Clone + Send + 'static,
{
    type Response = Response<Either<ResponseBody, R>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if *request.uri().path() != *self.layer.path {
            let mut inner = self.inner.clone();
            return Box::pin(async move {
                poll_fn(|context| inner.poll_ready(context)).await?;
                Ok(inner.call(request).await?.map(Either::Right))
            });
        }
        let answer = self.layer.webhook.call(request);
        Box::pin(async {
            let Ok(response) = answer.await;
            Ok(response.map(Either::Left))
        })
    }
}

impl<K, H> Clone for NotificationsLayer<K, H> {
    fn clone(&self) -> Self {
        Self {
            path: Arc::clone(&self.path),
            webhook: self.webhook.clone(),
        }
    }
}
