//! All texts of the pay pages, in both languages.

use midtrans_protocol::method::PaymentType;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;

use super::language::Language;
use crate::gateway::{Checkout, Choice, PayPage};

/// One language's texts.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) language_name: &'static str,
    /// For readers who cannot see that it is a choice of languages.
    pub(super) choose_language: &'static str,
    pub(super) simulated: &'static str,
    /// The words before and behind the method's name.
    not_the_page_of: [&'static str; 2],
    /// The bank of a card whose digits tell none.
    pub(super) card_bank: &'static str,
    no_real_money: &'static str,
    pub(super) amount: &'static str,
    pub(super) order: &'static str,
    pub(super) pay_before: &'static str,
    pub(super) items: &'static str,
    pub(super) your_choice: &'static str,
    pub(super) approve: &'static str,
    /// The words before and behind the name of the provider, who refuses.
    decline: [&'static str; 2],
    pub(super) leave: &'static str,
    pay: &'static str,
    pay_elsewhere: &'static str,
    pub(super) or_let_it_expire: &'static str,
    transfer: &'static str,
    bill: &'static str,
    counter: &'static str,
    secure: &'static str,
    pub(super) card: &'static str,
    pub(super) password: &'static str,
    /// Stands before the password.
    pub(super) password_hint: &'static str,
    pub(super) confirm: &'static str,
    pub(super) waiting_for_bank: &'static str,
    pub(super) shop_is_told: &'static str,
    bank_page: &'static str,
    scan: &'static str,
    wallet: &'static str,
    prompt: &'static str,
    pub(super) bank: &'static str,
    pub(super) virtual_account: &'static str,
    pub(super) biller_code: &'static str,
    pub(super) bill_key: &'static str,
    pub(super) store: &'static str,
    pub(super) payment_code: &'static str,
    /// The customer's phone number or user id.
    pub(super) account: &'static str,
    pub(super) qr_code: &'static str,
    /// The title of the page that takes a number or a code.
    pub(super) atm: &'static str,
    pub(super) number_or_code: &'static str,
    pub(super) find: &'static str,
    pub(super) unknown_number: &'static str,
    pub(super) is_over: &'static str,
    pub(super) nothing_to_pay: &'static str,
    pub(super) back_to_shop: &'static str,
    pub(super) going_back: &'static str,
    pub(super) done: &'static str,
    pub(super) recorded: &'static str,
    pub(super) no_finish_url: &'static str,
    pub(super) set_it: &'static str,
    pub(super) settings: &'static str,
    pub(super) or_with: &'static str,
    pub(super) closed: &'static str,
    pub(super) closed_on_purpose: &'static str,
    pub(super) not_found: &'static str,
    pub(super) no_transaction: &'static str,
    pub(super) not_done: &'static str,
    pub(super) unknown_choice: &'static str,
    pub(super) choose_again: &'static str,
    months: [&'static str; 12],
    between_hours_and_minutes: char,
    settled: &'static str,
    reserved: &'static str,
    denied: &'static str,
    cancelled: &'static str,
    expired: &'static str,
    refunded: &'static str,
    partly_refunded: &'static str,
}

impl Words {
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Indonesian => &INDONESIAN,
            Language::English => &ENGLISH,
        }
    }

    /// The notice that the page is not the provider's own and that no money moves.
    pub(super) fn no_real_money(&self, name: Option<&str>) -> String {
        let [before, behind] = self.not_the_page_of;
        let page = name.map(|name| format!("{before}{name}{behind}"));
        format!("{}{}", page.unwrap_or_default(), self.no_real_money)
    }

    /// The text of a button. A declining button names the provider, who refuses; the customer only
    /// leaves.
    pub(super) fn choice(&self, choice: Choice, checkout: &Checkout) -> String {
        match choice {
            Choice::Approve => match checkout.page {
                PayPage::Redirect | PayPage::Wallet { .. } | PayPage::Prompt { .. } => self.approve,
                _ => self.pay,
            }
            .to_owned(),
            Choice::OtherWallet => self.pay_elsewhere.to_owned(),
            Choice::Decline => self.decline(&checkout.name),
            Choice::Leave => self.leave.to_owned(),
        }
    }

    fn decline(&self, name: &str) -> String {
        let [before, behind] = self.decline;
        format!("{before}{name}{behind}")
    }

    /// The kind of payment that a page takes.
    pub(super) const fn kind(&self, checkout: &Checkout) -> &'static str {
        match checkout.page {
            PayPage::Redirect => match checkout.payment_type {
                PaymentType::Akulaku | PaymentType::Kredivo => "PayLater",
                _ => self.bank_page,
            },
            PayPage::Authentication { .. } => self.secure,
            PayPage::Scan { .. } => self.scan,
            PayPage::Wallet { .. } => self.wallet,
            PayPage::Prompt { .. } => self.prompt,
            PayPage::Number { .. } => self.transfer,
            PayPage::Bill { .. } => self.bill,
            PayPage::Code { .. } => self.counter,
        }
    }

    /// The text of a transaction status; for a status that no page has a text for, the status
    /// itself.
    pub(super) fn status<'a>(&'a self, status: &'a TransactionStatus) -> &'a str {
        match status {
            TransactionStatus::Settlement | TransactionStatus::Capture => self.settled,
            TransactionStatus::Authorize => self.reserved,
            TransactionStatus::Deny => self.denied,
            TransactionStatus::Cancel => self.cancelled,
            TransactionStatus::Expire => self.expired,
            TransactionStatus::Refund => self.refunded,
            TransactionStatus::PartialRefund => self.partly_refunded,
            other => other.as_str(),
        }
    }

    /// The time by which a customer has to pay, to the second where a prompt waits for a minute.
    pub(super) fn deadline(&self, checkout: &Checkout) -> String {
        let text = self.time(checkout.expires);
        let at = checkout.expires.to_string();
        match (&checkout.page, at.get(17..), text.strip_suffix(" WIB")) {
            (PayPage::Prompt { .. }, Some(seconds), Some(minute)) => {
                format!("{minute}{}{seconds} WIB", self.between_hours_and_minutes)
            }
            _ => text,
        }
    }

    /// The time to the minute, as people write it.
    pub(super) fn time(&self, at: WibTime) -> String {
        let text = at.to_string();
        let month = number(text.get(5..7)).and_then(|month| self.months.get(month.checked_sub(1)?));
        match (
            number(text.get(8..10)),
            month,
            text.get(..4),
            text.get(11..13),
            text.get(14..16),
        ) {
            (Some(day), Some(month), Some(year), Some(hours), Some(minutes)) => {
                format!(
                    "{day} {month} {year}, {hours}{}{minutes} WIB",
                    self.between_hours_and_minutes
                )
            }
            _ => format!("{text} WIB"),
        }
    }
}

