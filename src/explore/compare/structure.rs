//! The parts of several models in rows: equal names side by side, a gap where a model has no such part.

use super::align::align;
use super::form::{Form, Stack};
use super::part::Part;
use super::sentences;
use crate::catalog::Text;
use crate::tape::vocabulary;

/// Where in a model a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Which stacks there are.
    Stacks,
    /// Before the first layer.
    Input,
    /// Inside one layer.
    Block,
    /// Behind the last layer.
    Output,
}

impl Section {
    /// The beginning of the paths of its rows.
    fn path(self) -> &'static str {
        match self {
            Self::Stacks => "stack",
            Self::Input => "input",
            Self::Block => "layer",
            Self::Output => "output",
        }
    }
}

/// What a part is in one stack of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// Which stack, where the model has several or layers of several forms.
    pub stack: Option<Text>,
    /// What it is there.
    pub line: Text,
}

/// What a model has in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// All of it in a line: `decoder only  12 heads`.
    pub line: Text,
    /// The same stack by stack.
    pub tellings: Vec<Telling>,
}

/// One part of all models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where it stands.
    pub section: Section,
    /// Names from outside inwards: `layer/attention/scores`.
    pub path: String,
    /// What it is called.
    pub title: Text,
    /// What each model has; nothing where it has no such part, or where there is no code for it.
    pub cells: Vec<Option<Cell>>,
    /// Whether all have the same.
    pub same: bool,
    /// What the difference means; nothing where there is none.
    pub sentence: Option<Text>,
}

/// A sequence of parts that is aligned: one stack's, or one form of its layers.
struct Column<'a> {
    model: usize,
    label: Text,
    parts: &'a [Part],
}

/// The rows of models; those without code have gaps, which count for nothing.
pub fn rows(forms: &[Option<&Form>]) -> Vec<Row> {
    let mut rows = stacks(forms);
    for section in [Section::Input, Section::Block, Section::Output] {
        let mut columns = Vec::new();
        for (model, form) in forms.iter().enumerate() {
            for stack in form.iter().flat_map(|form| &form.stacks) {
                columns.extend(columns_of(section, model, stack));
            }
        }
        rows.extend(aligned(section, forms, &columns));
    }
    rows
}

fn stack_name(stack: &Stack) -> Text {
    vocabulary::find(stack.name).map_or_else(|| Text::same(stack.name), |name| Text::new(name.en, name.zh))
}

fn columns_of(section: Section, model: usize, stack: &Stack) -> Vec<Column<'_>> {
    let label = stack_name(stack);
    match section {
        Section::Stacks => Vec::new(),
        Section::Input => vec![Column { model, label, parts: &stack.input }],
        Section::Output => vec![Column { model, label, parts: &stack.output }],
        Section::Block => {
            let several = stack.blocks.len() > 1;
            let blocks = stack.blocks.iter().map(|block| {
                let times = block.times;
                let label = if several {
                    Text::new(format!("{} ×{times}", label.en), format!("{} ×{times}", label.zh))
                } else {
                    label.clone()
                };
                Column { model, label, parts: &block.parts }
            });
            blocks.collect()
        }
    }
}

