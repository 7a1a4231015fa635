//! The figures of the model: sizes, parameters, memory, the work of the pass.

use super::line::Line;
use crate::app::{Language, Word};
use crate::explore::summary::{Component, Share, Summary};
use crate::tape::{Name, vocabulary as name};
use crate::ui::{Tone, number};

/// The lines of the left pane.
pub fn lines(summary: &Summary, language: Language, width: u16) -> Vec<Line> {
    let facts = Facts { summary, language, width };
    let mut lines = facts.head();
    for section in [facts.sizes(), facts.parameters(), facts.memory(), facts.cache(), facts.work()] {
        if !section.is_empty() {
            lines.push(Line::new());
            lines.extend(section);
        }
    }
    lines
}

struct Facts<'a> {
    summary: &'a Summary,
    language: Language,
    width: u16,
}

fn name_of(component: Component) -> &'static Name {
    match component {
        Component::Token => &name::TOKEN_EMBEDDING,
        Component::Position => &name::POSITION_EMBEDDING,
        Component::Segment => &name::SEGMENT_EMBEDDING,
        Component::Language => &name::LANGUAGE_EMBEDDING,
        Component::Projection => &name::EMBEDDING_PROJECTION,
        Component::Attention => &name::ATTENTION,
        Component::FeedForward => &name::FEED_FORWARD,
        Component::Norm => &name::NORM,
        Component::Head => &name::PREDICTION_HEAD,
        Component::Rest => &name::RESIDUAL,
    }
}

fn percent(part: u64, all: u64) -> String {
    format!("{:.1} %", 100.0 * part as f64 / all.max(1) as f64)
}

