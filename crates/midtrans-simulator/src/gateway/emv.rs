//! The text of a QRIS code: data objects of EMV, a tag, a length and a value each, and a check sum
//! at the end. The objects and their order are those of the gateway's sample.
//! ([QRIS](https://docs.midtrans.com/reference/qris))

use midtrans_protocol::Rupiah;

/// The network that owns a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    pub(super) domain: &'static str,
    /// The first digits of the merchant's account number: 9360 and the company's code.
    pub(super) prefix: &'static str,
}

pub(super) const GOPAY: Network = Network {
    domain: "COM.GO-JEK.WWW",
    prefix: "93600914",
};

pub(super) const SHOPEE: Network = Network {
    domain: "ID.CO.SHOPEE.WWW",
    prefix: "93600918",
};

/// Returns the text of a code for one payment. `bill` is its number, a UUID in the sample.
pub(super) fn text(network: Network, merchant_id: &str, amount: Rupiah, bill: &str) -> String {
    // Any text may be the merchant's id, and a length has two digits.
    let id: String = merchant_id
        .chars()
        .filter(|letter| letter.is_ascii() && !letter.is_ascii_control())
        .take(15)
        .collect();
    let account = format!("{}0000000000", network.prefix);
    let owner = [
        ("00", network.domain),
        ("01", &account),
        ("02", &id),
        ("03", SIZE),
    ];
    let switch = [("00", "ID.CO.QRIS.WWW"), ("02", NATIONAL_ID), ("03", SIZE)];
    let amount = format!("{}.00", amount.get());
    let objects = [
        ("00", "01"),
        // A code that is paid once.
        ("01", "12"),
        ("26", &objects(&owner)),
        ("51", &objects(&switch)),
        ("52", "5399"),
        ("53", "360"),
        ("58", "ID"),
        ("59", "TOKO SIMULASI"),
        ("60", "JAKARTA"),
        ("61", "10110"),
        ("54", &amount),
        ("62", &objects(&[("50", bill), ("07", "A01")])),
    ];
    // The check sum is also over its own tag and length.
    let text = self::objects(&objects) + "6304";
    let sum = check_sum(text.as_bytes());
    format!("{text}{sum:04X}")
}

fn objects(objects: &[(&str, &str)]) -> String {
    let texts = objects
        .iter()
        .map(|(tag, value)| format!("{tag}{:02}{value}", value.len()));
    texts.collect()
}

/// CRC-16/CCITT-FALSE: polynomial 0x1021, from 0xFFFF, unreflected.
fn check_sum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte) << 8, |sum: u16, _| {
            let shifted = sum << 1;
            if sum & 0x8000 == 0 {
                shifted
            } else {
                shifted ^ 0x1021
            }
        })
    })
}

/// The size of the merchant's business: medium.
const SIZE: &str = "UME";
const NATIONAL_ID: &str = "ID1020000000000";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_sum_is_that_of_known_answers() {
        assert_eq!(check_sum(b"123456789"), 0x29b1);
        let sample = "00020101021226620014COM.GO-JEK.WWW011993600914337918182570210G3791818250303UKE\
            51440014ID.CO.QRIS.WWW0215AID7720513752290303UKE5204359353033605802ID5910PAPI LIVE2\
            6005KUKAR6105755535409100000.0062475036b1855b6c-70ab-4449-9778-61b8ffe43fd20703A016304";
        assert_eq!(check_sum(sample.as_bytes()), 0xc385, "the gateway's own");
    }

    #[test]
    fn a_text_has_its_objects_and_their_lengths() {
        let text = text(GOPAY, "G000000000", Rupiah::new(44_000), "bill-1");
        let begin = "00020101021226610014COM.GO-JEK.WWW0118936009140000000000";
        assert!(text.starts_with(begin), "{text}");
        assert!(text.contains("540844000.00"), "{text}");
        assert!(text.contains("62175006bill-10703A01"), "{text}");
        let odd = super::text(SHOPEE, "é\n1234567890123456", Rupiah::new(1), "b");
        assert!(odd.contains("0215123456789012345"), "{odd}");
    }
}
