//! The architecture as boxes, from the parts of the pass: equal layers folded, one of them open, counts on every line.

use super::line::Line;
use crate::app::{Language, Word};
use crate::explore::summary::{Origin, Part, Summary};
use crate::models::Predicts;
use crate::tape::vocabulary as name;
use crate::ui::{Tone, number, text};

/// The outer boxes' last column.
const RIGHT: u16 = 35;
/// The column of the stream that runs through everything.
const TRUNK: u16 = 17;
/// The column of what is carried past a part.
const PAST: u16 = 2;
/// First and last column of the boxes in a layer.
const INNER: (u16, u16) = (4, 31);

/// The lines of the drawing.
pub fn lines(summary: &Summary, language: Language, width: u16) -> Vec<Line> {
    let mut drawing = Drawing { summary, language, width, tokens: summary.tokens, lines: Vec::new() };
    drawing.whole();
    drawing.lines
}

struct Drawing<'a> {
    summary: &'a Summary,
    language: Language,
    width: u16,
    /// Tokens of the stream that is drawn.
    tokens: usize,
    lines: Vec<Line>,
}

/// The corners of a box.
const SHARP: [char; 4] = ['┌', '┐', '└', '┘'];
const ROUND: [char; 4] = ['╭', '╮', '╰', '╯'];

/// An edge between two corners, with what crosses it at the trunk.
fn edge((from, to): (u16, u16), (left, right): (char, char), crossing: char) -> String {
    let glyph = |x| match x {
        x if x == from => left,
        x if x == to => right,
        x if x == TRUNK => crossing,
        _ => '─',
    };
    (from..=to).map(glyph).collect()
}

