//! Messages on their way to the merchant: shuffled, repeated, held back, and forged.

use fastrand::Rng;
use midtrans_simulator::gateway::{Delivery, DeliveryId};

/// One message to be posted.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) body: String,
    /// The delivery whose outcome the gateway wants to know; `None` for repeats and forgeries.
    pub(crate) id: Option<DeliveryId>,
    /// True if it must be refused.
    pub(crate) is_forged: bool,
}

/// Messages in random order. Some are held back until everything else is delivered.
pub(crate) struct Pool {
    rng: Rng,
    messages: Vec<Message>,
    held_back: Vec<Message>,
    /// The id of another transaction, for false messages.
    other_transaction: String,
    pub(crate) forged: u64,
    pub(crate) altered: u64,
}

impl Pool {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            messages: Vec::new(),
            held_back: Vec::new(),
            other_transaction: "unknown".to_owned(),
            forged: 0,
            altered: 0,
        }
    }

    /// Adds what the gateway sends, each with one to five repeats, and now and then a forged copy.
    pub(crate) fn add(&mut self, due: Vec<Delivery>) {
        for delivery in due {
            let copy = Message {
                body: delivery.body.clone(),
                id: None,
                is_forged: false,
            };
            for _ in 0..self.rng.u32(1..=5) {
                self.put(copy.clone());
            }
            if self.rng.u32(0..100) < 5 {
                self.forged += 1;
                self.messages.push(Message {
                    body: forged(&mut self.rng, &delivery.body),
                    is_forged: true,
                    ..copy.clone()
                });
            }
            if self.rng.u32(0..100) < 6
                && let Some(body) = altered(&mut self.rng, &delivery.body, &self.other_transaction)
            {
                self.altered += 1;
                self.messages.push(Message { body, ..copy });
            }
            if let Some(id) = text_of(&delivery.body, "transaction_id") {
                id.clone_into(&mut self.other_transaction);
            }
            self.put(Message {
                body: delivery.body,
                id: Some(delivery.id),
                is_forged: false,
            });
        }
    }

    /// Adds a message, or returns one that has to be delivered again.
    pub(crate) fn put(&mut self, message: Message) {
        if self.rng.u32(0..100) < 4 {
            self.held_back.push(message)
        } else {
            self.messages.push(message)
        }
    }

    /// Takes a random message.
    pub(crate) fn take(&mut self) -> Option<Message> {
        if self.messages.is_empty() {
            return None;
        }
        let at = self.rng.usize(0..self.messages.len());
        Some(self.messages.swap_remove(at))
    }

    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    /// Releases the messages that were held back. Returns whether there are any.
    pub(crate) fn release(&mut self) -> bool {
        self.messages.append(&mut self.held_back);
        !self.messages.is_empty()
    }
}

/// Returns a body whose signature does not fit.
fn forged(rng: &mut Rng, body: &str) -> String {
    match rng.u32(0..3) {
        // Another order's money.
        0 => body.replacen("\"order_id\":\"order-", "\"order_id\":\"order-9", 1),
        // Less money.
        1 => body.replacen(
            "\"gross_amount\":\"40000.00\"",
            "\"gross_amount\":\"40000.0\"",
            1,
        ),
        // A guessed signature.
        _ => {
            let at = body.find("\"signature_key\":\"").map_or(0, |at| at + 17);
            let digit = if body[at..].starts_with('0') {
                "1"
            } else {
                "0"
            };
            format!("{}{digit}{}", &body[..at], &body[at + 1..])
        }
    }
}

/// Returns a body with a genuine signature and other fields that are false: what anyone could make
/// of a form that came through a browser.
fn altered(rng: &mut Rng, body: &str, other_transaction: &str) -> Option<String> {
    let lie = |from: &str, to: &str| {
        let from = format!("\"transaction_status\":\"{from}\"");
        body.contains(&from)
            .then(|| body.replacen(&from, &format!("\"transaction_status\":\"{to}\""), 1))
    };
    let id = text_of(body, "transaction_id")?;
    let renamed = |name: &str| Some(body.replacen(id, name, 1)).filter(|body| !body.is_empty());
    match rng.u32(0..5) {
        // Refunds that were never made. A field that occurs twice would be refused.
        0 if !body.contains("\"refund") => body.strip_suffix('}').map(|body| {
            let key = rng.u32(..);
            format!(
                r#"{body},"refund_amount":"7.00","refunds":[{{"refund_key":"forged-{key}","refund_amount":"7.00"}}]}}"#
            )
        }),
        // A transaction that is named like the order, so that a question by its id finds another
        // one.
        1 => renamed(text_of(body, "order_id")?),
        // Another order's transaction, and one that does not exist.
        2 => renamed(other_transaction),
        3 => renamed(&format!("forged-{:x}", rng.u64(..))),
        // Code 201 does not go with a settlement; 202 goes with all of these; 200 goes with both.
        _ => lie("pending", "settlement")
            .or_else(|| lie("deny", "cancel"))
            .or_else(|| lie("partial_refund", "settlement")),
    }
}

/// The text of a field.
fn text_of<'a>(body: &'a str, field: &str) -> Option<&'a str> {
    body.split_once(&format!("\"{field}\":\""))?
        .1
        .split('"')
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"transaction_status":"pending","transaction_id":"id-1","order_id":"order-1","gross_amount":"40000.00","signature_key":"0ab"}"#;

    #[test]
    fn a_forged_copy_is_never_the_original() {
        let mut rng = Rng::with_seed(1);
        for _ in 0..50 {
            assert_ne!(forged(&mut rng, BODY), BODY);
        }
        for _ in 0..50 {
            let lie = altered(&mut rng, BODY, "id-2").expect("there is something to lie about");
            assert_ne!(lie, BODY);
            assert!(lie.contains("\"signature_key\":\"0ab\""), "{lie}");
        }
    }
}
