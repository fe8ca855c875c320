//! The request for a page of the history.

use midtrans_protocol::Merchant;
use midtrans_protocol::history::{Filter, ListTransactions, Page, SortOrder, TransactionType};

use super::History;
use crate::failure::Failure;
use crate::terminal::quoted;

impl History {
    /// The list, of which nothing is sent here: the account's type stands for none.
    pub(super) fn list(&self, page: Page) -> Result<ListTransactions<Merchant>, Failure> {
        let mut filter = Filter::default();
        filter.partner_reference_no.clone_from(&self.order);
        filter.from = self.from;
        filter.to = self.to;
        let types = self
            .types
            .iter()
            .map(|word| TransactionType::from(word.as_str()));
        filter.types = types.collect();
        filter.sort_order = self.newest_first.then_some(SortOrder::Descending);
        ListTransactions::new(filter, page).map_err(|error| {
            let next = match error.field() {
                "toDateTime" => "give --from before --to",
                _ => "give your id with --order ID",
            };
            Failure::from(error).next(next)
        })
    }

    /// The options of the filter, as they are typed for the next page.
    pub(super) fn words(&self) -> String {
        let mut words = String::new();
        for (name, time) in [("--from", self.from), ("--to", self.to)] {
            if let Some(time) = time {
                words.push_str(&format!(" {name} {}", quoted(&time.to_string())));
            }
        }
        for kind in &self.types {
            words.push_str(&format!(" --type {}", quoted(kind)));
        }
        if let Some(order) = &self.order {
            words.push_str(&format!(" --order {}", quoted(order)));
        }
        if self.newest_first {
            words.push_str(" --newest-first");
        }
        words
    }
}

/// Reads the gateway's name of a kind, also of one that this version does not know.
pub(super) fn kind(text: &str) -> Result<String, &'static str> {
    let is_of_a_name = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    if (1..=50).contains(&text.len()) && text.bytes().all(is_of_a_name) {
        Ok(text.to_owned())
    } else {
        Err("expected the gateway's name of a kind, such as PAYMENT")
    }
}
