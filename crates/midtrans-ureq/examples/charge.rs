//! Charges once and prints the page to send the customer to.
//!
//! ```text
//! MIDTRANS_SERVER_KEY=SB-Mid-server-… cargo run -p midtrans-ureq --example charge
//! ```
//!
//! | variable | meaning | without it |
//! |---|---|---|
//! | `MIDTRANS_SERVER_KEY` | the account's server key | an error |
//! | `MIDTRANS_ENVIRONMENT` | `sandbox`, `production`, or the base URL of a simulator | `sandbox` |
//! | `MIDTRANS_PAYMENT_TYPE` | `akulaku` or `kredivo` | `akulaku` |
//! | `MIDTRANS_ORDER_ID` | the order id | `example-` and the time |
//! | `MIDTRANS_AMOUNT` | whole rupiah | 40000 |

use std::env;
use std::error::Error;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use midtrans_ureq::protocol::charge::Address;
use midtrans_ureq::protocol::{
    Charge, CustomerDetails, Environment, ItemDetails, Merchant, OrderId, Rupiah, ServerKey,
    TransactionDetails,
};
use midtrans_ureq::{Client, UreqTransport};

fn main() -> ExitCode {
    match run() {
        Ok(redirect_url) => {
            println!("{redirect_url}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                eprintln!("  because: {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String, Box<dyn Error>> {
    let key = env::var("MIDTRANS_SERVER_KEY")
        .map_err(|_| "set MIDTRANS_SERVER_KEY to your account's server key")?;
    let merchant = Merchant::new(environment()?, ServerKey::new(key)?)?;
    let client = Client::new(UreqTransport::new()?, merchant);

    let charge = charge()?;
    let order_id = charge.transaction_details().order_id();
    eprintln!(
        "charging {} for order {order_id} …",
        charge.transaction_details().gross_amount()
    );
    let transaction = client.charge(&charge)?;
    transaction
        .redirect_url()
        .ok_or_else(|| format!("the answer has no redirect_url: {transaction:?}").into())
}

fn environment() -> Result<Environment, Box<dyn Error>> {
    Ok(match setting("MIDTRANS_ENVIRONMENT", "sandbox").as_str() {
        "sandbox" => Environment::Sandbox,
        "production" => Environment::Production,
        base => Environment::custom(base)?,
    })
}

fn charge() -> Result<Charge, Box<dyn Error>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let order_id = OrderId::new(setting("MIDTRANS_ORDER_ID", &format!("example-{now}")))?;
    let amount = setting("MIDTRANS_AMOUNT", "40000")
        .parse()
        .map_err(|_| "MIDTRANS_AMOUNT: expected whole rupiah")?;
    let order = TransactionDetails::new(order_id, Rupiah::new(amount))?;

    let shoes = ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(amount), 1);
    let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
    match setting("MIDTRANS_PAYMENT_TYPE", "akulaku").as_str() {
        "akulaku" => Ok(Charge::akulaku(order, vec![shoes], customer)?),
        "kredivo" => {
            // Kredivo wants to know more about both.
            let shoes = shoes
                .with_category("Fashion")
                .with_url("https://shop.example/shoe-42");
            let customer =
                customer.with_shipping_address(Address::new("Jl. Melati 7", "Bandung", "40115"));
            Ok(Charge::kredivo(order, vec![shoes], customer)?)
        }
        _ => Err("MIDTRANS_PAYMENT_TYPE: expected akulaku or kredivo".into()),
    }
}

fn setting(name: &str, default: &str) -> String {
    env::var(name).unwrap_or_else(|_| default.to_owned())
}
