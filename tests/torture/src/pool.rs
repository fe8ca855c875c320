//! What is on its way to the merchant: shuffled, repeated, held back, and forged.

use fastrand::Rng;
use midtrans_simulator::gateway::{Delivery, DeliveryId};

/// One message to be posted.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) body: String,
    /// Whose outcome the gateway wants to know; `None` for repeats and forgeries.
    pub(crate) id: Option<DeliveryId>,
    /// Whether it must be turned away.
    pub(crate) is_forged: bool,
}

/// Letters in no order. Some are held back until everything else is delivered.
pub(crate) struct Pool {
    rng: Rng,
    letters: Vec<Letter>,
    held_back: Vec<Letter>,
    pub(crate) forged: u64,
    pub(crate) twisted: u64,
}

impl Pool {
    pub(crate) fn new(seed: u64) -> Self {
        Self { rng: Rng::with_seed(seed), letters: Vec::new(), held_back: Vec::new(), forged: 0, twisted: 0 }
    }

    /// Adds what the gateway sends, each with one to five repeats, and now and then a forged copy.
    pub(crate) fn add(&mut self, due: Vec<Delivery>) {
        for delivery in due {
            let copy = Letter { body: delivery.body.clone(), id: None, is_forged: false };
            for _ in 0..self.rng.u32(1..=5) {
                self.put(copy.clone());
            }
            if self.rng.u32(0..100) < 5 {
                self.forged += 1;
                self.letters.push(Letter {
                    body: forged(&mut self.rng, &delivery.body),
                    is_forged: true,
                    ..copy.clone()
                });
            }
            if let (true, Some(body)) = (self.rng.u32(0..100) < 3, twisted(&delivery.body)) {
                self.twisted += 1;
                self.letters.push(Letter { body, ..copy });
            }
            self.put(Letter { body: delivery.body, id: Some(delivery.id), is_forged: false });
        }
    }

    /// Puts one back that has to be delivered again, or a new one in.
    pub(crate) fn put(&mut self, letter: Letter) {
        if self.rng.u32(0..100) < 4 { self.held_back.push(letter) } else { self.letters.push(letter) }
    }

    /// Any of them.
    pub(crate) fn take(&mut self) -> Option<Letter> {
        if self.letters.is_empty() {
            return None;
        }
        let at = self.rng.usize(0..self.letters.len());
        Some(self.letters.swap_remove(at))
    }

    pub(crate) fn len(&self) -> usize {
        self.letters.len()
    }

    /// Lets go of what was held back. Returns whether there was any.
    pub(crate) fn release(&mut self) -> bool {
        self.letters.append(&mut self.held_back);
        !self.letters.is_empty()
    }
}

/// A body whose signature is not its own.
fn forged(rng: &mut Rng, body: &str) -> String {
    match rng.u32(0..3) {
        // Another order's money.
        0 => body.replacen("\"order_id\":\"order-", "\"order_id\":\"order-9", 1),
        // Less money.
        1 => body.replacen("\"gross_amount\":\"40000.00\"", "\"gross_amount\":\"40000.0\"", 1),
        // A guessed signature.
        _ => {
            let at = body.find("\"signature_key\":\"").map_or(0, |at| at + 17);
            let digit = if body[at..].starts_with('0') { "1" } else { "0" };
            format!("{}{digit}{}", &body[..at], &body[at + 1..])
        }
    }
}

/// A body whose signature is genuine and whose status, which is not signed, is a lie: what a customer could make of the
/// form that came through his browser.
fn twisted(body: &str) -> Option<String> {
    let lie = |from: &str, to: &str| {
        let from = format!("\"transaction_status\":\"{from}\"");
        body.contains(&from).then(|| body.replacen(&from, &format!("\"transaction_status\":\"{to}\""), 1))
    };
    // Code 201 does not go with a settlement; 202 goes with all of these; 200 goes with both.
    lie("pending", "settlement").or_else(|| lie("deny", "cancel")).or_else(|| lie("partial_refund", "settlement"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str =
        r#"{"transaction_status":"pending","order_id":"order-1","gross_amount":"40000.00","signature_key":"0ab"}"#;

    #[test]
    fn a_forged_copy_is_never_the_original() {
        let mut rng = Rng::with_seed(1);
        for _ in 0..50 {
            assert_ne!(forged(&mut rng, BODY), BODY);
        }
        assert!(twisted(BODY).is_some_and(|body| body.contains("settlement")));
    }
}
