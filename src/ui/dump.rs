//! A screen as two blocks of text: the glyphs, and a letter a style with a legend. Snapshots show colours by it.

use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// Both blocks and the legend.
pub fn dump(buffer: &Buffer) -> String {
    format!("{}\n{}", glyphs(buffer), styles(buffer))
}

/// The glyphs alone, blanks at the ends of lines cut.
pub fn glyphs(buffer: &Buffer) -> String {
    lines(buffer, |cell| cell.symbol().to_owned())
}

/// The letters of the styles with their legend; `.` is the plain style.
pub fn styles(buffer: &Buffer) -> String {
    let mut legend: Vec<String> = Vec::new();
    let block = lines(buffer, |cell| {
        let style = describe(cell);
        if style.is_empty() {
            return ".".repeat(cell.symbol().width().max(1));
        }
        let known = legend.iter().position(|known| *known == style);
        let index = known.unwrap_or_else(|| {
            legend.push(style);
            legend.len() - 1
        });
        letter(index).to_string().repeat(cell.symbol().width().max(1))
    });
    let mut text = block;
    for (index, style) in legend.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} {style}", letter(index));
    }
    text
}

fn lines(buffer: &Buffer, mut show: impl FnMut(&Cell) -> String) -> String {
    let area = buffer.area;
    let mut text = String::new();
    for y in area.y..area.bottom() {
        let mut line = String::new();
        let mut x = area.x;
        while x < area.right() {
            let cell = &buffer[(x, y)];
            line.push_str(&show(cell));
            x += (cell.symbol().width() as u16).max(1);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The letter of a style: the Latin alphabet, then any other that takes one column.
fn letter(index: usize) -> char {
    let latin = ('a'..='z').chain('A'..='Z').chain('0'..='9');
    let more = (0x3b1..=0x3c9).chain(0x430..=0x44f).chain(0x561..=0x586).filter_map(char::from_u32);
    latin.chain(more).nth(index).unwrap_or('*')
}

fn describe(cell: &Cell) -> String {
    let mut parts = Vec::new();
    if cell.fg != Color::Reset {
        parts.push(colour(cell.fg));
    }
    if cell.bg != Color::Reset {
        parts.push(format!("on {}", colour(cell.bg)));
    }
    for (modifier, name) in [
        (Modifier::BOLD, "bold"),
        (Modifier::UNDERLINED, "underlined"),
        (Modifier::REVERSED, "reversed"),
        (Modifier::DIM, "dim"),
        (Modifier::ITALIC, "italic"),
    ] {
        if cell.modifier.contains(modifier) {
            parts.push(name.to_owned());
        }
    }
    parts.join(" ")
}

fn colour(colour: Color) -> String {
    match colour {
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        Color::Indexed(index) => format!("256:{index}"),
        other => format!("{other:?}").to_lowercase(),
    }
}
