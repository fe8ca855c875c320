//! The card of a scenario.

use midtrans_protocol::Environment;
use midtrans_protocol::account::ClientAccount;
use midtrans_protocol::card::{CardExpiry, CardNumber, SecurityCode, Token};
use midtrans_protocol::time::WibTime;
use midtrans_simulator::gateway::Gateway;
use serde_json::{Value, json};

use super::{Event, exchange};
use crate::failure::Failure;

/// The gateway's own test cards.
const ACCEPTED_CARD: &str = "4811111111111114";
const CHALLENGED_CARD: &str = "5510111111111115";

/// A charge's fields of a test card that makes an event happen, once the customer has authenticated.
pub(super) fn fields(gateway: &mut Gateway, event: Event, made: WibTime) -> Result<Value, Failure> {
    let number = match event {
        Event::Challenge => CHALLENGED_CARD,
        _ => ACCEPTED_CARD,
    };
    let year = made.to_string().chars().take(4).collect::<String>();
    let expiry = CardExpiry::new("12", &year)?;
    let token = Token::of_card(CardNumber::new(number)?, expiry, SecurityCode::new("123")?);
    let settings = gateway.settings();
    let environment = Environment::custom(&settings.url)?;
    let account = ClientAccount::new(environment, settings.client_key().clone())?;
    let token = exchange(gateway, &account, &token, made)?
        .map_err(|error| Failure::refused(error.to_string()))?;
    let kind = match event {
        Event::Authorize => "authorize",
        _ => "authorize_capture",
    };
    Ok(json!({
        "token_id": token.token_id().as_str(),
        "authentication": true,
        "type": kind,
    }))
}
