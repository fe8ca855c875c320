//! A payment type, as it is typed.

use midtrans_protocol::method::PaymentType;

/// Reads the gateway's name of a payment method, also of one that this version does not know.
pub(crate) fn read(text: &str) -> Result<PaymentType, &'static str> {
    let is_of_a_name =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if (1..=50).contains(&text.len()) && text.bytes().all(is_of_a_name) {
        Ok(PaymentType::from(text))
    } else {
        Err("expected the gateway's name of a payment method, such as bank_transfer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_the_gateway_may_have_is_read_and_nothing_else() {
        for name in ["gopay", "bank_transfer", "method_of_2030"] {
            assert_eq!(read(name).unwrap().as_str(), name);
        }
        for wrong in ["", "GoPay", "go-pay", "SB-Mid-server-x", &"x".repeat(51)] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