/// One row for each stack that any of the models has.
fn stacks(forms: &[Option<&Form>]) -> Vec<Row> {
    let mut names: Vec<&Stack> = Vec::new();
    for stack in forms.iter().flatten().flat_map(|form| &form.stacks) {
        if !names.iter().any(|known| known.name == stack.name) {
            names.push(stack);
        }
    }
    let row = |named: &Stack| {
        let cells: Vec<Option<Cell>> = forms
            .iter()
            .map(|form| {
                let stack = form.as_ref()?.stacks.iter().find(|stack| stack.name == named.name)?;
                let shared = stack.sets < stack.layers;
                let plural = if stack.sets == 1 { "" } else { "s" };
                let sets = [format!(", {} set{plural} of weights", stack.sets), format!("，{} 组权重", stack.sets)];
                let [en, zh] = sets.map(|words| if shared { words } else { String::new() });
                let line = Text::new(format!("{} layers{en}", stack.layers), format!("{} 层{zh}", stack.layers));
                Some(Cell { tellings: vec![Telling { stack: None, line: line.clone() }], line })
            })
            .collect();
        let same = is_same(forms, &cells);
        let own = || forms.iter().flatten().flat_map(|form| &form.stacks).filter(|stack| stack.name == named.name);
        let mut what = vec![if lacks(forms, &cells) { "absent" } else { "layers" }];
        if own().any(|stack| stack.sets < stack.layers) {
            what.push("shared");
        }
        if own().all(|stack| stack.layers == named.layers) {
            what.retain(|what| *what != "layers");
        }
        let sentence = (!same).then(|| sentences::find(named.name, "stack", &what));
        let section = Section::Stacks;
        Row { section, path: format!("stack/{}", named.name), title: stack_name(named), cells, same, sentence }
    };
    names.into_iter().map(row).collect()
}

fn lacks(forms: &[Option<&Form>], cells: &[Option<Cell>]) -> bool {
    forms.iter().zip(cells).any(|(form, cell)| form.is_some() && cell.is_none())
}

/// Whether all models that there is code for have the same.
fn is_same(forms: &[Option<&Form>], cells: &[Option<Cell>]) -> bool {
    let mut known = forms.iter().zip(cells).filter(|(form, _)| form.is_some()).map(|(_, cell)| cell);
    let Some(first) = known.next() else { return true };
    known.all(|cell| cell.as_ref().map(|cell| &cell.line) == first.as_ref().map(|cell| &cell.line))
}

fn aligned(section: Section, forms: &[Option<&Form>], columns: &[Column<'_>]) -> Vec<Row> {
    let keys: Vec<Vec<&str>> =
        columns.iter().map(|column| column.parts.iter().map(|part| part.key.as_str()).collect()).collect();
    let mut rows: Vec<Row> = Vec::new();
    for (key, places) in align(&keys) {
        let of = |model: usize| -> Vec<(&Column<'_>, Option<&Part>)> {
            let own = columns.iter().zip(&places).filter(|(column, _)| column.model == model);
            own.map(|(column, place)| (column, place.and_then(|place| column.parts.get(place)))).collect()
        };
        let Some(first) = columns.iter().zip(&places).find_map(|(column, place)| column.parts.get((*place)?)) else {
            continue;
        };
        let cells: Vec<Option<Cell>> = (0..forms.len()).map(|model| cell(&of(model))).collect();
        let same = is_same(forms, &cells);
        let sentence = (!same).then(|| {
            let parts: Vec<Vec<&Part>> =
                (0..forms.len()).map(|model| of(model).into_iter().filter_map(|(_, part)| part).collect()).collect();
            let what = if lacks(forms, &cells) { vec!["absent"] } else { differing(&parts) };
            sentences::find(&key, first.kind, &what)
        });
        let path = format!("{}/{key}", section.path());
        let again = rows.iter().filter(|row| row.path.split('#').next() == Some(path.as_str())).count();
        let path = if again == 0 { path } else { format!("{path}#{}", again + 1) };
        rows.push(Row { section, path, title: first.title.clone(), cells, same, sentence });
    }
    rows
}

/// In which respects models differ that all have the part: a model's stacks taken together.
fn differing(models: &[Vec<&Part>]) -> Vec<&'static str> {
    let values = |parts: &[&Part], what: &str| {
        let facets = parts.iter().flat_map(|part| &part.facets).filter(|facet| facet.what == what);
        let mut values: Vec<String> = facets.map(|facet| facet.value.clone()).collect();
        values.sort_unstable();
        values.dedup();
        values
    };
    let mut whats: Vec<&'static str> = Vec::new();
    for facet in models.iter().flatten().flat_map(|part| &part.facets) {
        let known: Vec<&Vec<&Part>> = models.iter().filter(|parts| !parts.is_empty()).collect();
        let differs = known.windows(2).any(|pair| values(pair[0], facet.what) != values(pair[1], facet.what));
        if differs && !whats.contains(&facet.what) {
            whats.push(facet.what);
        }
    }
    if whats.is_empty() {
        // The same, but not in all of its stacks.
        whats.push("stacks");
    }
    whats
}

