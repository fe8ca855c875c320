//! A macro for the operations on one transaction that have no fields: `POST /v2/{id}/{action}` with
//! an empty object.

/// Makes the type of an action, and its [`Operation`](crate::operation::Operation). `$accept`
/// checks the reply as [`accept_reply`](crate::operation::Operation::accept_reply) does, and takes
/// the id first.
///
/// Where the reply is a transaction in one status, name that status and the wanted transaction in
/// words; `$with_id` is the check of its ids.
macro_rules! action {
    ($(#[$doc:meta])* $name:ident, $action:literal, $with_id:path, $status:ident, $wanted:literal) => {
        $crate::transaction::action::action! { $(#[$doc])* $name, $action, accepted }

        fn accepted(
            id: &str,
            http_status: http::StatusCode,
            reply: $crate::Transaction,
        ) -> Result<$crate::Transaction, $crate::reply::ReplyError> {
            let reply = $with_id(id, http_status, reply)?;
            let status = $crate::transaction::TransactionStatus::$status;
            $crate::transaction::accept::with_status(&[status], $wanted, http_status, reply)
        }
    };
    ($(#[$doc:meta])* $name:ident, $action:literal, $accept:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            id: $crate::ids::PaymentId,
        }

        impl $name {
            #[doc = concat!("The `", $action, "` of the transaction of that order id or transaction id.")]
            #[must_use]
            pub fn new(id: impl Into<$crate::ids::PaymentId>) -> Self {
                Self { id: id.into() }
            }
        }

        impl $crate::operation::Operation for $name {
            type Account = $crate::Merchant;
            type Reply = $crate::Transaction;
            const NAME: &'static str = $action;

            fn request(&self, environment: &$crate::Environment) -> http::Request<Vec<u8>> {
                environment.request(
                    http::Method::POST,
                    $crate::account::Host::Api,
                    &self.id.path($action),
                    b"{}".to_vec(),
                )
            }

            /// The header "can be used for all POST methods": a keyed repeat gets the first answer
            /// instead of a 412.
            fn replay(&self) -> $crate::operation::Replay {
                $crate::operation::Replay::Keyed
            }

            fn target(&self) -> Option<&str> {
                Some(self.id.as_str())
            }

            fn accept_reply(
                &self,
                http_status: http::StatusCode,
                reply: $crate::Transaction,
            ) -> Result<$crate::Transaction, $crate::reply::ReplyError> {
                $accept(self.id.as_str(), http_status, reply)
            }
        }
    };
}
pub(super) use action;
