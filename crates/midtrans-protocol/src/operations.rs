//! Operations on a transaction that exists, one file each.

mod approve;
mod cancel;
mod deny;
mod direct_refund;
mod expire;
mod get_status;
mod refund;

pub use approve::Approve;
pub use cancel::Cancel;
pub use deny::Deny;
pub use direct_refund::DirectRefund;
pub use expire::Expire;
pub use get_status::GetStatus;
pub use refund::Refund;
