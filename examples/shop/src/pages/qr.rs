//! A QR code, drawn into the page: it needs no picture from elsewhere.

use maud::{Markup, PreEscaped, html};
use qrcode::{Color, EcLevel, QrCode};

/// The white border that scanners need, in modules.
const BORDER: usize = 4;

/// Draws a text as a QR code; `None` where it is too long for one.
pub(super) fn drawn(text: &str, label: &str) -> Option<Markup> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (at % width + BORDER, at / width + BORDER);
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    let size = width + 2 * BORDER;
    let (view, path) = (format!("0 0 {size} {size}"), PreEscaped(path));
    Some(html! {
        svg role="img" aria-label=(label) viewBox=(view) shape-rendering="crispEdges" {
            rect width=(size) height=(size) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_square_of_dark_modules_and_too_long_a_text_is_none() {
        let svg = drawn("00020101021226", "Pay").unwrap().into_string();
        // Version 1 has 21 modules, and a finder pattern in its corner.
        assert!(
            svg.contains(r#"viewBox="0 0 29 29""#) && svg.contains("M4 4h1v1h-1z"),
            "{svg}"
        );
        assert!(drawn(&"x".repeat(5_000), "Pay").is_none());
    }
}
