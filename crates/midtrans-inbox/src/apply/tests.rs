//! The consequences of answers, one promise a test.

mod lagging;
mod never_charged;
mod pages;
mod reversing;
mod telling;
mod twice;
