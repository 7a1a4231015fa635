//! How it is said what heads do: names of patterns, scores beside chance, who was taught.

use crate::app::{App, Language, Word};
use crate::explore::{HeadNote, Pass, Pattern, Score};
use crate::ui::{number, text};

/// Stands behind the number of a head that was taught what it does.
pub const TAUGHT: &str = "†";

fn words(pattern: &Pattern) -> Option<[Word; 3]> {
    Some(match pattern {
        Pattern::Previous => [Word::PatternPrevious, Word::ShortPrevious, Word::PatternPreviousWords],
        Pattern::Next => [Word::PatternNext, Word::ShortNext, Word::PatternNextWords],
        Pattern::First => [Word::PatternFirst, Word::ShortFirst, Word::PatternFirstWords],
        Pattern::Own => [Word::PatternOwn, Word::ShortOwn, Word::PatternOwnWords],
        Pattern::Same => [Word::PatternSame, Word::ShortSame, Word::PatternSameWords],
        Pattern::Duplicate => [Word::PatternDuplicate, Word::ShortDuplicate, Word::PatternDuplicateWords],
        Pattern::Induction => [Word::PatternInduction, Word::ShortInduction, Word::PatternInductionWords],
        Pattern::Delimiter => [Word::PatternDelimiter, Word::ShortDelimiter, Word::PatternDelimiterWords],
        Pattern::Gold(kind) => match &**kind {
            "coreference" => [Word::PatternCoreference, Word::ShortCoreference, Word::PatternCoreferenceWords],
            "answer" => [Word::PatternAnswer, Word::ShortAnswer, Word::PatternAnswerWords],
            "alignment" => [Word::PatternAlignment, Word::ShortAlignment, Word::PatternAlignmentWords],
            _ => return None,
        },
    })
}

/// What a pattern is called; a kind of link by its own name.
pub fn name(pattern: &Pattern, language: Language) -> String {
    words(pattern).map_or_else(|| pattern.id().to_owned(), |words| words[0].text(language).to_owned())
}

/// The same in at most four columns.
pub fn short(pattern: &Pattern, language: Language) -> String {
    let short = |pattern: &Pattern| pattern.id().chars().take(4).collect();
    words(pattern).map_or_else(|| short(pattern), |words| words[1].text(language).to_owned())
}

/// What it means, in a few words.
pub fn meaning(pattern: &Pattern, language: Language) -> &'static str {
    words(pattern).map_or(Word::PatternGoldWords, |words| words[2]).text(language)
}

/// `induction .72, chance .08`.
pub fn scored(score: &Score, language: Language) -> String {
    let chance = Word::ChanceShort.fill(language, &[&number::short_weight(score.chance)]);
    let comma = language.pick(", ", "，");
    format!("{} {}{comma}{chance}", name(&score.pattern, language), number::short_weight(score.score))
}

/// What the card says of a head.
pub fn note<'a>(app: &'a App, pass: &Pass, index: usize, head: usize) -> Option<&'a HeadNote> {
    let attention = pass.attentions.get(index)?;
    app.subject.as_ref()?.note(attention.stream(), attention.layer, head)
}

/// `† taught: previous`, for a head that was.
pub fn taught(note: &HeadNote, language: Language) -> String {
    let job = name(&Pattern::of(&note.job), language);
    let colon = language.pick(": ", "：");
    format!("{TAUGHT} {}{colon}{job}", Word::Taught.text(language))
}

/// In a few words what a head does on this text, and whether it was taught to, within so many columns.
pub fn caption(app: &App, pass: &Pass, (index, head): (usize, usize), columns: usize) -> String {
    let language = app.shell.language;
    let job = pass.measured().head(index, head).and_then(|scores| scores.job());
    let taught = note(app, pass, index, head).filter(|note| note.taught).map(|note| taught(note, language));
    match (job.map(|job| scored(job, language)), taught) {
        (None, None) => Word::NothingClear.text(language).to_owned(),
        (None, Some(taught)) => taught,
        (Some(job), None) => job,
        (Some(job), Some(taught)) => {
            let both = format!("{job}  {taught}");
            if text::width(&both) <= columns { both } else { format!("{job} {TAUGHT}") }
        }
    }
}
