//! A browser without a window for tests: Node.js scripts drive a Chromium that is on the machine.
//!
//! ```no_run
//! use std::path::Path;
//!
//! use midtrans_browser_tests::Browser;
//! use serde_json::json;
//!
//! let Some(browser) = Browser::find_or_skip(Path::new("target/tmp"), "a test of a page") else { return };
//! let told = browser.walk("pay.mjs", &json!({ "visits": [] }));
//! ```
//!
//! The driver, `playwright-core`, and the accessibility checker, `axe-core`, come from npm in exact
//! versions, once, into a folder below `target`. The browser is the machine's own. Pictures of all
//! pages are in `target/tmp/browser/screenshots` afterwards.

mod browser;
mod programs;

pub use browser::Browser;
