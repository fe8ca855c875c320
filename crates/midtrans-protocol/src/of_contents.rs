//! A macro for operations that send their contents, which are checked when the operation is made.

/// Makes the constructors of an operation over its `Contents`, with the words for what it makes and
/// the function that reads the contents of JSON.
macro_rules! of_contents {
    ($operation:ident, $what:literal, $read:path) => {
        impl $operation {
            #[doc = concat!("Checks the contents of ", $what, ".")]
            ///
            /// # Errors
            /// [`InvalidInput`](crate::InvalidInput) names every field of which it is known
            /// beforehand that the gateway would refuse it.
            pub fn new(contents: Contents) -> Result<Self, $crate::InvalidInput> {
                contents.check().map(|()| Self(contents))
            }

            #[doc = concat!("Reads ", $what, " from the JSON that the gateway documents, with all local checks.")]
            ///
            /// # Errors
            /// [`InvalidInput`](crate::InvalidInput) names the first field that is missing or
            /// wrong, and never shows its value.
            pub fn from_json(json: &str) -> Result<Self, $crate::InvalidInput> {
                Self::new($read(json)?)
            }

            /// The JSON that is sent.
            #[must_use]
            pub fn to_json(&self) -> Vec<u8> {
                $crate::json::to_json(&self.0)
            }

            #[doc = concat!("The contents of ", $what, ".")]
            #[must_use]
            pub const fn contents(&self) -> &Contents {
                &self.0
            }
        }
    };
}
pub(crate) use of_contents;
