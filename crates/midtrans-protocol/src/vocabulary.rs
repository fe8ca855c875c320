//! Enums of the gateway's words, to which it may add at any time.

use std::fmt;

/// A word that this version has no name for. Read it through the enum's `as_str`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Opaque(pub(crate) Box<str>);

impl fmt::Debug for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &self.0)
    }
}

macro_rules! wire_enum {
    (
        $(#[$doc:meta])* pub enum $name:ident {
            $($(#[$variant_doc:meta])* $variant:ident = $text:literal $(| $alias:literal)*),+ $(,)?
        }
    ) => {
        $(#[$doc])*
        ///
        /// Reading ignores case; an unknown word is kept exactly.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A word that this version has no name for: neither success nor failure.
            Unknown($crate::vocabulary::Opaque),
        }

        impl $name {
            /// The word on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown(text) => &text.0,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    $(_ if text.eq_ignore_ascii_case($text) $(|| text.eq_ignore_ascii_case($alias))* => Self::$variant,)+
                    _ => Self::Unknown($crate::vocabulary::Opaque(text.into())),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self::from(&*<std::borrow::Cow<'de, str>>::deserialize(deserializer)?))
            }
        }

        #[cfg(test)]
        impl $name {
            #[allow(dead_code, reason = "for tests")]
            pub(crate) const WORDS: &[&str] = &[$($text),+];
        }
    };
}
pub(crate) use wire_enum;
