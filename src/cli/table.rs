//! Tables for reading: columns aligned by what a terminal shows, and never wider than it.

use crate::text::{fit, width};

/// Between two columns.
const GAP: usize = 2;
/// A column that is made narrower keeps so much.
const LEAST: usize = 4;

/// To which side a column leans.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Texts. These are made narrower where there is not enough room.
    Left,
    /// Numbers. They keep their width: a number that is cut is a wrong number.
    Right,
}

/// Rows of cells under headings.
pub struct Table {
    aligns: Vec<Align>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these headings.
    pub fn new(heads: &[(&str, Align)]) -> Self {
        let aligns = heads.iter().map(|(_, align)| *align).collect();
        Self { aligns, rows: vec![heads.iter().map(|(head, _)| (*head).to_owned()).collect()] }
    }

    /// Adds a row; it has a cell for each heading.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The table within so many columns, if its numbers leave that much room.
    pub fn render(&self, columns: usize) -> String {
        let widths = self.widths(columns);
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for ((cell, &align), &wide) in row.iter().zip(&self.aligns).zip(&widths) {
                let cell = fit(cell, wide);
                let blank = " ".repeat(wide - width(&cell));
                line.push_str(&if align == Align::Left { cell + &blank } else { blank + &cell });
                line.push_str(&" ".repeat(GAP));
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    fn widths(&self, columns: usize) -> Vec<usize> {
        let widest = |column: usize| self.rows.iter().map(|row| width(&row[column])).max().unwrap_or(0);
        let mut widths: Vec<usize> = (0..self.aligns.len()).map(widest).collect();
        loop {
            let total: usize = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
            let texts = (0..widths.len()).filter(|&column| self.aligns[column] == Align::Left);
            match texts.max_by_key(|&column| widths[column]) {
                Some(column) if total > columns && widths[column] > LEAST => widths[column] -= 1,
                _ => return widths,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Align, Table};
    use crate::text::width;

    #[test]
    fn columns_line_up_by_what_is_seen() {
        let mut table = Table::new(&[("token", Align::Left), ("id", Align::Right), ("candidates", Align::Left)]);
        table.row(["中文".to_owned(), "7".to_owned(), "a b c".to_owned()]);
        table.row(["cafe\u{301}".to_owned(), "1234".to_owned(), "a rather long text".to_owned()]);
        assert_eq!(
            table.render(80),
            "token    id  candidates\n中文      7  a b c\ncafe\u{301}   1234  a rather long text\n"
        );
        assert_eq!(table.render(24), "token    id  candidates\n中文      7  a b c\ncafe\u{301}   1234  a rather l…\n");
        assert!(table.render(1).lines().all(|line| width(line) <= 4 + 2 + 4 + 2 + 4));
    }
}
