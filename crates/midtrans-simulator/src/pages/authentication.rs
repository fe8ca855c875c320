//! The page of a card's bank (3-D Secure). Like Snap's page, and no other, it may stand in a frame
//! of any shop's page, and a script tells that page what came of it.

use maud::{Markup, html};

use super::words::Words;
use super::{Language, SUBMIT_PATH, page};
use crate::gateway::Choice;

/// The script that tells the page around.
pub(crate) const TELL: &str = include_str!("tell.js");
pub(crate) const TELL_PATH: &str = "/simulator/tell.js";
/// A stand-in for the gateway's library for shops' pages. The path is the gateway's.
pub(crate) const LIBRARY: &str = include_str!("midtrans-new-3ds.js");
pub(crate) const LIBRARY_PATH: &str = "/v2/assets/js/midtrans-new-3ds.min.js";
/// The password of every test card.
/// ([Test cards](https://docs.midtrans.com/docs/testing-payment-on-sandbox))
pub(crate) const PASSWORD: &str = "112233";

/// The form of a card's bank. Where the bank asks for nothing, a script sends it.
pub(super) fn form(action: &str, asks_password: bool, is_waiting: bool, words: &Words) -> Markup {
    html! {
        @if is_waiting {
            p.over role="status" { (words.waiting_for_bank) }
        } @else if asks_password {
            form method="post" action=(action) {
                label for="otp" { (words.password) }
                input #otp name="otp" inputmode="numeric" autocomplete="one-time-code" required
                    aria-describedby="otp-hint";
                p.hint #otp-hint { (words.password_hint) " " code { (PASSWORD) } }
                button.approve #confirm type="submit" { (words.confirm) }
            }
        } @else {
            form #way-back method="post" action=(action) {
                input type="hidden" name="choice" value=(Choice::Approve.as_str());
                button.approve #confirm type="submit" { (words.confirm) }
            }
            script src=(SUBMIT_PATH) {}
        }
    }
}

/// The end of an authentication for which the shop's page waits around this one.
pub(crate) fn message(response: &str, language: Language) -> Markup {
    let words = Words::of(language);
    let content = html! {
        p role="status" { strong { (words.recorded) } }
        p { (words.shop_is_told) }
        script #told src=(TELL_PATH) data-response=(response) {}
    };
    page(language, words.done, &content)
}
