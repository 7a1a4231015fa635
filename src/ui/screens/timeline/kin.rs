//! The chosen model in words: when, by whom, from whom with what was taken, and who came from it.

use ratatui::layout::Rect;

use crate::app::timeline::{KIN, Line};
use crate::app::{App, Language, Target, Word};
use crate::catalog::Entry;
use crate::ui::screens::catalogue::pick;
use crate::ui::screens::page::Page;
use crate::ui::{Canvas, Tone, text};

/// A parent or child in words.
struct Kin {
    /// Its place in the family, if it has an entry.
    model: Option<usize>,
    name: String,
    how: &'static str,
    /// What was taken, and how sure that is.
    what: String,
}

/// The chosen model.
struct Chosen<'a> {
    entry: &'a Entry,
    parents: Vec<Kin>,
    children: Vec<Kin>,
}

fn chosen(app: &App, language: Language) -> Option<Chosen<'_>> {
    let (state, catalog) = (&app.timeline, app.catalogue.catalog());
    let family = state.family();
    let model = state.chosen()?;
    let entry = catalog.entry(&family.models[model].id).ok()?;
    let what = |link: &crate::catalog::Link| {
        let sure = link.status.map(|status| format!(" [{}]", language.pick(status.en, status.zh)));
        link.text.as_ref().map(|text| pick(text, language)).unwrap_or_default() + &sure.unwrap_or_default()
    };
    let parents = entry.lineage.iter().map(|link| {
        let model = link.from.as_deref().and_then(|id| family.find(id));
        let outside = link.outside.as_ref().map(|name| pick(name, language));
        let name = model.map(|model| family.models[model].name.clone()).or(outside);
        let name = name.or_else(|| link.from.clone()).unwrap_or_default();
        Kin { model, name, how: language.pick(link.how.en, link.how.zh), what: what(link) }
    });
    let children = family.children(model).map(|line: &Line| {
        let child = &family.models[line.child];
        let link = catalog.entry(&child.id).ok().and_then(|heir| {
            heir.lineage.iter().find(|link| link.from.as_ref() == Some(&entry.head.id) && link.how == line.how)
        });
        Kin {
            model: Some(line.child),
            name: child.name.clone(),
            how: language.pick(line.how.en, line.how.zh),
            what: link.map(what).unwrap_or_default(),
        }
    });
    Some(Chosen { entry, parents: parents.collect(), children: children.collect() })
}

/// Under the picture: a row each.
pub fn below(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let language = canvas.language;
    let Some(Chosen { entry, parents, children }) = chosen(app, language) else { return };
    let area = Rect { x: area.x + u16::from(area.x == 0), width: area.width - u16::from(area.x == 0), ..area };
    let head = &entry.head;
    let legend = Word::SizeLegend.text(language);
    let (by, date) = (head.organisations.join(", "), head.released.to_string());
    let words = [head.name.as_str(), &by, &date, language.pick(head.kind.en, head.kind.zh)];
    let needed: usize = words.iter().map(|word| text::width(word) + 2).sum();
    let mut room = area;
    if needed + text::width(legend) + 2 <= usize::from(area.width) {
        canvas.say_right(Rect { width: area.width - 1, ..area }, area.y, legend, Tone::Dim);
        room.width -= text::width(legend) as u16 + 2;
    }
    let x = canvas.put(room, area.x, area.y, &head.name, canvas.theme.cursor_label());
    canvas.say_all(
        room,
        x + 2,
        area.y,
        &[(&by, Tone::Text), ("  ", Tone::Text), (&date, Tone::Text), ("  ", Tone::Text), (words[3], Tone::Dim)],
    );
    let next = (app.timeline.next_parent(), app.timeline.next_child());
    let row = |y| Rect { y: area.y + y, height: 1, ..area };
    let titles = [Word::TimelineFrom, Word::TimelineTo].map(|word| word.text(language));
    let indent = titles.iter().map(|title| text::width(title)).max().unwrap_or(0) as u16 + 3;
    for (y, mark, title, kin, next, none) in [
        (1, "←", titles[0], &parents, next.0, Word::TimelineNoParents),
        (2, "→", titles[1], &children, next.1, Word::TimelineNoChildren),
    ] {
        let line = row(y);
        canvas.say_all(line, line.x, line.y, &[(mark, Tone::Accent), (" ", Tone::Text), (title, Tone::Dim)]);
        let names = Rect { x: line.x + indent, width: line.width.saturating_sub(indent + 1), ..line };
        if kin.is_empty() {
            canvas.say(names, names.x, names.y, none.text(language), Tone::Faint);
        }
        row_of(canvas, names, kin, next);
    }
    if area.height > 3
        && let Some(kin) = parents.iter().find(|kin| kin.model.is_some() && kin.model == next.0)
    {
        let words = if kin.what.is_empty() { kin.how.to_owned() } else { format!("{}: {}", kin.how, kin.what) };
        let words = format!("{}  {words}", kin.name);
        canvas.say(
            row(3),
            area.x + indent,
            area.y + 3,
            &text::fit(&words, (area.width - indent - 1).into()),
            Tone::Dim,
        );
    }
}