impl Drawing<'_> {
    fn word(&self, word: Word) -> &'static str {
        word.text(self.language)
    }

    fn name(&self, part: &Part) -> &'static str {
        super::super::shown::name_of(part.name, self.language)
    }

    fn count(&self, line: Line, count: u64, tone: Tone) -> Line {
        line.right(self.width, number::thousands(count), tone)
    }

    fn trunk() -> Line {
        Line::new().text(TRUNK, "│", Tone::Faint)
    }

    fn whole(&mut self) {
        let summary = self.summary;
        self.lines.push(Line::title(self.word(Word::Architecture), self.word(Word::ArchitectureHint)));
        let stacks = summary.counts.parts.iter().any(Part::is_stack);
        if !stacks {
            self.ids(Word::TokenIdsIn);
        }
        for part in &summary.counts.parts {
            self.part(part);
        }
        self.end();
    }

    fn part(&mut self, part: &Part) {
        let first = self.lines.len();
        self.draw(part);
        self.leads(first, part);
    }

    /// The first line that names a part leads to its steps.
    fn leads(&mut self, first: usize, part: &Part) {
        let name = self.name(part);
        let named = self.lines[first..].iter_mut().find(|line| line.part().is_none() && line.says(name));
        if let (Some(line), false) = (named, part.parts.is_empty()) {
            line.lead_to(part.line);
        }
    }

    fn draw(&mut self, part: &Part) {
        match part.name {
            _ if part.is_stack() => self.stack(part),
            n if n == &name::EMBEDDINGS => self.table_box(part, true),
            n if n == &name::RELATIVE_POSITION => self.beside(part),
            n if n == &name::LAYER => self.layer(part),
            _ if part.parts.iter().any(|inner| inner.name == &name::LOGITS || inner.name == &name::TRANSFORM) => {
                self.table_box(part, false);
            }
            _ => self.plain(part),
        }
    }

    /// How many ids come in.
    fn ids(&mut self, word: Word) {
        let words = word.fill(self.language, &[&self.tokens]);
        self.lines.push(Line::new().centred(TRUNK, &words, Tone::Text));
    }

    /// The encoder or the decoder, each with a stream of its own.
    fn stack(&mut self, part: &Part) {
        let target = self.summary.target.unwrap_or(0);
        let decodes = part.name == &name::DECODER;
        self.tokens = if decodes { target } else { self.summary.tokens - target };
        if decodes {
            self.lines.push(Line::new());
        }
        let line = Line::title(self.name(part), "");
        self.lines.push(self.count(line, part.parameters, Tone::Text));
        self.ids(if decodes { Word::TargetIdsIn } else { Word::TokenIdsIn });
        for inner in &part.parts {
            self.part(inner);
        }
        if !decodes && self.summary.target.is_some() {
            self.lines.push(Line::new().centred(TRUNK, self.word(Word::ReadByDecoder), Tone::Faint));
        }
    }

    /// What comes out, and the sum of all counts.
    fn end(&mut self) {
        let (summary, sizes) = (self.summary, self.summary.sizes);
        let words = match (summary.predicts, summary.verdict) {
            (Predicts::Nothing, None) => {
                Word::VectorsOut.fill(self.language, &[&self.tokens, &number::thousands(sizes.d_model as u64)])
            }
            (Predicts::Nothing, Some(numbers)) => Word::VerdictOut.fill(self.language, &[&numbers]),
            _ => Word::LogitsOut.fill(self.language, &[&self.tokens, &number::thousands(sizes.vocabulary as u64)]),
        };
        let total = number::thousands(summary.counts.parameters);
        let rule = "─".repeat(text::width(&total));
        self.lines.push(Self::trunk().right(self.width, rule, Tone::Rule));
        self.lines.push(Line::new().centred(TRUNK, &words, Tone::Text).right(self.width, total, Tone::Strong));
    }

    /// A part that needs no box: its name on the stream.
    fn plain(&mut self, part: &Part) {
        let mut line = Self::trunk();
        let words = if part.tied { self.word(Word::TableAgain) } else { self.name(part) };
        line = line.centred(TRUNK, &format!(" {words} "), Tone::Text);
        line = if part.tied && part.parameters == 0 {
            line.right(self.width, self.word(Word::TiedNothing), Tone::Dim)
        } else {
            self.count(line, part.parameters, Tone::Dim)
        };
        self.lines.push(line);
    }

    /// A part that is made beside the stream, for the layers.
    fn beside(&mut self, part: &Part) {
        let line = Self::trunk().text(TRUNK + 2, self.name(part), Tone::Text);
        self.lines.push(self.count(line, part.parameters, Tone::Dim));
    }

    /// A box with a row for each table and product in it; the first of summed ones has no plus.
    fn table_box(&mut self, part: &Part, summed: bool) {
        if summed {
            self.lines.push(Self::trunk());
        }
        let top = edge((0, RIGHT), ('┌', '┐'), '┴');
        self.lines.push(Line::new().text(0, top, Tone::Rule).text(2, format!(" {} ", self.name(part)), Tone::Title));
        let shown = part.parts.iter().filter(|inner| inner.name != &name::RESIDUAL);
        for (place, inner) in shown.enumerate() {
            let plus = if summed && place > 0 && inner.table.is_some() { "+ " } else { "" };
            let mut line = Line::new().text(0, "│", Tone::Rule).text(RIGHT, "│", Tone::Rule);
            line = line.text(2, format!("{plus}{}", self.name(inner)), Tone::Text);
            if let Some((rows, columns)) = inner.table {
                let size = format!("{} × {}", number::thousands(rows as u64), number::thousands(columns as u64));
                line = line.right(RIGHT - 1, size, Tone::Dim);
            }
            line = match (inner.parameters, inner.tied) {
                (0, true) => line.right(self.width, self.word(Word::TiedNothing), Tone::Dim),
                (0, false) => line,
                (count, _) if inner.tied => {
                    let words = Word::TiedPlus.fill(self.language, &[&number::thousands(count)]);
                    line.right(self.width, words, Tone::Dim)
                }
                (count, _) => self.count(line, count, Tone::Dim),
            };
            self.lines.push(line);
        }
        let bottom = edge((0, RIGHT), ('└', '┘'), '┬');
        self.lines.push(Line::new().text(0, bottom, Tone::Rule));
        if summed {
            let table = part.parts.iter().find_map(|inner| inner.table);
            let width = table.map_or(self.summary.sizes.d_model, |(_, columns)| columns);
            let words = Word::ResidualStream.fill(self.language, &[&self.tokens, &number::thousands(width as u64)]);
            self.lines.push(Self::trunk().text(TRUNK + 2, words, Tone::Faint));
        }
    }

    /// A layer, open, however often it stands there.
    fn layer(&mut self, part: &Part) {
        let top = edge((0, RIGHT), (ROUND[0], ROUND[1]), '┼');
        let mut line = Line::new().text(0, top, Tone::Rule).text(2, format!(" {} ", self.name(part)), Tone::Title);
        if part.times > 1 {
            let times = if part.distinct == part.times {
                format!(" × {} ", part.times)
            } else {
                Word::TimesShared.fill(self.language, &[&part.times])
            };
            line = line.right(RIGHT - 1, times, Tone::Warm);
            let each = format!("{} × {}", part.distinct, number::thousands(part.parameters));
            line = line.right(self.width, each, Tone::Text);
        }
        self.lines.push(line);
        let ways = Ways::of(&part.parts);
        for (place, inner) in part.parts.iter().enumerate() {
            if ways.begins(place) {
                let way = edge((PAST, TRUNK), ('┌', '┤'), '┤');
                let line = Self::inside(false);
                self.lines.push(line.text(PAST, way, Tone::Faint));
            }
            self.inner(inner, ways.is_open(place));
        }
        let bottom = edge((0, RIGHT), (ROUND[2], ROUND[3]), '┼');
        let total = part.parameters * part.distinct as u64;
        self.lines.push(self.count(Line::new().text(0, bottom, Tone::Rule), total, Tone::Text));
    }

    /// A row in a layer: its sides, the stream, and what is carried past it.
    fn inside(past: bool) -> Line {
        let line = Line::new().text(0, "│", Tone::Rule).text(RIGHT, "│", Tone::Rule).text(TRUNK, "│", Tone::Faint);
        if past { line.text(PAST, "│", Tone::Faint) } else { line }
    }

    fn inner(&mut self, part: &Part, past: bool) {
        let first = self.lines.len();
        self.draw_inner(part, past);
        self.leads(first, part);
    }

    fn draw_inner(&mut self, part: &Part, past: bool) {
        let line = Self::inside(past);
        if part.adds.is_some() {
            let way = edge((PAST, TRUNK), ('└', '│'), '│');
            let line = Self::inside(false).text(PAST, way, Tone::Faint);
            self.lines.push(line.text(TRUNK - 1, "(+)", Tone::Text));
            return;
        }
        let details = self.details(part);
        if details.is_empty() {
            let line = line.centred(TRUNK, &format!(" {} ", self.name(part)), Tone::Text);
            let line = if part.parameters > 0 { self.count(line, part.parameters, Tone::Dim) } else { line };
            self.lines.push(line);
            return;
        }
        let top = edge(INNER, (SHARP[0], SHARP[1]), '┴');
        let line = line.text(INNER.0, top, Tone::Rule);
        let line = line.text(INNER.0 + 2, format!(" {} ", self.name(part)), Tone::Title);
        self.lines.push(self.count(line, part.parameters, Tone::Dim));
        for words in details {
            let line = Self::inside(past).text(TRUNK, " ", Tone::Faint);
            let line = line.text(INNER.0, "│", Tone::Rule).text(INNER.1, "│", Tone::Rule);
            self.lines.push(line.text(INNER.0 + 2, words, Tone::Text));
        }
        let bottom = edge(INNER, (SHARP[2], SHARP[3]), '┬');
        self.lines.push(Self::inside(past).text(INNER.0, bottom, Tone::Rule));
    }

    /// What is in an attention or a feed-forward network; nothing for a part that needs no box.
    fn details(&self, part: &Part) -> Vec<String> {
        let counts = &self.summary.counts;
        match (part.name, part.attention, counts.feed_forward) {
            (n, Some((heads, channels, causal)), _) => {
                let (mask, mark) = match causal {
                    true => (Word::CausalMask, '◣'),
                    false if n == &name::CROSS_ATTENTION => (Word::WholeSource, '■'),
                    false => (Word::BothSides, '■'),
                };
                let heads = Word::HeadsOf.fill(self.language, &[&heads, &channels]);
                vec![heads, format!("{mark} {}", self.word(mask))]
            }
            (n, _, Some((inner, function))) if n == &name::FEED_FORWARD => {
                let width = self.summary.sizes.d_model;
                vec![format!("{width} → {inner} {function} → {width}")]
            }
            _ => Vec::new(),
        }
    }
}

/// What is carried past which parts: from where it is taken to where it is added.
struct Ways(Vec<(usize, usize)>);

impl Ways {
    fn of(parts: &[Part]) -> Self {
        let way = |(place, part): (usize, &Part)| {
            let from = match part.adds? {
                Origin::Input => 0,
                Origin::Behind(before) => before + 1,
            };
            Some((from, place))
        };
        Self(parts.iter().enumerate().filter_map(way).collect())
    }

    fn begins(&self, place: usize) -> bool {
        self.0.iter().any(|&(from, _)| from == place)
    }

    fn is_open(&self, place: usize) -> bool {
        self.0.iter().any(|&(from, to)| (from..to).contains(&place))
    }
}
