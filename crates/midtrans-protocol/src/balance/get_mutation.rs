//! `GET /v1/balance/mutation`
//!
//! The balance of the account at the beginning and at the end of a time. [Gateway
//! page](https://docs.midtrans.com/reference/merchant-balance-mutation-api)

use http::{Method, Request};

use crate::account::Host;
use crate::ids::push_encoded;
use crate::money::WireAmount;
use crate::object_reply::object_reply;
use crate::operation::{Operation, Replay};
use crate::raw::RawBody;
use crate::time::WibTime;
use crate::{Environment, InvalidInput, Merchant};

/// Asks for the balance at the beginning and at the end of a time, in rupiah.
///
/// ```
/// use http::Uri;
/// use midtrans_protocol::balance::GetMutation;
/// use midtrans_protocol::operation::Operation;
/// use midtrans_protocol::Environment;
///
/// let march = GetMutation::new("2026-03-01 00:00:00".parse()?, "2026-03-31 23:59:59".parse()?)?;
/// assert_eq!(
///     march.request(&Environment::Sandbox).uri(),
///     "https://api.sandbox.midtrans.com/v1/balance/mutation?currency=IDR\
///      &start_time=2026-03-01T00%3A00%3A00%2B07%3A00&end_time=2026-03-31T23%3A59%3A59%2B07%3A00"
/// );
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetMutation {
    start_time: WibTime,
    end_time: WibTime,
}

impl GetMutation {
    /// The balance at the first and at the second of these times.
    ///
    /// # Errors
    /// [`InvalidInput`] when the second is before the first. The gateway documents no longest time.
    pub fn new(start_time: WibTime, end_time: WibTime) -> Result<Self, InvalidInput> {
        if end_time < start_time {
            return Err(InvalidInput::new("end_time", "a time after start_time"));
        }
        Ok(Self {
            start_time,
            end_time,
        })
    }
}

impl Operation for GetMutation {
    type Account = Merchant;
    type Reply = Mutation;
    const NAME: &'static str = "balance_mutation";

    fn request(&self, environment: &Environment) -> Request<Vec<u8>> {
        let mut path = "/v1/balance/mutation?currency=IDR&start_time=".to_owned();
        push_encoded(&mut path, &self.start_time.to_iso());
        path.push_str("&end_time=");
        push_encoded(&mut path, &self.end_time.to_iso());
        environment.request(Method::GET, Host::Api, &path, Vec::new())
    }

    /// It only reads.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    /// None: it is about the account.
    fn target(&self) -> Option<&str> {
        None
    }
}

object_reply! {
    /// The balances of an account at two times.
    Mutation, "opening_balance_overall", "an opening_balance_overall"
}

/// Balances, exactly as received. They have hundredths of a rupiah:
/// [`WireAmount::hundredths`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Balances {
    /// The money that can be paid out.
    pub effective: Option<WireAmount>,
    /// The money that is not settled yet.
    pub pending: Option<WireAmount>,
    /// Both together.
    pub overall: Option<WireAmount>,
}

fn balances(raw: &RawBody, when: &str) -> Balances {
    let of = |kind| raw.amount(&format!("{when}_balance_{kind}"));
    Balances {
        effective: of("effective"),
        pending: of("pending"),
        overall: of("overall"),
    }
}

impl Mutation {
    /// The currency: `IDR`.
    #[must_use]
    pub fn currency(&self) -> Option<String> {
        self.raw.text("currency")
    }

    /// The first time.
    #[must_use]
    pub fn start_time(&self) -> Option<WibTime> {
        self.raw.time("start_time")
    }

    /// The second time.
    #[must_use]
    pub fn end_time(&self) -> Option<WibTime> {
        self.raw.time("end_time")
    }

    /// The balances at the first time.
    #[must_use]
    pub fn opening(&self) -> Balances {
        balances(&self.raw, "opening")
    }

    /// The balances at the second time.
    #[must_use]
    pub fn closing(&self) -> Balances {
        balances(&self.raw, "closing")
    }

    /// The same by wallet.
    #[must_use]
    pub fn wallets(&self) -> Vec<Wallet> {
        let wallets = self.raw.objects("wallets").into_iter();
        wallets.map(|raw| Wallet { raw }).collect()
    }
}

/// A part of the balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wallet {
    raw: RawBody,
}

impl Wallet {
    /// The source: `payin` for payments, `iris` for payouts.
    #[must_use]
    pub fn source(&self) -> Option<String> {
        self.raw.text("source")
    }

    /// The balances at the first time.
    #[must_use]
    pub fn opening(&self) -> Balances {
        balances(&self.raw, "opening")
    }

    /// The balances at the second time.
    #[must_use]
    pub fn closing(&self) -> Balances {
        balances(&self.raw, "closing")
    }
}
