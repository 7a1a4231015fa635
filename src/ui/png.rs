//! Pictures as PNG, drawn from their SVG with the fonts of `assets/fonts`, so that they look alike on every machine.

use std::sync::{Arc, LazyLock};

use read_fonts::{FontRef, TableProvider};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{Options, Tree};

const FONTS: [&[u8]; 3] = [
    include_bytes!("../../assets/fonts/mono.ttf"),
    include_bytes!("../../assets/fonts/mono-bold.ttf"),
    include_bytes!("../../assets/fonts/han.ttf"),
];
const FAMILY: &str = "DejaVu Sans Mono";

/// The longest side in pixels: more would be gigabytes of picture.
const LONGEST: f32 = 30_000.0;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// The drawing is no SVG.
    #[error("the drawing cannot be read: {0}")]
    Drawing(#[from] resvg::usvg::Error),
    /// The picture would be too large.
    #[error("a picture of {0} × {1} pixels is too large: choose a smaller scale, or SVG")]
    TooLarge(u32, u32),
    /// It could not be packed.
    #[error("the picture cannot be packed: {0}")]
    Packing(String),
}

/// A drawing as PNG, with so many pixels to each of its units.
///
/// # Errors
/// Where `svg` is none, or the picture would be too large.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, PngError> {
    static OURS: LazyLock<Arc<Database>> = LazyLock::new(|| Arc::new(ours()));
    // Reading the machine's fonts takes a while, and is seldom needed.
    let fonts = if svg.chars().all(|c| c.is_ascii() || covers(c)) {
        Arc::clone(&OURS)
    } else {
        let mut all = Database::clone(&OURS);
        all.load_system_fonts();
        Arc::new(all)
    };
    let options = Options { fontdb: fonts, font_family: FAMILY.to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options)?;
    let size = tree.size().scale_by(scale).filter(|size| size.width().max(size.height()) <= LONGEST);
    let (width, height) = (tree.size().width() * scale, tree.size().height() * scale);
    let size = size.map(|size| size.to_int_size());
    let pixels = size.and_then(|size| Pixmap::new(size.width(), size.height()));
    let mut pixels = pixels.ok_or(PngError::TooLarge(width as u32, height as u32))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| PngError::Packing(error.to_string()))
}

fn ours() -> Database {
    let mut fonts = Database::new();
    for font in FONTS {
        fonts.load_font_source(Source::Binary(Arc::new(font)));
    }
    fonts.set_monospace_family(FAMILY);
    fonts
}

/// Whether one of our fonts has a glyph for a character.
fn covers(c: char) -> bool {
    let has =
        |font: &[u8]| FontRef::new(font).and_then(|font| font.cmap()).is_ok_and(|cmap| cmap.map_codepoint(c).is_some());
    FONTS.into_iter().any(has)
}

#[cfg(test)]
mod tests {
    use super::{covers, png};
    use crate::app::{Action, Language, Word};
    use crate::tape::vocabulary;

    /// A text in the middle of a white ground, and the dark pixels of the picture of it.
    fn ink(text: &str) -> usize {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 20\"><rect width=\"100%\" height=\"100%\" \
             fill=\"#ffffff\"/><text x=\"4\" y=\"15\" font-size=\"14\" fill=\"#000000\">{text}</text></svg>"
        );
        let bytes = png(&svg, 2.0).expect("a picture");
        let picture = resvg::tiny_skia::Pixmap::decode_png(&bytes).expect("a PNG");
        assert_eq!((picture.width(), picture.height()), (200, 40));
        picture.pixels().iter().filter(|pixel| pixel.red() < 128).count()
    }

    #[test]
    fn text_becomes_pixels() {
        assert_eq!(ink(""), 0);
        for text in ["token", "词元", "│╌∷"] {
            assert!(ink(text) > 40, "{text}: {}", ink(text));
        }
        assert!(ink("tokens") > ink("token"));
    }

    #[test]
    fn every_character_of_the_interface_has_a_glyph() {
        let mut text = String::new();
        for language in [Language::En, Language::Zh] {
            text.extend(Word::ALL.iter().map(|word| word.text(language)));
            text.extend(Action::ALL.iter().map(|action| action.help(language)));
        }
        text.extend(vocabulary::ALL.iter().map(|name| name.zh));
        let missing: String = text.chars().filter(|&c| !covers(c)).collect();
        assert_eq!(missing, "");
    }

    #[test]
    fn what_is_no_drawing_or_too_large_is_refused() {
        assert!(png("<svg", 1.0).is_err());
        let huge = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 90000 10\"/>";
        assert!(png(huge, 1.0).expect_err("too large").to_string().contains("90000"));
    }
}
