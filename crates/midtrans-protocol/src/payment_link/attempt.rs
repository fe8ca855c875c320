//! The order ids of the attempts to pay by a link.

use crate::OrderId;

/// Returns whether a transaction of this order id is an attempt to pay by the link: the link's order
/// id and one or two numbers of seconds and milliseconds, such as `link-9001-1772450012986`.
///
/// The suffix is not documented in full, so a shop may also put its own id into a custom field,
/// which notifications echo.
///
/// ```
/// use midtrans_protocol::OrderId;
/// use midtrans_protocol::payment_link::is_attempt_of;
///
/// let link = OrderId::new("link-9001")?;
/// assert!(is_attempt_of(&link, "link-9001-1772450000-1772450012986"));
/// assert!(!is_attempt_of(&link, "link-90011-1772450012986"));
/// assert!(!is_attempt_of(&link, "link-9001-2"));
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[must_use]
pub fn is_attempt_of(link: &OrderId, order_id: &str) -> bool {
    let suffix = order_id
        .strip_prefix(link.as_str())
        .and_then(|rest| rest.strip_prefix('-'));
    // Times since 2001 have ten digits in seconds and thirteen in milliseconds.
    let is_time = |part: &str| {
        (10..=13).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    suffix.is_some_and(|suffix| match suffix.split_once('-') {
        None => is_time(suffix),
        Some((seconds, milliseconds)) => is_time(seconds) && is_time(milliseconds),
    })
}
