//! Macros for payment methods that have nothing but a few required texts, or no field at all.

/// Makes the type of a method without fields.
macro_rules! fieldless {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
        #[expect(
            clippy::exhaustive_structs,
            reason = "the gateway documents no field for it"
        )]
        pub struct $name;
    };
}
pub(super) use fieldless;

/// Makes a method of required texts from its fields in the order in which they are sent, each with
/// its documentation; its payment type; its terms; and whether the gateway supports idempotency
/// keys for it.
macro_rules! of_texts {
    (
        $(#[$about:meta])*
        pub struct $name:ident { $($(#[$doc:meta])* $field:ident,)+ }
        terms: $terms:expr,
        keeps_key: $keeps_key:literal
    ) => {
        $(#[$about])*
        #[derive(Clone, PartialEq, Eq, serde::Serialize)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$doc])* pub $field: String,)+
            /// Fields that this version doesn't know.
            #[serde(flatten)]
            pub extra: serde_json::Map<String, serde_json::Value>,
        }

        crate::redacted::redacted!($name);

        impl $name {
            /// A payment with these fields.
            #[must_use]
            pub fn new($($field: impl Into<String>),+) -> Self {
                Self { $($field: $field.into(),)+ extra: serde_json::Map::new() }
            }
        }

        impl super::PaymentMethod for $name {
            const TYPE: crate::method::PaymentType = crate::method::PaymentType::$name;
            const TERMS: super::Terms = $terms;
            const FIELDS: Option<&'static [crate::charge::Field]> = Some(&[
                $(crate::charge::Field::required(stringify!($field), crate::charge::Shape::Text)),+
            ]);

            fn read(mut fields: crate::fields::Fields) -> Option<Self> {
                Some(Self {
                    $($field: fields.text(stringify!($field))?,)+
                    extra: fields.rest(),
                })
            }

            fn keeps_key(&self) -> bool {
                $keeps_key
            }

            fn check(&self, _: &crate::Charge, problems: &mut crate::charge::Problems) {
                let name = Self::TYPE;
                problems.refuse_known(name.as_str(), &self.extra, Self::FIELDS);
                $(problems.require(name.as_str(), &[(stringify!($field), &Some(self.$field.clone()))]);)+
            }
        }
    };
}

pub(super) use of_texts;
