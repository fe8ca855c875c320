//! A macro for replies that are a JSON object with at least one field that tells what they are.

/// Makes the type of a reply, which keeps the body, and reads one that has the field. `Debug` shows
/// only the type's name.
macro_rules! object_reply {
    ($(#[$doc:meta])* $name:ident, $field:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name {
            raw: $crate::raw::RawBody,
        }

        $crate::redacted::redacted!($name);

        impl $name {
            /// The whole body as received. It may hold personal data: don't log it.
            #[must_use]
            pub const fn raw(&self) -> &$crate::raw::RawBody {
                &self.raw
            }
        }

        impl $crate::reply::Reply for $name {
            fn read(
                reply: $crate::GatewayReply,
            ) -> Result<Self, $crate::reply::DecodeError> {
                let (http_status, raw) = reply.into_object()?;
                if raw.has($field) {
                    return Ok(Self { raw });
                }
                let body = raw.as_str().into();
                Err($crate::reply::DecodeError::new($what, http_status, body))
            }
        }
    };
}
pub(crate) use object_reply;
