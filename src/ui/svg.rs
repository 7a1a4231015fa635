//! A drawn screen as an SVG picture: the same cells, for a page or a slide.

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

mod strokes;

use super::text;

/// Width and height of a cell, and where text stands in it.
const CELL: (f32, f32) = (8.4, 17.0);
const BASELINE: f32 = 12.8;
const FONT: &str = "'DejaVu Sans Mono', Menlo, Consolas, monospace";

/// The ground and the ink of cells that leave theirs to the terminal.
#[derive(Clone, Copy, Debug)]
pub struct Ground {
    /// Behind everything.
    pub paper: &'static str,
    /// Of plain text.
    pub ink: &'static str,
}

impl Ground {
    /// The ground that the dark theme is made for.
    pub const DARK: Ground = Ground { paper: "#101418", ink: "#d8dee9" };
    /// The ground that the light theme is made for.
    pub const LIGHT: Ground = Ground { paper: "#ffffff", ink: "#1c2733" };
}

/// The picture of a buffer.
pub fn svg(buffer: &Buffer, ground: Ground) -> String {
    let area = buffer.area;
    let (width, height) = (f32::from(area.width) * CELL.0, f32::from(area.height) * CELL.1);
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" font-family=\"{FONT}\" \
         font-size=\"14\"><rect width=\"100%\" height=\"100%\" fill=\"{}\"/>",
        ground.paper
    );
    for y in area.y..area.bottom() {
        let row: Vec<&Cell> = (area.x..area.right()).map(|x| &buffer[(x, y)]).collect();
        let top = f32::from(y - area.y) * CELL.1;
        grounds(&mut out, &row, top, ground);
        words(&mut out, &row, top, ground);
    }
    out.push_str("</svg>\n");
    out
}

fn hex(colour: Color) -> Option<String> {
    match colour {
        Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        _ => None,
    }
}

/// Ink and paper of a cell, turned round where it is shown in reverse.
fn colours(cell: &Cell, ground: Ground) -> (String, Option<String>) {
    let ink = hex(cell.fg).unwrap_or_else(|| ground.ink.to_owned());
    let paper = hex(cell.bg);
    if cell.modifier.contains(Modifier::REVERSED) {
        return (paper.unwrap_or_else(|| ground.paper.to_owned()), Some(ink));
    }
    (ink, paper)
}

fn rect(out: &mut String, x: f32, y: f32, width: f32, height: f32, fill: &str) {
    // A little wider than the cell: neighbours must not leave a hairline between them.
    let _ = writeln!(
        out,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{fill}\"/>",
        width + 0.3,
        height + 0.3
    );
}

/// Runs of cells with one ground as one rectangle.
fn grounds(out: &mut String, row: &[&Cell], top: f32, ground: Ground) {
    let mut start = 0;
    while start < row.len() {
        let paper = colours(row[start], ground).1;
        let end = (start..row.len()).find(|&x| colours(row[x], ground).1 != paper).unwrap_or(row.len());
        if let Some(paper) = paper {
            rect(out, start as f32 * CELL.0, top, (end - start) as f32 * CELL.0, CELL.1, &paper);
        }
        start = end;
    }
}

/// Half and whole blocks are rectangles, whatever a font would make of them: left, top, width, height in cells.
fn block(symbol: &str) -> Option<(f32, f32, f32, f32)> {
    match symbol {
        "▀" => Some((0.0, 0.0, 1.0, 0.5)),
        "▄" => Some((0.0, 0.5, 1.0, 0.5)),
        "█" => Some((0.0, 0.0, 1.0, 1.0)),
        "▌" => Some((0.0, 0.0, 0.5, 1.0)),
        "▐" => Some((0.5, 0.0, 0.5, 1.0)),
        _ => None,
    }
}

/// Each word stands at its own place, so that a font that is a little too wide or narrow moves nothing else.
fn words(out: &mut String, row: &[&Cell], top: f32, ground: Ground) {
    let mut x = 0;
    while x < row.len() {
        let symbol = row[x].symbol();
        let ink = colours(row[x], ground).0;
        if let Some((left, above, width, height)) = block(symbol) {
            let cell_x = x as f32 * CELL.0;
            rect(out, cell_x + left * CELL.0, top + above * CELL.1, width * CELL.0, height * CELL.1, &ink);
            x += 1;
        } else if let Some(lines) = strokes::of(symbol) {
            lines.draw(out, (x as f32 * CELL.0, top), &ink);
            x += 1;
        } else if symbol.trim().is_empty() {
            x += 1;
        } else {
            let end = word_end(row, x, ground);
            let written: String = row[x..end].iter().map(|cell| cell.symbol()).collect();
            let columns = if end == x + 1 { text::width(symbol).max(1) } else { end - x };
            word(out, row[x], &written, x, columns, top, &ink);
            x += columns;
        }
    }
}

/// The end of the word of narrow characters of one style that starts here.
fn word_end(row: &[&Cell], start: usize, ground: Ground) -> usize {
    let style = |cell: &Cell| (colours(cell, ground).0, cell.modifier);
    let goes_on = |x: usize| {
        let symbol = row[x].symbol();
        let narrow = text::width(symbol) == 1 && !symbol.trim().is_empty();
        narrow && block(symbol).is_none() && strokes::of(symbol).is_none() && style(row[x]) == style(row[start])
    };
    if text::width(row[start].symbol()) != 1 {
        return start + 1;
    }
    (start + 1..row.len()).find(|&x| !goes_on(x)).unwrap_or(row.len())
}

fn word(out: &mut String, cell: &Cell, written: &str, x: usize, columns: usize, top: f32, ink: &str) {
    let mut style = String::new();
    if cell.modifier.contains(Modifier::BOLD) {
        style.push_str(" font-weight=\"bold\"");
    }
    if cell.modifier.contains(Modifier::UNDERLINED) {
        style.push_str(" text-decoration=\"underline\"");
    }
    let escaped = written.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" textLength=\"{:.1}\" fill=\"{ink}\"{style}>{escaped}</text>",
        x as f32 * CELL.0,
        top + BASELINE,
        columns as f32 * CELL.0,
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn cells_become_rectangles_and_words() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 1));
        buffer.set_string(0, 0, "a<b", Style::new().add_modifier(Modifier::BOLD));
        buffer.set_string(4, 0, "▀", Style::new().fg(Color::Rgb(1, 2, 3)).bg(Color::Rgb(4, 5, 6)));
        buffer.set_string(6, 0, "文", Style::new());
        let picture = svg(&buffer, Ground::DARK);
        assert!(picture.contains("font-weight=\"bold\">a&lt;b</text>"), "{picture}");
        assert!(picture.contains("height=\"8.8\" fill=\"#010203\""), "{picture}");
        assert!(picture.contains("fill=\"#040506\""), "{picture}");
        assert!(picture.contains("x=\"50.4\" y=\"12.8\" textLength=\"16.8\""), "{picture}");
        assert!(picture.starts_with("<svg") && picture.ends_with("</svg>\n"));
    }
}
