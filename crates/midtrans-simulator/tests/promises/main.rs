//! The simulator's promises. The first modules need no sockets, the last ones do.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expects"
)]

mod accounts;
mod api_caller;
mod authentication;
mod b2b;
mod bi_snap;
mod card_banks;
mod card_captures;
mod card_client;
mod card_fields;
mod card_random;
mod card_secrets;
mod card_shapes;
mod card_state;
mod cards;
mod charging;
#[cfg(feature = "console")]
mod console;
#[cfg(feature = "console")]
mod console_commands;
#[cfg(feature = "console")]
mod console_guard;
#[cfg(feature = "console")]
mod console_json;
#[cfg(feature = "console")]
mod console_settings;
mod dashboard_urls;
mod delivery;
mod direct_debit;
mod faults;
mod fields;
mod finish;
#[cfg(feature = "console")]
mod hosts;
mod idempotency;
mod ids;
mod in_process;
mod invoices;
mod lifecycle;
mod linked_charges;
mod load;
#[cfg(feature = "state")]
mod losses;
mod method_checks;
mod methods;
mod misuse;
mod notification_faults;
mod notifications;
mod odd_bodies;
mod official_clients;
mod official_snap;
mod openapi;
mod operations_matrix;
mod other_pages;
mod pay_accounts;
mod payment_links;
mod qr_codes;
mod random;
mod records;
mod refunds;
mod retries;
mod sampled;
mod server;
mod shapes;
mod snap;
mod snap_cards;
mod snap_gopay;
mod snap_gopay_page;
mod snap_page;
mod snap_preferences;
mod snap_returns;
mod sockets;
#[cfg(feature = "state")]
mod state;
#[cfg(feature = "state")]
mod state_files;

mod subscription_charges;
mod subscriptions;
mod test_cards;
mod walk;
mod wallet_pages;
mod wallets;
