//! Clients as handles, and the transports behind them.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use midtrans_protocol::{Environment, Merchant, OrderId, ServerKey};
use midtrans_transport::{
    BlockingClient, BlockingTransport, Config, Limits, Reach, Request, Response, RetryPolicy,
    TransportError, TransportErrorKind,
};

fn merchant() -> Merchant {
    Merchant::new(
        Environment::Sandbox,
        ServerKey::new("SB-Mid-server-abc123cde456").unwrap(),
    )
    .unwrap()
}

fn order() -> OrderId {
    OrderId::new("order-1").unwrap()
}

fn settled() -> Response {
    let body = r#"{"status_code":"200","order_id":"order-1","transaction_status":"settlement"}"#;
    Response::new(body.as_bytes().to_vec())
}

fn unreachable_gateway() -> TransportError {
    TransportError::new(TransportErrorKind::Connect, Reach::NotSent)
}

/// Counts calls; can be neither cloned nor printed.
#[derive(Default)]
struct Counting(AtomicU32);

impl BlockingTransport for Counting {
    fn send(&self, _: Request, _: Limits) -> Result<Response, TransportError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(settled())
    }
}

#[test]
fn a_client_is_cloned_and_printed_although_its_transport_cannot_be() {
    #[derive(Clone, Debug)]
    struct App {
        client: BlockingClient<Counting>,
    }
    let app = App {
        client: BlockingClient::new(Counting::default(), merchant()),
    };
    let copy = app.clone();
    let _ = thread::spawn(move || copy.client.status(order()).unwrap())
        .join()
        .unwrap();
    let _ = app.client.status(order()).unwrap();
    let shown = format!("{app:?}");
    assert!(
        shown.contains("BlockingClient") && !shown.contains("abc123"),
        "{shown}"
    );
}

#[test]
fn clones_share_the_transport_and_keep_their_own_bounds() {
    let calls = AtomicU32::new(0);
    let counted = |_: Request, _: Limits| {
        calls.fetch_add(1, Ordering::SeqCst);
        Err(unreachable_gateway())
    };
    let mut config = Config::default();
    config.retry = RetryPolicy::never();
    let one = BlockingClient::new(counted, merchant()).with_config(config);
    config.retry.attempts = 3;
    let three = one.clone().with_config(config);
    assert_eq!(one.status(order()).unwrap_err().attempts(), 1);
    assert_eq!(three.status(order()).unwrap_err().attempts(), 3);
    assert_eq!(calls.load(Ordering::SeqCst), 4);
}

#[test]
fn a_closure_is_a_transport_and_sees_the_request() {
    let answering = |request: Request, _: Limits| {
        assert_eq!(request.uri().path(), "/v2/order-1/status");
        Ok(settled())
    };
    let transaction = BlockingClient::new(answering, merchant())
        .status(order())
        .unwrap();
    assert_eq!(transaction.status_code(), Some("200"));
}

#[test]
fn two_transports_stand_behind_one_name() {
    let transports: [Box<dyn BlockingTransport>; 2] = [
        Box::new(Counting::default()),
        Box::new(|_: Request, _: Limits| Ok(settled())),
    ];
    for transport in transports {
        assert!(
            BlockingClient::new(&*transport, merchant())
                .status(order())
                .is_ok()
        );
        assert!(
            BlockingClient::new(transport, merchant())
                .status(order())
                .is_ok()
        );
    }
}

#[cfg(feature = "async")]
mod without_blocking {
    use std::future::ready;
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Poll, Wake};
    use std::thread::Thread;

    use midtrans_transport::{AsyncClient, AsyncTransport};

    use super::*;

    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    /// Runs a future to its end; the thread sleeps until it is woken.
    fn block_on<F: Future>(future: F) -> F::Output {
        let waker = Arc::new(Unpark(thread::current())).into();
        let mut future = pin!(future);
        loop {
            match future.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(output) => return output,
                Poll::Pending => thread::park(),
            }
        }
    }

    #[test]
    fn an_async_client_is_cloned_and_printed_although_its_transport_cannot_be() {
        struct Fixed;
        #[async_trait::async_trait]
        impl AsyncTransport for Fixed {
            async fn send(&self, _: Request, _: Limits) -> Result<Response, TransportError> {
                Ok(settled())
            }
        }
        #[derive(Clone, Debug)]
        struct App {
            client: AsyncClient<Fixed>,
        }
        let app = App {
            client: AsyncClient::new(Fixed, merchant()),
        };
        assert!(block_on(app.clone().client.status(order())).is_ok());
        assert!(block_on(app.client.status(order())).is_ok());
        assert!(format!("{app:?}").contains("AsyncClient"));
    }

    #[test]
    fn an_async_closure_is_a_transport_also_behind_a_pointer() {
        let transports: [Arc<dyn AsyncTransport>; 2] = [
            Arc::new(async |_: Request, _: Limits| Ok(settled())),
            Arc::new(|_: Request, _: Limits| ready(Ok(settled()))),
        ];
        for transport in transports {
            assert!(block_on(AsyncClient::new(&*transport, merchant()).status(order())).is_ok());
            assert!(block_on(AsyncClient::new(transport, merchant()).status(order())).is_ok());
        }
        let boxed: Box<dyn AsyncTransport> = Box::new(async |_: Request, _: Limits| Ok(settled()));
        assert!(block_on(AsyncClient::new(boxed, merchant()).status(order())).is_ok());
    }

    #[test]
    fn a_pause_ends_without_a_runtime() {
        let calls = AtomicU32::new(0);
        let reachable_later = |_: Request, _: Limits| match calls.fetch_add(1, Ordering::SeqCst) {
            0 => ready(Err(unreachable_gateway())),
            _ => ready(Ok(settled())),
        };
        assert!(block_on(AsyncClient::new(reachable_later, merchant()).status(order())).is_ok());
        assert_eq!(calls.load(Ordering::SeqCst), 2);
    }
}