/// Reads a text in one language.
type Read = fn(&Text) -> &str;

/// The cell of a model: its stacks' parts in one line.
fn cell(parts: &[(&Column<'_>, Option<&Part>)]) -> Option<Cell> {
    let present: Vec<(&Text, &Part)> =
        parts.iter().filter_map(|(column, part)| Some((&column.label, (*part)?))).collect();
    let first = present.first()?.1;
    let several = parts.len() > 1;
    let tellings = present
        .iter()
        .map(|(label, part)| Telling { stack: several.then(|| (*label).clone()), line: part.line.clone() })
        .collect();
    let alike = present.iter().all(|(_, part)| part.line == first.line);
    let join = |read: Read, comma: &str| present.iter().map(|(label, _)| read(label)).collect::<Vec<_>>().join(comma);
    let [en, zh]: [Read; 2] = [|text| &text.en, |text| &text.zh];
    let line = match (alike, present.len() == parts.len()) {
        (true, true) => first.line.clone(),
        (true, false) => Text::new(
            format!("{} only  {}", join(en, ", "), first.line.en),
            format!("仅{}  {}", join(zh, "、"), first.line.zh),
        ),
        (false, _) => {
            let told = |read: Read, commas: [&str; 2]| {
                let lines: Vec<(&str, &str)> =
                    present.iter().map(|(label, part)| (read(label), read(&part.line))).collect();
                together(&lines, commas)
            };
            Text::new(told(en, [", ", ", "]), told(zh, ["，", "；"]))
        }
    };
    Some(Cell { line, tellings })
}

/// Lines of several stacks as one: what all begin and end with is said once. `commas` part the end of a line from what
/// stands before it, and one stack from the next.
fn together(lines: &[(&str, &str)], commas: [&str; 2]) -> String {
    const GAP: &str = "  ";
    let pieces: Vec<Vec<&str>> = lines.iter().map(|(_, line)| line.split(GAP).collect()).collect();
    let shortest = pieces.iter().map(Vec::len).min().unwrap_or(0);
    let alike = |place: usize| pieces.iter().all(|own| own[place] == pieces[0][place]);
    let begin = (0..shortest.saturating_sub(1)).take_while(|&place| alike(place)).count();
    let rests: Vec<String> = pieces.iter().map(|own| own[begin..].join(GAP)).collect();
    let ends: Vec<Vec<&str>> = rests.iter().map(|rest| rest.split(commas[0]).collect()).collect();
    let shortest = ends.iter().map(Vec::len).min().unwrap_or(0);
    let same = |back: &usize| ends.iter().all(|own| own[own.len() - back] == ends[0][ends[0].len() - back]);
    let end = (1..shortest).take_while(same).count();
    let mut line: String = pieces[0][..begin].iter().flat_map(|piece| [*piece, GAP]).collect();
    let told =
        lines.iter().zip(&ends).map(|((label, _), own)| format!("{label} {}", own[..own.len() - end].join(commas[0])));
    line += &told.collect::<Vec<_>>().join(commas[1]);
    for piece in &ends[0][ends[0].len() - end..] {
        line += commas[0];
        line += piece;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::together;

    #[test]
    fn what_stacks_have_in_common_is_said_once() {
        let said = |one, two| together(&[("encoder", one), ("decoder", two)], [", ", ", "]);
        assert_eq!(
            said("8 heads  all see all, no bias", "8 heads  causal, no bias"),
            "8 heads  encoder all see all, decoder causal, no bias"
        );
        assert_eq!(said("8 heads", "4 heads"), "encoder 8 heads, decoder 4 heads");
        assert_eq!(said("a  b  c", "a  b"), "a  encoder b  c, decoder b");
        assert_eq!(said("x, y", "y"), "encoder x, y, decoder y");
    }
}
