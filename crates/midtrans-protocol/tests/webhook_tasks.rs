//! A handler that has to wait is a task of the runtime: it does not end with the connection that
//! brought its notification.

#[path = "support/bodies.rs"]
mod bodies;

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::future::{Future, Pending, Ready, pending, poll_fn, ready};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use bodies::{keys, settlement, signed};
use midtrans_protocol::webhook::endpoint::{Endpoint, KeysFor};
use midtrans_protocol::webhook::{Acknowledge, Answer, Rejection};
use midtrans_protocol::{Notification, ServerKeys};

fn look<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Looks at an answer once and drops it, as a server does when the sender hangs up.
fn hang_up_on(answer: impl Future<Output = Answer>) {
    assert!(look(pin!(answer)).is_pending());
}

fn body() -> impl Future<Output = Result<Vec<u8>, Rejection>> {
    ready(Ok(signed(&settlement())))
}

fn fixed(keys: &ServerKeys) -> Option<ServerKeys> {
    keys.keys_for("anything")
}

/// A gate for futures, which wait until a test opens it.
#[derive(Clone, Default)]
struct Gate(Rc<Cell<bool>>);

impl Gate {
    fn open(&self) {
        self.0.set(true);
    }

    fn wait(self) -> impl Future<Output = ()> + Unpin {
        poll_fn(move |_| {
            if self.0.get() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
    }
}

/// A runtime with one task, which runs when a test says so and whose handle waits for ever.
#[derive(Default)]
struct Task(RefCell<Option<Pin<Box<dyn Future<Output = Acknowledge>>>>>);

impl Task {
    fn spawn(
        &self,
        task: impl Future<Output = Acknowledge> + 'static,
    ) -> Pending<Result<Acknowledge, Infallible>> {
        assert!(
            self.0.replace(Some(Box::pin(task))).is_none(),
            "one task is enough"
        );
        pending()
    }

    fn look(&self) -> Poll<Acknowledge> {
        look(
            self.0
                .borrow_mut()
                .as_mut()
                .expect("a task was spawned")
                .as_mut(),
        )
    }
}

#[test]
fn who_drops_the_answer_does_not_drop_a_handler_at_work() {
    let (task, gate, stored) = (Task::default(), Gate::default(), Gate::default());
    let (waits, stores) = (gate.clone(), stored.clone());
    let endpoint = Endpoint::new(keys(), move |_| {
        let (waits, stores) = (waits.clone(), stores.clone());
        async move {
            waits.wait().await;
            stores.open();
            Acknowledge::Done
        }
    });
    hang_up_on(endpoint.answer(fixed, body(), pending::<()>, |handler| task.spawn(handler)));
    assert!(task.look().is_pending() && !stored.0.get());
    gate.open();
    assert_eq!(
        (task.look(), stored.0.get()),
        (Poll::Ready(Acknowledge::Done), true)
    );
}

#[test]
fn the_deadline_of_a_handler_holds_when_its_answer_was_dropped() {
    let (task, time) = (Task::default(), Gate::default());
    let endpoint = Endpoint::new(keys(), |_| pending::<Acknowledge>());
    let is_up = time.clone();
    hang_up_on(endpoint.answer(
        fixed,
        body(),
        || is_up.wait(),
        |handler| task.spawn(handler),
    ));
    assert!(task.look().is_pending());
    time.open();
    assert_eq!(task.look(), Poll::Ready(Acknowledge::Later));
}

#[test]
fn a_handler_that_panics_when_its_answer_was_dropped_ends_its_task_and_nothing_else() {
    let (task, gate) = (Task::default(), Gate::default());
    let waits = gate.clone();
    let endpoint = Endpoint::new(keys(), move |notification: Notification| {
        let waits = waits.clone();
        async move {
            waits.wait().await;
            assert!(notification.order_id().is_empty(), "within");
            Acknowledge::Done
        }
    });
    hang_up_on(endpoint.answer(fixed, body(), pending::<()>, |handler| task.spawn(handler)));
    gate.open();
    assert_eq!(task.look(), Poll::Ready(Acknowledge::Later));
}

#[test]
fn the_timer_that_ran_while_the_body_came_goes_on_with_the_handler() {
    let (task, time, there, made) = (
        Task::default(),
        Gate::default(),
        Gate::default(),
        Rc::new(Cell::new(0)),
    );
    let endpoint = Endpoint::new(keys(), |_| pending::<Acknowledge>());
    let (is_up, arrives, counted) = (time.clone(), there.clone(), Rc::clone(&made));
    let timer = move || {
        counted.set(counted.get() + 1);
        is_up.wait()
    };
    let late = async {
        arrives.wait().await;
        body().await
    };
    let mut answer = Box::pin(endpoint.answer(fixed, late, timer, |handler| task.spawn(handler)));
    assert!(
        look(answer.as_mut()).is_pending() && look(answer.as_mut()).is_pending(),
        "the body is waited for"
    );
    assert_eq!(made.get(), 1);
    there.open();
    assert!(
        look(answer.as_mut()).is_pending(),
        "the handler is waited for"
    );
    drop(answer);
    time.open();
    assert_eq!(
        (task.look(), made.get()),
        (Poll::Ready(Acknowledge::Later), 1)
    );
}

#[test]
fn a_handler_that_need_not_wait_is_no_task() {
    let endpoint = Endpoint::new(keys(), |_| ready(Acknowledge::Done));
    let spawn =
        |_| -> Ready<Result<Acknowledge, Infallible>> { unreachable!("a task was spawned") };
    let answer = look(pin!(endpoint.answer(fixed, body(), pending::<()>, spawn)));
    assert!(matches!(answer, Poll::Ready(answer) if answer.status() == 200));
}

#[test]
fn a_task_that_the_runtime_ends_is_503() {
    let endpoint = Endpoint::new(keys(), |_| pending::<Acknowledge>());
    let spawn = |_| ready(Err::<Acknowledge, _>("the runtime shuts down"));
    let answer = look(pin!(endpoint.answer(fixed, body(), pending::<()>, spawn)));
    assert!(matches!(answer, Poll::Ready(answer) if answer.status() == 503));
}

#[test]
fn a_sender_who_leaves_before_the_end_of_the_body_leaves_no_task() {
    let task = Task::default();
    let endpoint = Endpoint::new(keys(), |_| pending::<Acknowledge>());
    hang_up_on(endpoint.answer(fixed, pending(), pending::<()>, |handler| {
        task.spawn(handler)
    }));
    assert!(task.0.borrow().is_none());
}
