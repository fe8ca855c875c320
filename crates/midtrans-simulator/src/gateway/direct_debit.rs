//! What the banks' own pages of the older kind have in common. They are retired, and accounts that
//! still have them go on.
//! ([Direct debit](https://docs.midtrans.com/docs/coreapi-direct-debit-payment-integration))

use std::time::Duration;

use super::body::Body;
use super::customer::FinishRedirect;
use super::ids::Ids;
use super::keys::{Added, Keys};
use super::method::{Finish, HOUR};
use super::payment::Payment;
use super::rendering;

/// The time that a customer has.
pub(super) const EXPIRY: Duration = Duration::from_secs(2 * HOUR.as_secs());

/// The fields that a notification adds.
pub(super) const NOTIFIED: Added = &[("currency", &["approval_code"])];

/// The fields that Get Status shows first.
pub(super) const ECHOED: Keys = &["approval_code"];

/// The place of the page's address in an answer, in most samples.
pub(super) const CHARGED: Added = &[("order_id", &["redirect_url"])];

/// Gives a payment the bank's number of it.
pub(super) fn settle(payment: &mut Payment, ids: &mut Ids) {
    let code = ids.digits(13);
    let fields = &mut payment.instructions;
    fields.insert("approval_code".to_owned(), code.into());
}

/// The form that leads back to the shop: it has the field `response` alone.
/// ([Sample](https://docs.midtrans.com/en/core-api/direct-debit))
pub(super) fn form(finish: &Finish<'_>) -> FinishRedirect {
    FinishRedirect::Form {
        action: finish.finish_url.to_owned(),
        response: response(finish),
        callback_key: None,
    }
}

fn response(finish: &Finish<'_>) -> String {
    let Finish {
        payment,
        claim,
        settings,
        ..
    } = finish;
    let signature = rendering::claimed_signature(payment, claim, settings);
    Body::default()
        .text("status_code", &claim.code.to_string())
        .text("status_message", "Success, transaction is found")
        .text("transaction_id", &payment.id)
        .text("order_id", &payment.order_id)
        .text("gross_amount", payment.gross_amount().as_str())
        .text("payment_type", payment.method.payment_type())
        .text("transaction_time", &payment.made.to_string())
        .text("transaction_status", claim.status.as_str())
        .maybe_json("approval_code", payment.instructions.get("approval_code"))
        .text("signature_key", &signature)
        .finish()
}
