//! The page where a customer links a GoPay account.

use maud::{Markup, html};

use super::{Language, page};
use crate::gateway::pay_accounts::LinkPage;

pub(crate) fn linking(account: &LinkPage, action: &str, language: Language) -> Markup {
    let words = LinkWords::of(language);
    let content = html! {
        p { (words.ask) }
        dl {
            dt { (words.phone) }
            dd { (account.masked_phone) }
            dt { (words.status) }
            dd { code { (account.status) } }
        }
        @if account.is_open {
            form method="post" action=(action) {
                button.approve type="submit" name="choice" value="approve" { (words.confirm) }
                button.decline type="submit" name="choice" value="decline" { (words.refuse) }
            }
        } @else {
            p.over role="status" { (words.decided) }
        }
    };
    page(language, words.title, &content)
}

/// One language's texts.
pub(super) struct LinkWords {
    pub(super) title: &'static str,
    pub(super) ask: &'static str,
    pub(super) phone: &'static str,
    status: &'static str,
    pub(super) confirm: &'static str,
    pub(super) refuse: &'static str,
    decided: &'static str,
}

impl LinkWords {
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Indonesian => &INDONESIAN,
            Language::English => &ENGLISH,
        }
    }
}

const INDONESIAN: LinkWords = LinkWords {
    title: "Hubungkan GoPay",
    ask: "Toko ini ingin menggunakan akun GoPay Anda untuk pembayaran.",
    phone: "Nomor telepon",
    status: "Status akun",
    confirm: "Hubungkan",
    refuse: "Tolak",
    decided: "Tidak ada lagi yang perlu dilakukan di sini.",
};

const ENGLISH: LinkWords = LinkWords {
    title: "Link GoPay",
    ask: "This shop would like to use your GoPay account for payments.",
    phone: "Phone number",
    status: "Account status",
    confirm: "Link the account",
    refuse: "Refuse",
    decided: "There is nothing left to do here.",
};
