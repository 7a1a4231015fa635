//! Running text on a page of so many columns.

use crate::text::width;

/// Nobody reads longer lines.
const WIDEST: usize = 100;

/// A page that is being written.
pub struct Paper {
    columns: usize,
    text: String,
}

impl Paper {
    /// A page of at most so many columns.
    pub fn new(columns: usize) -> Self {
        Self { columns: columns.clamp(20, WIDEST), text: String::new() }
    }

    /// A paragraph.
    pub fn line(&mut self, text: &str) {
        self.hang(0, "", text);
    }

    /// A line as it is, however long: what is to be copied must not be broken.
    pub fn verbatim(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A heading behind an empty line; an empty one is the empty line alone.
    pub fn title(&mut self, text: &str) {
        self.text.push('\n');
        if !text.is_empty() {
            self.line(text);
        }
    }

    /// A text behind a mark; its further lines stand under its first.
    pub fn item(&mut self, mark: &str, text: &str) {
        let indent = 2 + width(mark) + 1;
        // Behind a long mark there would be no room left.
        self.hang(if indent * 3 < self.columns { indent } else { 4 }, &format!("  {mark} "), text);
    }

    fn hang(&mut self, indent: usize, start: &str, text: &str) {
        let mut line = start.to_owned();
        let mut fresh = true;
        for word in words(text) {
            let glued = fresh || !word.1;
            let wide = width(&line) + width(word.0) + usize::from(!glued);
            if !fresh && wide > self.columns {
                self.put(&line);
                line = " ".repeat(indent);
            } else if !glued {
                line.push(' ');
            }
            line.push_str(word.0);
            fresh = false;
        }
        self.put(&line);
    }

    fn put(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// The page.
    pub fn finish(self) -> String {
        self.text
    }
}

/// Where a text may be broken: at blanks, and beside Chinese characters; with each piece whether a blank stands before it.
fn words(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    for word in text.split_whitespace() {
        let mut start = 0;
        let mut first = true;
        let mut before: Option<char> = None;
        for (at, c) in word.char_indices() {
            // No line begins with a closing mark or ends with an opening one.
            let closes = "，。；：、？！）”》…".contains(c);
            let opens = before.is_some_and(|c| "（“《".contains(c));
            let chinese = crate::catalog::is_cjk(c) || before.is_some_and(crate::catalog::is_cjk);
            if at > start && chinese && !closes && !opens {
                pieces.push((&word[start..at], first));
                (start, first) = (at, false);
            }
            before = Some(c);
        }
        pieces.push((&word[start..], first));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::Paper;
    use crate::text::width;

    #[test]
    fn lines_are_broken_where_both_languages_allow_it() {
        let mut paper = Paper::new(24);
        paper.line("It is a plain left-to-right language model of 2019.");
        paper.item("·", "纯粹的从左到右语言模型，一叠 Transformer 解码器块。");
        let text = paper.finish();
        assert!(text.lines().all(|line| width(line) <= 24), "{text}");
        assert_eq!(
            text,
            "It is a plain\nleft-to-right language\nmodel of 2019.\n  · 纯粹的从左到右语言模\n    型，一叠 Transformer\n    解码器块。\n"
        );
    }
}
