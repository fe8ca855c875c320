//! The customer on the page of a payment link.

use midtrans_protocol::time::WibTime;
use serde_json::{Value, json};

use crate::gateway::number::whole;
use crate::gateway::payment::Targets;
use crate::gateway::snap::NewSession;
use crate::gateway::{Accounts, Gateway};

/// The contents of a link's page.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LinkCheckout {
    /// The title, if the merchant has given one.
    pub title: Option<String>,
    /// The price; `None` where the buyer types it.
    pub amount: Option<u64>,
    /// The amount that stands in the field where the buyer types it.
    pub preset: Option<u64>,
    /// True if the buyer must give a name, a phone number and an e-mail address.
    pub asks_for_contact: bool,
    /// The state of the link.
    pub state: LinkState,
}

/// The state of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkState {
    /// It can be paid.
    Open,
    /// Its time is over.
    Expired,
    /// All of its uses are paid, or held by payments that wait.
    UsedUp,
    /// The merchant has deleted it.
    Deleted,
}

impl Accounts {
    /// The account that has a payment link.
    pub fn having_link(&mut self, link_id: &str) -> Option<&mut Gateway> {
        let key = format!("link:{link_id}");
        self.all_mut()
            .find(|account| account.shelves.links.find(&key).is_some())
    }
}

impl Gateway {
    /// The page of a payment link.
    pub fn link_checkout(&mut self, link_id: &str, now: WibTime) -> Option<LinkCheckout> {
        self.tick(now);
        let number = self.shelves.links.find(&format!("link:{link_id}"))?;
        let link = &self.shelves.links[number];
        let preset = whole(&link.request["dynamic_amount"]["preset_amount"]);
        let state = self.link_state(number, now);
        Some(LinkCheckout {
            title: link.request["title"].as_str().map(str::to_owned),
            amount: link.amount,
            preset: preset.and_then(|amount| u64::try_from(amount).ok()),
            asks_for_contact: link.request["customer_required"] == true,
            state,
        })
    }

    fn link_state(&self, number: usize, now: WibTime) -> LinkState {
        let link = &self.shelves.links[number];
        let (paid, held) = self.uses(number);
        if link.is_deleted {
            LinkState::Deleted
        } else if link.expires.is_some_and(|end| end <= now) {
            LinkState::Expired
        } else if paid + held >= link.usage_limit {
            LinkState::UsedUp
        } else {
            LinkState::Open
        }
    }

    /// Returns true if a link takes no more payments, also none of pages that are open already.
    pub(in crate::gateway) fn is_link_closed(&self, link_id: &str, now: WibTime) -> bool {
        let number = self.shelves.links.find(&format!("link:{link_id}"));
        number.is_some_and(|number| self.link_state(number, now) != LinkState::Open)
    }

    /// Opens a session of Snap for a payment, with the link's order id and the milliseconds of now
    /// behind it, and returns its token. `typed` is the buyer's amount, where the link has none.
    /// `None` if the link cannot be paid, or not with this amount.
    pub fn pay_link(
        &mut self,
        link_id: &str,
        typed: Option<u64>,
        contact: Option<[&str; 3]>,
        now: WibTime,
    ) -> Option<String> {
        let page = self.link_checkout(link_id, now)?;
        let number = self.shelves.links.find(&format!("link:{link_id}"))?;
        let link = &self.shelves.links[number];
        let bounds = &link.request["dynamic_amount"];
        let amount = link.amount.or(typed).filter(|amount| *amount > 0)?;
        let least = whole(&bounds["min_amount"]).unwrap_or(1);
        let most = whole(&bounds["max_amount"]).unwrap_or(i128::MAX);
        let fits = link.amount.is_some() || (least..=most).contains(&i128::from(amount));
        if page.state != LinkState::Open || !fits {
            return None;
        }
        // Each purchase has a number of its own, so that two in a second differ.
        let milliseconds = now.unix() * 1_000 + i64::try_from(link.purchases.len() % 1_000).ok()?;
        let order_id = format!("{}-{milliseconds}", link.order_id);
        let mut request = link.request.clone();
        request["transaction_details"] = json!({ "order_id": order_id, "gross_amount": amount });
        if let Some([name, email, phone]) = contact {
            let mut customer = request["customer_details"].clone();
            if !customer.is_object() {
                customer = json!({});
            }
            customer["first_name"] = name.into();
            customer["email"] = email.into();
            customer["phone"] = phone.into();
            request["customer_details"] = customer;
        }
        // It is the link's, and the payment has a deadline of its own method.
        request["expiry"] = Value::Null;
        let expires = link.expires;
        let token = self.open_session(
            NewSession::of_link(request, order_id, amount, expires, now),
            Targets::default(),
            now,
        );
        let session = self.shelves.sessions.of_token(&token)?;
        self.shelves.sessions.change(session).link = Some(link_id.to_owned());
        self.shelves
            .links
            .change(number)
            .purchases
            .push(token.clone());
        Some(token)
    }
}
