//! KlikBCA, retired: the customer pays on the bank's own site, without a link from the shop.
//! ([Direct debit](https://docs.midtrans.com/docs/coreapi-direct-debit-payment-integration))

use std::time::Duration;

use midtrans_protocol::time::WibTime;
use serde_json::Value;

use super::{Instructions, Method, text_of};
use crate::gateway::direct_debit;
use crate::gateway::ids::Ids;
use crate::gateway::keys::{Added, Keys};
use crate::gateway::pay_number::Numbers;
use crate::gateway::pay_page::PayPage;
use crate::gateway::payment::Payment;
use crate::gateway::texts;

#[derive(Debug)]
pub(super) struct BcaKlikbca;

impl Method for BcaKlikbca {
    fn payment_type(&self) -> &'static str {
        "bca_klikbca"
    }

    fn name(&self, _: &Instructions) -> String {
        "KlikBCA".to_owned()
    }

    fn default_expiry(&self) -> Duration {
        direct_debit::EXPIRY
    }

    fn check(&self, charge: &Value, problems: &mut Vec<String>) {
        let required = ["description", "user_id"];
        texts::check(charge, "bca_klikbca", &required, &[], problems);
    }

    /// ([Idempotency](https://docs.midtrans.com/reference/idempotency-header))
    fn keeps_key(&self, _: &Value) -> bool {
        false
    }

    /// The user id is for the pay page alone: no answer has it.
    fn instruct(&self, charge: &Value, _: &mut Numbers<'_>) -> Instructions {
        let user = texts::given(charge, "bca_klikbca", "user_id");
        let fields = user.map(|user| ("user_id".to_owned(), user.into()));
        fields.into_iter().collect()
    }

    fn settle(&self, payment: &mut Payment, ids: &mut Ids, _: WibTime) {
        direct_debit::settle(payment, ids);
    }

    /// No page has its answer: the words are those of its brothers.
    fn charge_message(&self) -> &'static str {
        "Success, KlikBCA transaction is successful"
    }

    fn charged(&self) -> Added {
        &[]
    }

    fn notified(&self) -> Added {
        direct_debit::NOTIFIED
    }

    fn echoed(&self) -> Keys {
        direct_debit::ECHOED
    }

    fn has_fraud_status(&self, _: &Instructions) -> bool {
        false
    }

    fn pay_page(&self, instructions: &Instructions) -> PayPage {
        PayPage::Prompt {
            account: text_of(instructions, "user_id"),
            declines: false,
        }
    }
}
