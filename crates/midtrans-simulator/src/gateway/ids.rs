//! Ids that look like the gateway's and come out the same every time.

use midtrans_protocol::time::WibTime;

/// A source of ids: no two of one source are alike.
#[derive(Debug)]
pub(super) struct Ids {
    seed: u64,
    drawn: u64,
}

impl Ids {
    pub(super) const fn new(seed: u64) -> Self {
        Self { seed, drawn: 0 }
    }

    /// Resumes another source of the same seed where it ended.
    #[cfg(feature = "state")]
    pub(super) const fn resuming(seed: u64, drawn: u64) -> Self {
        Self { seed, drawn }
    }

    /// The position to go on from: the seed, and the number of ids drawn.
    #[cfg(feature = "state")]
    pub(super) const fn position(&self) -> (u64, u64) {
        (self.seed, self.drawn)
    }

    /// A UUID, as Akulaku's transactions and error bodies have.
    pub(super) fn uuid(&mut self) -> String {
        let (high, low) = (self.draw(), self.draw());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 48 & 0x3fff | 0x8000,
            low & 0xffff_ffff_ffff
        )
    }

    /// The other form of transaction ids: `A1`, the time, ten letters or digits, `ID`.
    pub(super) fn dated(&mut self, now: WibTime) -> String {
        let digits: String = now
            .to_string()
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        format!("A1{digits}{}ID", self.letters())
    }

    /// Ten letters or digits.
    pub(super) fn letters(&mut self) -> String {
        let mut bits = self.draw();
        let letters = (0..10).map(|_| {
            let letter = ALPHABET[(bits % 62) as usize];
            bits /= 62;
            char::from(letter)
        });
        letters.collect()
    }

    /// A text of so many digits.
    pub(super) fn digits(&mut self, count: usize) -> String {
        let mut digits = String::with_capacity(count);
        while digits.len() < count {
            digits.push_str(&format!("{:016}", self.draw() % 10_000_000_000_000_000));
        }
        digits.truncate(count);
        digits
    }

    /// SplitMix64: every state gives another output.
    fn draw(&mut self) -> u64 {
        self.drawn = self.drawn.wrapping_add(1);
        finalized(self.seed.wrapping_add(self.drawn.wrapping_mul(GOLDEN)))
    }
}

/// One number out of several: the same for the same, and as good as random otherwise.
pub(super) fn mixed(parts: &[u64]) -> u64 {
    parts.iter().fold(0, |state, part| {
        finalized(state.wrapping_add(GOLDEN) ^ finalized(*part))
    })
}

fn finalized(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
