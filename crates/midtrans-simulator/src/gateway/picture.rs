//! The addresses of QR codes' pictures.

/// The addresses where the gateway has pictures, for the server. One sample has the version with
/// two slashes. ([GoPay](https://docs.midtrans.com/reference/gopay-1),
/// [QRIS](https://docs.midtrans.com/reference/qris))
pub(crate) const ROUTES: [&str; 4] = [
    "/v2/gopay/{id}/qr-code",
    "/v2/qris/{id}/qr-code",
    "/v4/qris/gopay/{id}/qr-code",
    "//v4/qris/gopay/{id}/qr-code",
];

/// The path of a picture: `group` is `gopay` or `qris`.
pub(super) fn path(group: &str, transaction_id: &str) -> String {
    format!("/v2/{group}/{transaction_id}/qr-code")
}

/// The path of a picture at the newer address of codes that are GoPay's.
pub(crate) fn newer_path(transaction_id: &str) -> String {
    format!("/v4/qris/gopay/{transaction_id}/qr-code")
}

/// The transaction whose picture has this address, whatever its host.
pub(super) fn transaction_of(address: &str) -> Option<&str> {
    let path = address.split(['?', '#']).next()?;
    let mut segments = path.rsplit('/');
    let is_picture = segments.next() == Some("qr-code");
    let id = segments.next().filter(|id| is_picture && !id.is_empty())?;
    matches!(segments.next(), Some("gopay" | "qris")).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_picture_names_its_transaction() {
        for (address, id) in [
            ("http://127.0.0.1:8180/v2/qris/t-1/qr-code", Some("t-1")),
            (
                "https://api.midtrans.com//v4/qris/gopay/t-1/qr-code?x=/",
                Some("t-1"),
            ),
            ("/v2/gopay/t-1/qr-code#a", Some("t-1")),
            ("/v2/t-1/qr-code", None),
            ("/v2/qris//qr-code", None),
            ("t-1", None),
        ] {
            assert_eq!(transaction_of(address), id, "{address}");
        }
        assert_eq!(transaction_of(&path("qris", "t-1")), Some("t-1"));
        assert_eq!(transaction_of(&newer_path("t-1")), Some("t-1"));
    }
}
