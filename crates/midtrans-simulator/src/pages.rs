//! Pay pages in the browser. They work without JavaScript; whatever a merchant put into an order is escaped.

use maud::{DOCTYPE, Markup, html};
use midtrans_protocol::{Rupiah, TransactionStatus};

use crate::gateway::{Checkout, Choice};

pub(crate) const STYLE: &str = include_str!("pages/page.css");
pub(crate) const STYLE_PATH: &str = "/simulator/page.css";
pub(crate) const SUBMIT: &str = include_str!("pages/submit.js");
pub(crate) const SUBMIT_PATH: &str = "/simulator/submit.js";

/// The page that `redirect_url` leads to. `action` is its own address: the form comes back there.
pub(crate) fn checkout(checkout: &Checkout, action: &str) -> Markup {
    let provider = checkout.provider;
    let content = html! {
        p { "Total pembayaran " span lang="en" { "Amount to pay" } }
        p.amount { (checkout.amount) }
        dl {
            dt { "Pesanan " span lang="en" { "Order" } }
            dd { (checkout.order_id) }
            dt { "Bayar sebelum " span lang="en" { "Pay before" } }
            dd { (checkout.expires) " WIB" }
        }
        @if !checkout.items.is_empty() {
            ul {
                @for item in &checkout.items {
                    li { span { (item.quantity) " × " (item.name) } span { (signed(item.price)) } }
                }
            }
        }
        @if checkout.status == TransactionStatus::Pending {
            (choices(action))
        } @else {
            p role="status" {
                "Transaksi ini sudah selesai: " strong { (checkout.status) } "."
                span lang="en" { "This transaction is over; nothing can be paid any more." }
            }
            form method="post" action=(action) { (leave("Kembali ke toko", "Back to the shop")) }
        }
    };
    page(provider.name(), provider.as_str(), &content)
}

/// Sends the browser back to the shop with a form, as Akulaku does.
pub(crate) fn form_back(action: &str, response: &str, callback_key: &str) -> Markup {
    let content = html! {
        p { "Anda akan kembali ke toko." span lang="en" { "You are going back to the shop." } }
        form #way-back method="post" action=(action) {
            input type="hidden" name="response" value=(response);
            input type="hidden" name="callback_key" value=(callback_key);
            button.approve {
                strong { "Kembali ke toko" }
                span lang="en" { "Back to the shop" }
            }
        }
        script src=(SUBMIT_PATH) {}
    };
    page("Akulaku", "akulaku", &content)
}

/// Where the customer would go back if the merchant had said where.
pub(crate) fn no_finish_url() -> Markup {
    let content = html! {
        p { "Pilihan Anda sudah dicatat. Toko ini belum mengatur Finish Redirect URL." }
        p lang="en" {
            "Your choice was recorded. The finish URL is not set, so there is no shop to go back to: set it with "
            code { "--finish-url" } " or in the program that started the simulator."
        }
    };
    page("Selesai", "neutral", &content)
}

/// Where a browser stays that is not to come back to the shop.
pub(crate) fn closed() -> Markup {
    let content = html! {
        p { "Pelanggan menutup halaman ini dan tidak kembali ke toko." }
        p lang="en" { "The customer closed this page and does not come back to the shop: a fault that was asked for." }
    };
    page("Selesai", "neutral", &content)
}

/// No such transaction, or a form that says nothing.
pub(crate) fn nothing_here() -> Markup {
    let content = html! {
        p { "Transaksi tidak ditemukan." }
        p lang="en" { "There is no such transaction at this simulator." }
    };
    page("Tidak ditemukan", "neutral", &content)
}

fn choices(action: &str) -> Markup {
    html! {
        form method="post" action=(action) {
            button.approve type="submit" name="choice" value=(Choice::Approve.as_str()) {
                strong { "Setujui dan bayar" }
                span lang="en" { "Approve and pay" }
            }
            button.decline type="submit" name="choice" value=(Choice::Decline.as_str()) {
                strong { "Tolak pembayaran" }
                span lang="en" { "Decline the payment" }
            }
            (leave("Kembali tanpa membayar", "Go back without paying"))
        }
    }
}

fn leave(indonesian: &str, english: &str) -> Markup {
    html! {
        button.leave type="submit" name="choice" value=(Choice::Leave.as_str()) {
            strong { (indonesian) }
            span lang="en" { (english) }
        }
    }
}

fn page(title: &str, class: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="id" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) " (simulasi)" }
                link rel="stylesheet" href=(STYLE_PATH);
            }
            body class=(class) {
                main {
                    p.simulated {
                        "Simulasi: tidak ada uang sungguhan, dan ini bukan halaman penyedia."
                        span lang="en" { "Simulated: no real money, and not the provider's own page." }
                    }
                    header {
                        h1 { (title) }
                        @if class != "neutral" { p { "Bayar nanti " span lang="en" { "Pay later" } } }
                    }
                    (content)
                }
            }
        }
    }
}

fn signed(price: i64) -> String {
    let sign = if price < 0 { "−" } else { "" };
    format!("{sign}{}", Rupiah::new(price.unsigned_abs()))
}
