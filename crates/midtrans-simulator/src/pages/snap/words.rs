//! The texts of Snap's page, in both languages.

use super::super::Language;
use crate::gateway::snap::SnapState;

/// One language's texts.
#[derive(Debug)]
pub(super) struct SnapWords {
    pub(super) choose: &'static str,
    pub(super) choose_before: &'static str,
    pub(super) change: &'static str,
    pub(super) close: &'static str,
    pub(super) denied: &'static str,
    pub(super) nothing_offered: &'static str,
    pub(super) waits: &'static str,
    pub(super) goes_on: &'static str,
    pub(super) go_to: &'static str,
    pub(super) done: &'static str,
    expired: &'static str,
    canceled: &'static str,
    replaced: &'static str,
    card: &'static str,
    pub(super) month: &'static str,
    pub(super) year: &'static str,
    pub(super) test_card: &'static str,
    pub(super) pay_by_card: &'static str,
    other_banks: &'static str,
}

impl SnapWords {
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Indonesian => &INDONESIAN,
            Language::English => &ENGLISH,
        }
    }

    /// The reason why nothing can be chosen any more.
    pub(super) const fn reason(&self, state: &SnapState) -> Option<&'static str> {
        match state {
            SnapState::Expired => Some(self.expired),
            SnapState::Canceled => Some(self.canceled),
            SnapState::Replaced => Some(self.replaced),
            SnapState::Choosing { .. }
            | SnapState::Linking(_)
            | SnapState::Paying(_)
            | SnapState::Over(_) => None,
        }
    }

    /// The name of a channel.
    pub(super) fn title(&self, name: &str, title: &'static str) -> &'static str {
        match name {
            "credit_card" => self.card,
            "other_va" => self.other_banks,
            _ => title,
        }
    }
}

const INDONESIAN: SnapWords = SnapWords {
    choose: "Pilih metode pembayaran",
    choose_before: "Pilih sebelum",
    change: "Ganti metode pembayaran",
    close: "Tutup",
    denied: "Percobaan terakhir ditolak. Anda dapat mencoba lagi.",
    nothing_offered: "Tidak ada metode pembayaran yang dapat digunakan untuk pesanan ini.",
    waits: "Menunggu pembayaran",
    goes_on: "Halaman ini lanjut sendiri setelah pembayaran diterima.",
    go_to: "Lanjut ke",
    done: "Jendela ini dapat ditutup.",
    expired: "Halaman pembayaran ini sudah kedaluwarsa.",
    canceled: "Toko telah membatalkan halaman pembayaran ini.",
    replaced: "Toko telah membuka halaman pembayaran yang lebih baru untuk pesanan ini.",
    card: "Kartu kredit atau debit",
    month: "Bulan masa berlaku (MM)",
    year: "Tahun masa berlaku (YYYY)",
    test_card: "Kartu uji:",
    pay_by_card: "Bayar",
    other_banks: "Bank lain",
};

const ENGLISH: SnapWords = SnapWords {
    choose: "Choose a payment method",
    choose_before: "Choose before",
    change: "Choose another payment method",
    close: "Close",
    denied: "The last attempt was refused. You can try again.",
    nothing_offered: "No payment method can be used for this order.",
    waits: "Waiting for the payment",
    goes_on: "This page goes on by itself when the payment has arrived.",
    go_to: "Go to",
    done: "This window can be closed.",
    expired: "This payment page has expired.",
    canceled: "The shop has cancelled this payment page.",
    replaced: "The shop has opened a newer payment page for this order.",
    card: "Credit or debit card",
    month: "Expiry month (MM)",
    year: "Expiry year (YYYY)",
    test_card: "A test card:",
    pay_by_card: "Pay",
    other_banks: "Other banks",
};
