//! The commands, one file each.

pub(crate) mod balance;
pub(crate) mod card;
pub(crate) mod change;
pub(crate) mod charge;
pub(crate) mod completions;
pub(crate) mod customer;
pub(crate) mod decide;
pub(crate) mod doctor;
pub(crate) mod history;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) mod inbox;
pub(crate) mod invoice;
pub(crate) mod landing;
pub(crate) mod link;
pub(crate) mod listen;
pub(crate) mod methods;
#[cfg(not(any(feature = "sqlite", feature = "postgres")))]
pub(crate) mod no_inbox;
pub(crate) mod pay_account;
pub(crate) mod refund;
pub(crate) mod resend;
pub(crate) mod sign;
pub(crate) mod simulate;
pub(crate) mod snap;
pub(crate) mod status;
pub(crate) mod subscription;
pub(crate) mod trigger;
pub(crate) mod verify;

#[cfg(not(any(feature = "sqlite", feature = "postgres")))]
pub(crate) use no_inbox as inbox;
