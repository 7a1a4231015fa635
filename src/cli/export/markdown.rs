//! Markdown as GitHub reads it: what is put in is text, and stays text.

use crate::app::Language;
use crate::catalog::{Cited, Source, Word, citation};

/// A document that is being written.
#[derive(Default)]
pub struct Markdown {
    text: String,
}

impl Markdown {
    /// A heading of a level from 1.
    pub fn heading(&mut self, level: usize, words: &str) {
        self.block(&format!("{} {}", "#".repeat(level), escaped(words)));
    }

    /// A paragraph of text.
    pub fn paragraph(&mut self, words: &str) {
        self.block(&guarded(&escaped(words)));
    }

    /// A block that is Markdown already.
    pub fn block(&mut self, markdown: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(markdown);
        self.text.push('\n');
    }

    /// A list of items that are Markdown already; nothing where there is none.
    pub fn list(&mut self, items: &[String]) {
        if !items.is_empty() {
            self.block(&items.iter().map(|item| format!("- {}", one_line(item))).collect::<Vec<_>>().join("\n"));
        }
    }

    /// A table whose cells are Markdown already. Rows that are short are filled up.
    pub fn table(&mut self, titles: &[String], rows: &[Vec<String>]) {
        let row = |cells: &[String]| {
            let cells = (0..titles.len()).map(|at| cells.get(at).map_or(String::new(), |cell| one_line(cell)));
            format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
        };
        let mut lines = vec![row(titles), format!("|{}", " --- |".repeat(titles.len()))];
        lines.extend(rows.iter().map(|cells| row(cells)));
        self.block(&lines.join("\n"));
    }

    /// The whole of it.
    pub fn finish(self) -> String {
        self.text
    }
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// A text of which nothing is taken for Markdown, in a table as well.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        if "\\`*_[]<>|~$&".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// A text at the start of a line that is not taken for a heading or an item of a list.
pub fn guarded(text: &str) -> String {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    if text.starts_with(['#', '+', '-', '=']) {
        return format!("\\{text}");
    }
    if digits > 0 && text[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &text[..digits], &text[digits..]);
    }
    text.to_owned()
}

/// A text with where it stands behind it.
pub fn with_source(words: &str, source: &[Cited]) -> String {
    if source.is_empty() { escaped(words) } else { format!("{} ({})", escaped(words), escaped(&citation(source))) }
}

/// How sure a statement is, with a blank before it; nothing where a source states it.
pub fn sure(status: Option<&'static Word>, language: Language) -> String {
    status.map(|status| format!(" \\[{}\\]", escaped(language.pick(status.en, status.zh)))).unwrap_or_default()
}

/// A source as an item: key, title, where it is, how far it was read.
pub fn source(source: &Source, language: Language) -> String {
    let pick = |text: &crate::catalog::Text| language.pick(&text.en, &text.zh).clone();
    let read = source.access.id == "read";
    let access = if read { String::new() } else { sure(Some(source.access), language) };
    format!("**{}**: {}, {}{access}", escaped(&source.key), escaped(&pick(&source.title)), place(&pick(&source.place)))
}

/// An address as a link; anything else as text.
fn place(place: &str) -> String {
    let address = place.starts_with("https://") || place.starts_with("http://");
    if address && !place.contains([' ', '<', '>']) { format!("<{place}>") } else { escaped(place) }
}

#[cfg(test)]
mod tests {
    use super::{Markdown, escaped, guarded};

    #[test]
    fn text_stays_text() {
        assert_eq!(escaped("a|b <i> *x* [y]\nz"), "a\\|b \\<i\\> \\*x\\* \\[y\\] z");
        assert_eq!(
            [guarded("# a"), guarded("1. a"), guarded("1.5B"), guarded("a")],
            ["\\# a", "1\\. a", "1\\.5B", "a"]
        );
    }

    #[test]
    fn blocks_are_parted_and_tables_are_square() {
        let mut page = Markdown::default();
        page.heading(1, "A");
        page.list(&["x".to_owned(), "y".to_owned()]);
        page.list(&[]);
        page.table(&["a".to_owned(), "b".to_owned()], &[vec!["1".to_owned()]]);
        assert_eq!(page.finish(), "# A\n\n- x\n- y\n\n| a | b |\n| --- | --- |\n| 1 |  |\n");
    }
}