impl Facts<'_> {
    fn word(&self, word: Word) -> &'static str {
        word.text(self.language)
    }

    fn title(&self, title: Word, hint: &str) -> Line {
        Line::title(self.word(title), hint)
    }

    fn head(&self) -> Vec<Line> {
        let summary = self.summary;
        let at = crate::ui::text::width(&summary.name) as u16 + 2;
        let class = format!("{}   {}", summary.class, summary.model_type);
        let first = Line::new().text(0, &summary.name, Tone::Focused).text(at, class, Tone::Dim);
        let path = summary.path.display().to_string();
        if path.is_empty() { vec![first] } else { vec![first, Line::new().text(0, path, Tone::Faint)] }
    }

    /// Two columns of figures.
    fn sizes(&self) -> Vec<Line> {
        let sizes = self.summary.sizes;
        let figure = |value: usize| number::thousands(value as u64);
        let (kind, entries) = match self.summary.tokenizer {
            Some((kind, entries)) => (kind.to_owned(), figure(entries)),
            None => (self.word(Word::None).to_owned(), "·".to_owned()),
        };
        let layers = match sizes.decoder_layers {
            0 => figure(sizes.layers),
            decoder => format!("{} + {decoder}", sizes.layers),
        };
        let context = sizes.context.map_or_else(|| self.word(Word::NoLimit).to_owned(), figure);
        let pairs = [
            (Word::LayersOf, layers, Word::VocabularySize, figure(sizes.vocabulary)),
            (Word::HeadsCount, figure(sizes.heads), Word::ContextLength, context),
            (Word::WidthOf, figure(sizes.d_model), Word::TokenizerKind, kind),
            (Word::WidthOfHead, figure(sizes.channels), Word::TokenizerEntries, entries),
            (
                Word::WidthInner,
                figure(sizes.d_ff),
                Word::ParametersAll,
                number::thousands(self.summary.counts.parameters),
            ),
        ];
        let half = self.width / 2;
        let mut lines = vec![self.title(Word::Sizes, "")];
        lines.extend(pairs.into_iter().map(|(one, figure, two, value)| {
            Line::new()
                .text(1, self.word(one), Tone::Dim)
                .right(half - 3, figure, Tone::Text)
                .text(half, self.word(two), Tone::Dim)
                .right(self.width, value, Tone::Text)
        }));
        lines
    }

    /// Where the parameters are, and which part does how much of the work.
    fn parameters(&self) -> Vec<Line> {
        let counts = &self.summary.counts;
        let columns = Columns::of(self.width);
        let mut lines = vec![self.title(Word::WhereTheyAre, self.word(Word::CountedOnce))];
        lines.push(Line::new().right(columns.count, self.word(Word::ParametersAll), Tone::Faint).right(
            columns.work,
            self.word(Word::WorkShare),
            Tone::Faint,
        ));
        lines.extend(counts.shares.iter().map(|share| self.share(share, &columns)));
        if counts.tied > 0 {
            let words = Word::TiedNote.fill(self.language, &[&number::thousands(counts.tied)]);
            lines.push(Line::new().text(1, words, Tone::Dim));
        }
        lines
    }

    fn share(&self, share: &Share, columns: &Columns) -> Line {
        let counts = &self.summary.counts;
        let name = super::super::shown::name_of(name_of(share.component), self.language);
        let fraction = share.parameters as f32 / counts.parameters.max(1) as f32;
        let line = Line::new().text(1, name, Tone::Text);
        let line = if share.parameters > 0 {
            line.right(columns.count, number::thousands(share.parameters), Tone::Text)
                .bar(columns.bar, columns.length, fraction)
                .right(columns.share, percent(share.parameters, counts.parameters), Tone::Dim)
        } else {
            line.right(columns.count, "·", Tone::Faint)
        };
        if share.cost == 0 {
            return line.right(columns.work, "·", Tone::Faint);
        }
        line.right(columns.work, percent(share.cost, counts.cost), Tone::Dim)
    }

    /// The weights as they are stored and as they could be.
    fn memory(&self) -> Vec<Line> {
        let parameters = self.summary.counts.parameters;
        let kinds = [
            (self.word(Word::AsStored), self.summary.stored),
            ("fp32", 4 * parameters),
            ("fp16", 2 * parameters),
            ("int8", parameters),
        ];
        let each = self.width / 4;
        let (mut names, mut figures) = (Line::new(), Line::new());
        for (place, (name, bytes)) in kinds.into_iter().enumerate() {
            let end = each * (place as u16 + 1) - 1;
            let tone = if place == 0 { Tone::Strong } else { Tone::Text };
            names = names.right(end, name, Tone::Faint);
            figures = figures.right(end, number::bytes(bytes), tone);
        }
        vec![self.title(Word::WeightsMemory, ""), names, figures]
    }

    /// What keys and values take; nothing for a model that does not write.
    fn cache(&self) -> Vec<Line> {
        let (Some(full), Some(half)) = (self.summary.cache(4), self.summary.cache(2)) else { return Vec::new() };
        let sizes = self.summary.sizes;
        let width = number::thousands((sizes.key_heads * sizes.channels) as u64);
        let formula = format!("2 × {} × {width}", sizes.writing_layers());
        let row = |name: String, factor: u64| {
            Line::new()
                .text(1, name, Tone::Dim)
                .right(self.width / 2 + 10, number::bytes(full * factor), Tone::Text)
                .right(self.width - 1, number::bytes(half * factor), Tone::Text)
        };
        let header = Line::new()
            .text(1, Word::NumbersPerToken.fill(self.language, &[&formula]), Tone::Faint)
            .right(self.width / 2 + 10, "fp32", Tone::Faint)
            .right(self.width - 1, "fp16", Tone::Faint);
        let mut lines = vec![
            self.title(Word::CacheTitle, self.word(Word::CacheKept)),
            header,
            row(self.word(Word::PerToken).to_owned(), 1),
        ];
        if sizes.decoder_layers > 0 {
            lines.push(row(self.word(Word::PerSourceToken).to_owned(), 1));
        }
        if let Some(context) = sizes.context {
            let all = Word::WhenFull.fill(self.language, &[&number::thousands(context as u64)]);
            lines.push(row(all, context as u64));
        }
        lines
    }

    /// The work of this pass, and the usual estimate beside it.
    fn work(&self) -> Vec<Line> {
        let (counts, tokens) = (&self.summary.counts, self.summary.tokens as u64);
        let estimate = 2 * counts.multiplied * tokens;
        let row = |name: String, formula: String, value: u64, tone: Tone| {
            Line::new().text(1, name, Tone::Dim).text(20, formula, Tone::Faint).right(
                self.width - 1,
                number::count(value),
                tone,
            )
        };
        let hint = Word::WorkHint.fill(self.language, &[&tokens]);
        let multiplied = number::thousands(counts.multiplied);
        let formula = format!("2 × {multiplied} × {tokens}");
        let mut lines = vec![
            self.title(Word::WorkOfPass, &hint),
            row(self.word(Word::Together).to_owned(), String::new(), counts.cost, Tone::Strong),
            row(self.word(Word::PerToken).to_owned(), String::new(), counts.cost / tokens.max(1), Tone::Text),
        ];
        // The estimate is for one stream: a token of the source meets no weight of the decoder.
        if self.summary.target.is_none() {
            let note = Word::EstimateNote.fill(self.language, &[&percent(estimate, counts.cost)]);
            lines.push(row("2 · N".to_owned(), formula, estimate, Tone::Text));
            lines.push(Line::new().text(1, note, Tone::Dim));
        }
        lines
    }
}

/// Where the columns of the table of parameters end.
struct Columns {
    count: u16,
    bar: u16,
    length: u16,
    share: u16,
    work: u16,
}

impl Columns {
    fn of(width: u16) -> Self {
        let (count, work) = (30, width - 1);
        let share = work - 10;
        Self { count, bar: count + 2, length: share.saturating_sub(count + 10), share, work }
    }
}