fn number(digits: Option<&str>) -> Option<usize> {
    digits.and_then(|digits| digits.parse().ok())
}

const INDONESIAN: Words = Words {
    language_name: "Bahasa Indonesia",
    choose_language: "Bahasa",
    simulated: "Simulasi.",
    not_the_page_of: ["Ini bukan halaman resmi ", ". "],
    card_bank: "bank penerbit kartu",
    no_real_money: "Tidak ada uang sungguhan yang dipakai.",
    amount: "Total pembayaran",
    order: "Pesanan",
    pay_before: "Bayar sebelum",
    items: "Rincian",
    your_choice: "Pilihan Anda",
    approve: "Setujui dan bayar",
    decline: ["Simulasikan: ditolak ", ""],
    leave: "Kembali tanpa membayar",
    pay: "Bayar",
    pay_elsewhere: "Bayar dengan bank atau dompet lain",
    or_let_it_expire: "Tanpa pembayaran, transaksi ini kedaluwarsa pada waktunya.",
    transfer: "Transfer ke virtual account",
    bill: "Pembayaran tagihan",
    counter: "Pembayaran di kasir",
    secure: "3-D Secure: halaman bank penerbit kartu",
    card: "Nomor kartu",
    password: "Kata sandi dari bank",
    password_hint: "Kata sandi semua kartu uji:",
    confirm: "Konfirmasi",
    waiting_for_bank: "Bank belum memberi jawaban. Toko akan diberi tahu.",
    shop_is_told: "Toko sudah diberi tahu. Anda boleh menutup halaman ini.",
    bank_page: "Halaman bank",
    scan: "Kode QR",
    wallet: "Dompet digital",
    prompt: "Konfirmasi di aplikasi",
    bank: "Bank",
    virtual_account: "Nomor virtual account",
    biller_code: "Kode perusahaan",
    bill_key: "Nomor tagihan",
    store: "Toko",
    payment_code: "Kode pembayaran",
    account: "Nomor ponsel atau user ID",
    qr_code: "Kode QR pembayaran ini",
    atm: "ATM, kasir, dan pemindai",
    number_or_code: "Nomor virtual account, nomor tagihan, kode pembayaran, atau isi atau alamat gambar kode QR",
    find: "Lanjut",
    unknown_number: "Tidak ada transaksi dengan nomor atau kode ini.",
    is_over: "Transaksi ini sudah selesai:",
    nothing_to_pay: "Tidak ada lagi yang perlu dibayar.",
    back_to_shop: "Kembali ke toko",
    going_back: "Anda akan kembali ke toko.",
    done: "Selesai",
    recorded: "Pilihan Anda sudah dicatat.",
    no_finish_url: "Toko ini belum mengatur finish URL, jadi tidak ada halaman tujuan.",
    set_it: "Atur di",
    settings: "pengaturan simulator",
    or_with: "atau dengan",
    closed: "Pelanggan menutup halaman ini dan tidak kembali ke toko.",
    closed_on_purpose: "Gangguan ini memang diminta dari simulator.",
    not_found: "Tidak ditemukan",
    no_transaction: "Transaksi ini tidak ada di simulator.",
    not_done: "Belum diproses",
    unknown_choice: "Formulir ini tidak berisi pilihan yang dikenal. Yang dikenal:",
    choose_again: "Kembali ke halaman pembayaran",
    months: [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    between_hours_and_minutes: '.',
    settled: "sudah dibayar",
    reserved: "dana ditahan",
    denied: "ditolak",
    cancelled: "dibatalkan",
    expired: "kedaluwarsa",
    refunded: "uang dikembalikan",
    partly_refunded: "sebagian uang dikembalikan",
};

const ENGLISH: Words = Words {
    language_name: "English",
    choose_language: "Language",
    simulated: "Simulated.",
    not_the_page_of: ["This is not ", "'s own page. "],
    card_bank: "the card's bank",
    no_real_money: "No real money moves.",
    amount: "Amount to pay",
    order: "Order",
    pay_before: "Pay before",
    items: "Items",
    your_choice: "Your choice",
    approve: "Approve and pay",
    decline: ["Simulate: ", " declines"],
    leave: "Go back without paying",
    pay: "Pay",
    pay_elsewhere: "Pay with another bank or wallet",
    or_let_it_expire: "Without a payment, the transaction expires at its time.",
    transfer: "Transfer to a virtual account",
    bill: "Bill payment",
    counter: "Payment at the counter",
    secure: "3-D Secure: the page of the card's bank",
    card: "Card number",
    password: "Password from your bank",
    password_hint: "The password of every test card:",
    confirm: "Confirm",
    waiting_for_bank: "The bank has not answered yet. The shop will be told.",
    shop_is_told: "The shop has been told. You may close this page.",
    bank_page: "Bank page",
    scan: "QR code",
    wallet: "E-wallet",
    prompt: "Confirmation in the app",
    bank: "Bank",
    virtual_account: "Virtual account number",
    biller_code: "Biller code",
    bill_key: "Bill key",
    store: "Store",
    payment_code: "Payment code",
    account: "Phone number or user id",
    qr_code: "QR code of this payment",
    atm: "ATM, counter and scanner",
    number_or_code: "Virtual account number, bill key, payment code, or a QR code's text or image address",
    find: "Continue",
    unknown_number: "No transaction has this number or code.",
    is_over: "This transaction is over:",
    nothing_to_pay: "There is nothing left to pay.",
    back_to_shop: "Back to the shop",
    going_back: "You are going back to the shop.",
    done: "Done",
    recorded: "Your choice was recorded.",
    no_finish_url: "The finish URL is not set, so there is no shop to go back to.",
    set_it: "Set it in the",
    settings: "simulator's settings",
    or_with: "or with",
    closed: "The customer closed this page and does not come back to the shop.",
    closed_on_purpose: "The simulator was asked for this fault.",
    not_found: "Not found",
    no_transaction: "There is no such transaction at this simulator.",
    not_done: "Not done",
    unknown_choice: "The form has no choice that this page knows. These are known:",
    choose_again: "Back to the pay page",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    between_hours_and_minutes: ':',
    settled: "paid",
    reserved: "reserved",
    denied: "declined",
    cancelled: "cancelled",
    expired: "expired",
    refunded: "refunded",
    partly_refunded: "partly refunded",
};

#[cfg(test)]
mod tests;
