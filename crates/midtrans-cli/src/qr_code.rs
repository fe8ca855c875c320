//! A QR code on a terminal.

use qrcode::{Color, EcLevel, QrCode};

/// The white border that scanners need, in modules.
const BORDER: usize = 4;

/// Draws a text as a QR code, two rows of modules in a line; `None` where it is too long for one.
///
/// Black on white whatever the terminal's colours are: few apps read a code that is inverted.
pub(crate) fn drawn(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let width = code.width();
    let colors = code.to_colors();
    let is_dark = |x: usize, y: usize| {
        let (x, y) = (x.checked_sub(BORDER), y.checked_sub(BORDER));
        let inside = x.zip(y).filter(|(x, y)| *x < width && *y < width);
        inside.is_some_and(|(x, y)| colors[y * width + x] == Color::Dark)
    };
    let size = width + 2 * BORDER;
    let line = |y: usize| {
        let halves = (0..size).map(|x| match (is_dark(x, y), is_dark(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        });
        format!("\u{1b}[30;107m{}\u{1b}[0m\n", halves.collect::<String>())
    };
    Some((0..size).step_by(2).map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_black_on_white_with_its_finder_patterns_and_a_border() {
        let drawn = drawn("00020101021226").unwrap();
        let lines: Vec<&str> = drawn.lines().collect();
        // Version 1 has 21 modules and 4 of border at each side.
        assert_eq!(lines.len(), 15);
        assert!(lines[0].contains(&" ".repeat(29)), "{drawn}");
        assert!(lines[2].starts_with("\u{1b}[30;107m    █▀▀▀▀▀█"), "{drawn}");
        assert!(super::drawn(&"x".repeat(5_000)).is_none());
    }
}
