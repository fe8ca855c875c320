//! Times, buttons and statuses in both languages.

use super::*;

#[test]
fn times_are_written_as_people_write_them() {
    let at = "2026-11-04 09:05:59".parse().unwrap();
    assert_eq!(
        Words::of(Language::Indonesian).time(at),
        "4 November 2026, 09.05 WIB"
    );
    assert_eq!(
        Words::of(Language::English).time("2026-05-22 21:00:00".parse().unwrap()),
        "22 May 2026, 21:00 WIB"
    );
}

#[test]
fn the_button_says_who_refuses_and_the_page_whose_it_is_not() {
    assert_eq!(
        INDONESIAN.decline("Akulaku"),
        "Simulasikan: ditolak Akulaku"
    );
    assert_eq!(ENGLISH.decline("Kredivo"), "Simulate: Kredivo declines");
    let page = INDONESIAN.no_real_money(Some("Kredivo"));
    assert_eq!(
        page,
        "Ini bukan halaman resmi Kredivo. Tidak ada uang sungguhan yang dipakai."
    );
    assert_eq!(ENGLISH.no_real_money(None), "No real money moves.");
}

#[test]
fn a_status_without_a_name_is_shown_as_it_is() {
    assert_eq!(
        INDONESIAN.status(&TransactionStatus::Settlement),
        "sudah dibayar"
    );
    assert_eq!(ENGLISH.status(&TransactionStatus::Chargeback), "chargeback");
}
