//! Kredivo: the customer is sent to Kredivo's page, and comes back by a link.
//! ([Kredivo](https://docs.midtrans.com/reference/kredivo-1))

use midtrans_protocol::time::WibTime;
use serde_json::Value;

use super::{DAY, Finish, Instructions, Method, Refunds};
use crate::gateway::customer::FinishRedirect;
use crate::gateway::ids::Ids;
use crate::gateway::keys::Added;
use crate::gateway::limits::sellers;
use crate::gateway::link::with_query;
use crate::gateway::page_address::PageAddress;
use crate::gateway::pay_number::Numbers;
use crate::gateway::pay_page::PayPage;
use crate::gateway::payment::Payment;
use crate::gateway::rendering::ClaimedOutcome;
use crate::gateway::required::{require_all, require_items, require_object};
use crate::gateway::settings::Settings;

#[derive(Debug)]
pub(super) struct Kredivo;

impl Method for Kredivo {
    fn payment_type(&self) -> &'static str {
        "kredivo"
    }

    fn name(&self, _: &Instructions) -> String {
        "Kredivo".to_owned()
    }

    fn require(&self, charge: &Value, settings: &Settings, problems: &mut Vec<String>) {
        if !settings.kredivo_approved {
            require_items(charge, &["id", "category", "url"], problems);
            require_customer(&charge["customer_details"], problems);
        }
        // Only marketplaces send sellers; what is sent has to be whole.
        for (at, seller) in sellers(&charge["seller_details"]).iter().enumerate() {
            let place = format!("seller_details[{at}]");
            require_object(seller, &place, &["id", "name", "email", "url"], problems);
            if seller.is_object() {
                let address = format!("{place}.address");
                require_object(&seller["address"], &address, ADDRESS, problems);
            }
        }
    }

    fn transaction_id(&self, ids: &mut Ids, now: WibTime) -> String {
        ids.dated(now)
    }

    fn instruct(&self, _: &Value, _: &mut Numbers<'_>) -> Instructions {
        [
            ("channel_response_code", "OK"),
            (
                "channel_response_message",
                "Checkout URL is created successfully.",
            ),
        ]
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.into()))
        .collect()
    }

    fn charge_message(&self) -> &'static str {
        "Kredivo transaction is created"
    }

    fn charged(&self) -> Added {
        &[(
            "fraud_status",
            &[
                "channel_response_code",
                "channel_response_message",
                "expiry_time",
                "redirect_url",
            ],
        )]
    }

    fn refunds(&self, _: &Instructions) -> Refunds {
        Refunds::Within(14 * DAY)
    }

    fn pay_page(&self, _: &Instructions) -> PayPage {
        PayPage::Redirect
    }

    fn pages(&self) -> &'static [PageAddress] {
        const { &[PageAddress::query(PAGE, "referenceId", SUFFIX)] }
    }

    fn page_of(&self, payment: &Payment, settings: &Settings) -> String {
        let (transaction_id, merchant_id) = (&payment.id, &settings.merchant_id);
        format!(
            "{PAGE}?type=merchant&paymentType=kredivo&referenceId={transaction_id}{SUFFIX}&merchantId={merchant_id}"
        )
    }

    /// Since January 2024 with three parameters.
    /// ([Finish redirect](https://docs.midtrans.com/docs/coreapi-cardless-credit-payment-integration))
    fn finish(&self, finish: &Finish<'_>) -> Option<FinishRedirect> {
        let location = with_status(finish.finish_url, &finish.payment.order_id, finish.claim);
        Some(FinishRedirect::Redirect { location })
    }
}

fn require_customer(customer: &Value, problems: &mut Vec<String>) {
    let names = ["first_name", "email", "phone"];
    require_object(customer, "customer_details", &names, problems);
    if customer.is_object() {
        require_all(customer, "customer_details", &["last_name"], problems);
        let place = "customer_details.shipping_address";
        require_object(&customer["shipping_address"], place, ADDRESS, problems);
    }
}

fn with_status(finish_url: &str, order_id: &str, claim: ClaimedOutcome<'_>) -> String {
    let ClaimedOutcome { status, code, .. } = claim;
    let query = format!("order_id={order_id}&transaction_status={status}&status_code={code}");
    with_query(finish_url, &query)
}

const PAGE: &str = "/v1/redirect";
/// Follows the transaction id in `referenceId`. No other page and no call of the API knows it.
const SUFFIX: &str = "-1";

const ADDRESS: &[&str] = &[
    "first_name",
    "last_name",
    "phone",
    "address",
    "city",
    "postal_code",
    "country_code",
];
