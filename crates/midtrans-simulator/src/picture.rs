//! Pictures of QR codes.

use png::{BitDepth, ColorType, Encoder};
use qrcode::{Color, EcLevel, QrCode};

/// Draws a QR code as a PNG, black on white with the margin that scanners need. `None` for a text
/// that no code holds.
pub(crate) fn draw(text: &str) -> Option<Vec<u8>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let modules = code.to_colors();
    let rows = modules.chunks(code.width()).map(row);
    let blank = vec![true; (code.width() + 2 * MARGIN) * SCALE];
    let margin = vec![blank; MARGIN * SCALE];
    let mut pixels = margin.clone();
    pixels.extend(rows.flat_map(|row| vec![row; SCALE]));
    pixels.extend(margin);

    let size = u32::try_from(pixels.len()).ok()?;
    let mut picture = Vec::new();
    let mut encoder = Encoder::new(&mut picture, size, size);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    let bytes: Vec<u8> = pixels.iter().flat_map(|row| packed(row)).collect();
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&bytes).ok()?;
    writer.finish().ok()?;
    Some(picture)
}

/// A row of pixels with its margins, true for white.
fn row(modules: &[Color]) -> Vec<bool> {
    let pixels = modules
        .iter()
        .flat_map(|module| [*module == Color::Light; SCALE]);
    let margin = [true; MARGIN * SCALE];
    margin.into_iter().chain(pixels).chain(margin).collect()
}

/// Eight pixels in a byte, the first in its highest bit.
fn packed(row: &[bool]) -> Vec<u8> {
    let bits = |eight: &[bool]| {
        let byte = eight.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
        byte << (8 - eight.len())
    };
    row.chunks(8).map(bits).collect()
}

/// Pixels of a module.
const SCALE: usize = 8;
/// Modules around the code: the standard asks for four.
const MARGIN: usize = 4;
