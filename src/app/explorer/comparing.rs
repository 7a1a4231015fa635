//! Models side by side: what the screen asks for, and the work it needs.

use std::sync::Arc;

use super::{App, Effect};
use crate::app::compare::{self, Asked, Comparing};
use crate::app::job::Work;
use crate::app::palette::{Choice, Entry};
use crate::app::shell::Gravity;
use crate::app::{Command, Place, Screen, Target, Word};
use crate::minis::{self, Mini};

impl App {
    /// From the catalogue to the models that are marked there.
    pub(super) fn open_compare(&mut self) -> Vec<Effect> {
        (self.shell.screen, self.compare_from_catalogue, self.panel) = (Screen::Compare, true, None);
        Vec::new()
    }

    /// What the open screen lacks is worked out, one thing after another, while nothing else is.
    pub(super) fn compare_next(&mut self) -> Vec<Effect> {
        if self.place() != Place::Compare {
            if self.shell.screen != Screen::Compare {
                self.compare.stopped = false;
            }
            return Vec::new();
        }
        let open = self.subject.as_ref().map(|subject| subject.name.as_str());
        self.compare.begin(&self.catalogue.marked, open);
        if self.job.is_some() {
            return Vec::new();
        }
        let text = self.shell.prompt.text().to_owned();
        if let (Some(subject), Some(pass), None) = (&self.subject, &self.pass, &self.fault)
            && text == self.asked
        {
            self.compare.take_pass(subject, pass, &text);
        }
        match self.compare.wanted(&text, self.catalogue.catalog(), self.subject.as_ref()) {
            Some(comparing) => self.start(Work::Compare(comparing)),
            None => Vec::new(),
        }
    }

    pub(super) fn compare_command(&mut self, command: Command) -> Vec<Effect> {
        let text = self.shell.prompt.text().to_owned();
        let word = match self.compare.command(command, &text) {
            Asked::Nothing => return Vec::new(),
            Asked::Add => return self.ask_beside(),
            Asked::OtherText => {
                let begin = self.compare.other.clone().unwrap_or(text);
                self.shell.ask_other_text(&begin);
                return Vec::new();
            }
            Asked::Leave => {
                if self.compare_from_catalogue {
                    (self.shell.screen, self.compare_from_catalogue) = (Screen::Catalogue, false);
                }
                return self.on_screen();
            }
            Asked::Enough => Word::NoMoreCompared,
            Asked::Few => Word::TwoStay,
        };
        self.shell.say(Gravity::Info, word.text(self.shell.language));
        Vec::new()
    }

    /// All models that can be laid beside those that are: entries of the catalogue, minis without one, and what is open.
    fn ask_beside(&mut self) -> Vec<Effect> {
        let language = self.shell.language;
        let catalog = self.catalogue.catalog();
        let entry = |id: &str, title: &str, note: String, also: String, detail: String| Entry {
            title: title.to_owned(),
            note,
            also,
            detail,
            choice: Choice::Beside(id.to_owned()),
        };
        let runs = |id: &str| minis::find(id).is_some_and(|mini| mini.is_trained());
        let mut entries: Vec<Entry> = Vec::new();
        for head in catalog.heads() {
            let mini =
                if runs(&head.id) { format!("  ·  {}", Word::TrainedModel.text(language)) } else { String::new() };
            let detail = format!("{}, {}{mini}", head.organisations.join(", "), head.released);
            let note = language.pick(head.kind.en, head.kind.zh).to_owned();
            entries.push(entry(&head.id, &head.name, note, format!("{} {}", head.id, head.aliases.join(" ")), detail));
        }
        let others = minis::all().filter(Mini::is_trained).map(|mini| mini.id.to_owned());
        let open = self.subject.iter().map(|subject| subject.name.clone());
        for id in others.chain(open) {
            if catalog.entry(&id).is_err() && !entries.iter().any(|entry| entry.title == id) {
                entries.push(entry(
                    &id,
                    &id,
                    Word::TrainedModel.text(language).to_owned(),
                    String::new(),
                    String::new(),
                ));
            }
        }
        entries.retain(|entry| !matches!(&entry.choice, Choice::Beside(id) if self.compare.models.contains(id)));
        self.shell.choose_from(Word::TypeToFindCompared, entries);
        Vec::new()
    }

    pub(super) fn lay_beside(&mut self, id: String) -> Vec<Effect> {
        self.compare.add(id);
        Vec::new()
    }

    pub(super) fn compare_click(&mut self, target: Target) {
        let text = self.shell.prompt.text().to_owned();
        self.compare.click(target, &text);
    }

    pub(super) fn take_compared(&mut self, asked: Comparing, outcome: compare::Outcome) {
        let text = self.shell.prompt.text().to_owned();
        self.compare.take(asked, outcome, &text);
    }

    pub(super) fn compare_failed(&mut self, asked: Comparing, fault: String) {
        let text = self.shell.prompt.text().to_owned();
        self.compare.failed(asked, fault, &text);
    }

    /// The bytes of the prompt that the token under the compare screen's cursor covers.
    pub(super) fn compared_bytes(&self) -> Option<(usize, usize)> {
        let text = self.shell.prompt.text();
        let column = self.compare.column(self.compare.lead, text)?;
        if self.compare.text_of(self.compare.lead, text) != text {
            return None;
        }
        let pass: &Arc<crate::explore::Pass> = &column.ran.pass;
        let stream = column.attention.query_stream;
        let token = pass.stream(stream).get(self.compare.query)?.source.as_ref()?;
        let written = !pass.target.is_empty() && stream == crate::tape::Stream::DECODER;
        let before = match token.sequence {
            _ if written => pass.prompt.second(),
            Some(1) => text.len().checked_sub(pass.prompt.pair.as_ref()?.len())?,
            _ => 0,
        };
        let (start, end) = (before + token.bytes.start, before + token.bytes.end);
        (end > start && text.get(start..end).is_some()).then_some((start, end))
    }
}
