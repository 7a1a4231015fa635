//! Lines that a terminal draws with characters as lines of the picture: no font leaves gaps in them.

use std::fmt::Write;

use super::CELL;

/// How thick light and heavy lines are.
const LIGHT: f32 = 1.2;
const HEAVY: f32 = 2.6;

/// A character of lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strokes {
    /// Up, down, left, right.
    ways: [bool; 4],
    heavy: bool,
    round: bool,
    dashed: bool,
}

/// The lines of a character, if it is one of those.
pub fn of(symbol: &str) -> Option<Strokes> {
    const ROUND: [(&str, u8); 4] = [("╭", 0b0101), ("╮", 0b0110), ("╯", 0b1010), ("╰", 0b1001)];
    const DASHED: [(&str, u8, bool); 4] =
        [("┄", 0b0011, false), ("┊", 0b1100, false), ("┅", 0b0011, true), ("┇", 0b1100, true)];
    const EDGES: [(&str, &str, u8); 15] = [
        ("─", "━", 0b0011),
        ("│", "┃", 0b1100),
        ("┌", "┏", 0b0101),
        ("┐", "┓", 0b0110),
        ("└", "┗", 0b1001),
        ("┘", "┛", 0b1010),
        ("├", "┣", 0b1101),
        ("┤", "┫", 0b1110),
        ("┬", "┳", 0b0111),
        ("┴", "┻", 0b1011),
        ("┼", "╋", 0b1111),
        ("╵", "╹", 0b1000),
        ("╷", "╻", 0b0100),
        ("╴", "╸", 0b0010),
        ("╶", "╺", 0b0001),
    ];
    let strokes = |ways: u8, heavy, round, dashed| {
        Some(Strokes { ways: [8, 4, 2, 1].map(|way| ways & way != 0), heavy, round, dashed })
    };
    if let Some((_, ways)) = ROUND.iter().find(|(glyph, _)| *glyph == symbol) {
        return strokes(*ways, false, true, false);
    }
    if let Some((_, ways, heavy)) = DASHED.iter().find(|(glyph, ..)| *glyph == symbol) {
        return strokes(*ways, *heavy, false, true);
    }
    let (_, heavy, ways) = EDGES.iter().find(|(light, heavy, _)| [*light, *heavy].contains(&symbol))?;
    strokes(*ways, *heavy == symbol, false, false)
}

impl Strokes {
    /// Draws them in the cell whose upper left corner is given.
    pub fn draw(self, out: &mut String, (x, y): (f32, f32), ink: &str) {
        let (middle, centre) = (x + CELL.0 / 2.0, y + CELL.1 / 2.0);
        let [up, down, left, right] = self.ways;
        let mut path = String::new();
        // Writing to a string cannot fail.
        if self.round {
            let end_y = if up { y } else { y + CELL.1 };
            let end_x = if left { x } else { x + CELL.0 };
            let _ = write!(path, "M{middle:.1} {end_y:.1}Q{middle:.1} {centre:.1} {end_x:.1} {centre:.1}");
        } else {
            // Through the middle in one go where a line goes on, so that dashes and corners are even.
            let across = (if left { x } else { middle }, if right { x + CELL.0 } else { middle });
            let along = (if up { y } else { centre }, if down { y + CELL.1 } else { centre });
            if left || right {
                let _ = write!(path, "M{:.1} {centre:.1}H{:.1}", across.0, across.1);
            }
            if up || down {
                let _ = write!(path, "M{middle:.1} {:.1}V{:.1}", along.0, along.1);
            }
        }
        let width = if self.heavy { HEAVY } else { LIGHT };
        let dashes = match (self.dashed, left) {
            (false, _) => String::new(),
            // Three to a cell along a row, four down it.
            (true, true) => format!(" stroke-dasharray=\"{:.2} {:.2}\"", CELL.0 / 6.0, CELL.0 / 6.0),
            (true, false) => format!(" stroke-dasharray=\"{:.2} {:.2}\"", CELL.1 / 8.0, CELL.1 / 8.0),
        };
        let cap = if self.dashed { "butt" } else { "square" };
        let _ = writeln!(
            out,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"{width}\" stroke-linecap=\"{cap}\"{dashes}/>"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn lines_are_drawn_and_letters_are_not() {
        let drawn = |symbol: &str| {
            let mut out = String::new();
            of(symbol).expect("lines").draw(&mut out, (0.0, 0.0), "#000000");
            out
        };
        assert!(drawn("─").contains("d=\"M0.0 8.5H8.4\""));
        assert!(drawn("┃").contains("d=\"M4.2 0.0V17.0\"") && drawn("┃").contains("stroke-width=\"2.6\""));
        assert!(drawn("├").contains("d=\"M4.2 8.5H8.4M4.2 0.0V17.0\""));
        assert!(drawn("╰").contains("d=\"M4.2 0.0Q4.2 8.5 8.4 8.5\""));
        assert!(drawn("┅").contains("stroke-dasharray"));
        assert!(["a", "█", "·", " ", "-"].into_iter().all(|symbol| of(symbol).is_none()));
    }
}