/// Names after each other; the one that the keys lead to next is marked. Where there is no room for all, those around
/// it are shown.
fn row_of(canvas: &mut Canvas<'_>, area: Rect, kin: &[Kin], next: Option<usize>) {
    let at = kin.iter().position(|kin| kin.model.is_some() && kin.model == next).unwrap_or(0);
    let wide = |kin: &Kin| text::width(&kin.name) + 3;
    let mut first = 0;
    while first < at && kin[first..=at].iter().map(wide).sum::<usize>() + 4 > usize::from(area.width) {
        first += 1;
    }
    let mut x = area.x;
    if first > 0 {
        x = canvas.say(area, x, area.y, "… ", Tone::Dim);
    }
    for (index, kin) in kin.iter().enumerate().skip(first) {
        if usize::from(area.right().saturating_sub(x)) < wide(kin) + 1 {
            canvas.say(area, x, area.y, "…", Tone::Dim);
            break;
        }
        let chosen = index == at && kin.model.is_some();
        let start = x;
        x = canvas.say(area, x, area.y, if chosen { "▸" } else { " " }, Tone::Accent);
        let tone = match kin.model {
            None => Tone::Faint,
            Some(_) if chosen => Tone::Focused,
            Some(_) => Tone::Text,
        };
        x = canvas.say(area, x, area.y, &kin.name, tone);
        if let Some(model) = kin.model {
            let hit = Rect { x: start, width: x - start, ..area };
            canvas.hits.push(hit, Target::Row { list: KIN, row: model });
        }
        x += 2;
    }
}

/// Beside the picture: everything, with what was taken.
pub fn beside(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let language = canvas.language;
    let Some(Chosen { entry, parents, children }) = chosen(app, language) else { return };
    let head = &entry.head;
    let mut page = Page::new(area.width);
    page.row(&[(&head.name, Tone::Focused)], Some((&head.released.to_string(), Tone::Text)));
    page.row(&[(&head.organisations.join(", "), Tone::Text)], None);
    page.row(&[(language.pick(head.kind.en, head.kind.zh), Tone::Dim)], None);
    if let Some(note) = &head.released_note {
        page.text(&pick(note, language), Tone::Dim);
    }
    let next = (app.timeline.next_parent(), app.timeline.next_child());
    for (title, mark, list, next, none) in [
        (Word::TimelineFrom, "←", &parents, next.0, Word::TimelineNoParents),
        (Word::TimelineTo, "→", &children, next.1, Word::TimelineNoChildren),
    ] {
        page.title(&format!("{mark} {}", title.text(language)), "");
        if list.is_empty() {
            page.text(none.text(language), Tone::Faint);
        }
        for kin in list {
            let chosen = kin.model.is_some() && kin.model == next;
            let tone = if chosen { Tone::Focused } else { Tone::Text };
            let mark = if chosen { "▸" } else { "·" };
            page.item(mark, &format!("{}, {}", kin.name, kin.how), Tone::Accent, tone);
            if !kin.what.is_empty() {
                page.item(" ", &kin.what, Tone::Text, Tone::Dim);
            }
        }
    }
    page.blank();
    page.text(Word::SizeLegend.text(language), Tone::Dim);
    page.draw(canvas, area, 0, &|rows| Word::LinesBelow.fill(language, &[&rows]));
}
