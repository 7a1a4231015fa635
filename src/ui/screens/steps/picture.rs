//! What goes into a step and what comes out of it, side by side where there is room.

use ratatui::layout::Rect;

use super::look::{Extent, Look, Seen};
use super::{maps, rows, side, table};
use crate::app::{App, Word, steps};
use crate::explore::Pass;
use crate::tape::NodeId;
use crate::ui::screens::shown;
use crate::ui::widgets::{Legend, Strip};
use crate::ui::{Canvas, Tone, text};

/// Below this width the legend lies along one row.
const ROOMY: u16 = 70;
/// Columns of the legend and of what stands under it.
const SIDE: u16 = 13;
/// Features that one half cell may hold before two strips beside each other say too little.
const POOLED: usize = 8;
/// Columns between the two values.
const GAP: u16 = 2;

/// One of the two values.
pub struct Shown {
    /// Its node.
    pub node: NodeId,
    /// Its numbers, `None` while they are recomputed.
    pub seen: Option<Seen>,
    /// How far they go.
    pub extent: Option<Extent>,
    look: Look,
    size: (usize, usize),
    map: u8,
}

impl Shown {
    fn of(app: &App, pass: &Pass, node: NodeId, map: u8) -> Self {
        let cell = app.steps.cell_of(pass, node, &app.cursor);
        let axes = &pass.record.graph().node(node).axes;
        let seen = Seen::of(pass, node, &cell);
        let size = seen.as_ref().map_or((1, 1), |seen| (seen.size().1, seen.size().2));
        let mut shown = Self { node, extent: None, look: Look::of(axes), size, seen, map };
        shown.extent = shown.seen.as_ref().map(|seen| seen.extent(pass, seen.slice(app)));
        shown
    }

    /// Row and column of the cursor.
    pub fn place(&self, app: &App) -> (usize, usize) {
        let (rows, cols) = self.size;
        let col = if self.look == Look::Maps { app.cursor.key } else { app.cursor.feature };
        (app.cursor.query.min(rows.saturating_sub(1)), col.min(cols.saturating_sub(1)))
    }
}

/// How a value is drawn beside another one.
#[derive(Clone, Copy)]
pub struct How {
    /// Whether it is the one that comes out.
    pub out: bool,
    /// Whether its rows have labels.
    pub named: bool,
    /// Whether the window is small.
    pub compact: bool,
}

/// What was drawn of a value.
#[derive(Clone, Copy)]
pub struct Drawn {
    /// The column behind it.
    pub right: u16,
    /// Rows and columns that one cell holds.
    pub step: (usize, usize),
}

impl Drawn {
    /// Something that shows every number by itself.
    pub fn to(right: u16) -> Self {
        Self { right, step: (1, 1) }
    }
}

/// All that the picture shows.
pub struct Screen<'a> {
    /// The app.
    pub app: &'a App,
    /// The pass.
    pub pass: &'a Pass,
    /// What goes in: a value, or the rows that are taken from a table.
    before: Before,
    /// What comes out.
    pub after: Shown,
}

enum Before {
    Nothing,
    Value(Box<Shown>),
    Rows(rows::Taken),
}

impl<'a> Screen<'a> {
    /// The picture of the step under the cursor.
    pub fn of(app: &'a App, pass: &'a Pass) -> Option<Self> {
        let after = Shown::of(app, pass, app.steps.node(pass)?, 0);
        let before = match (rows::Taken::by(app, pass), app.steps.before(pass)) {
            (Some(taken), _) => Before::Rows(taken),
            (None, Some(node)) => Before::Value(Box::new(Shown::of(app, pass, node, steps::BEFORE))),
            (None, None) => Before::Nothing,
        };
        Some(Self { app, pass, before, after })
    }

    /// Draws both values, or the one that comes out where there is no room for two.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let roomy = area.width >= ROOMY;
        let side = Rect { x: area.right().saturating_sub(SIDE), width: SIDE.min(area.width), ..area };
        let room = if roomy {
            Rect { width: area.width.saturating_sub(SIDE + 2), ..area }
        } else {
            Rect { height: area.height.saturating_sub(1), ..area }
        };
        let drawn = self.draw_values(canvas, room, !roomy);
        if roomy {
            let x = (drawn.right + 2).min(side.x);
            let side = Rect { x, y: side.y + 1, height: side.height.saturating_sub(1), ..side };
            side::draw(canvas, side, self, drawn.step);
        } else {
            side::draw_along(canvas, Rect { y: room.bottom(), height: 1, ..area }, self, drawn.step);
        }
    }

    fn draw_values(&self, canvas: &mut Canvas<'_>, room: Rect, compact: bool) -> Drawn {
        let alone = How { out: true, named: true, compact };
        let Some((before, after)) = self.widths(room.width) else {
            let width = self.after.wanted(true).min(room.width);
            return self.draw_value(canvas, Rect { width, ..room }, &self.after, alone);
        };
        let left = Rect { width: before, ..room };
        let right = Rect { x: room.x + before + GAP, width: after, ..room };
        match &self.before {
            Before::Nothing => {}
            Before::Value(value) => {
                self.draw_value(canvas, left, value, How { out: false, ..alone });
            }
            Before::Rows(taken) => {
                let word = Word::StepIn.text(canvas.language);
                let columns = usize::from(left.width).saturating_sub(text::width(word) + 3);
                let title = shown::fit_path(&taken.title(canvas.language), columns);
                canvas.title(left, word, &title, false);
                taken.draw(canvas, below_title(left), self.app);
            }
        }
        let how = How { named: !self.shares_rows(), ..alone };
        self.draw_value(canvas, right, &self.after, how)
    }

    /// Whether the row labels of the value that goes in name those of the one that comes out too.
    fn shares_rows(&self) -> bool {
        let Before::Value(before) = &self.before else { return false };
        let strips = before.look == Look::Strip && self.after.look == Look::Strip;
        strips && before.size.0 == self.after.size.0 && before.seen.is_some() && !self.app.steps.table
    }

    /// The widths of the two; `None` where only one is shown.
    fn widths(&self, room: u16) -> Option<(u16, u16)> {
        let (least, wanted, before_look) = match &self.before {
            Before::Nothing => return None,
            Before::Rows(_) => (rows::Taken::WIDTH, rows::Taken::WIDTH, None),
            Before::Value(value) => (value.look.least(), value.wanted(true), Some(value)),
        };
        let after = &self.after;
        let after_wanted = after.wanted(!self.shares_rows());
        let free = room.checked_sub(GAP)?;
        if least + after.look.least() > free {
            return None;
        }
        let (before_width, after_width) = share(free, (least, wanted), (after.look.least(), after_wanted));
        // Two strips with one set of labels have cells of the same size.
        let (before_width, after_width) = if self.shares_rows() {
            let both = before_width + after_width;
            let after_width = both.saturating_sub(6) / 2;
            (both - after_width, after_width)
        } else {
            (before_width, after_width)
        };
        let readable =
            |value: &Shown, width: u16| value.look != Look::Strip || value.size.1 <= 2 * POOLED * usize::from(width);
        let gutter = if self.shares_rows() { 1 } else { 7 };
        let both = readable(after, after_width.saturating_sub(gutter))
            && before_look.is_none_or(|value| readable(value, before_width.saturating_sub(7)));
        both.then_some((before_width, after_width))
    }

    /// Draws one value under its title.
    fn draw_value(&self, canvas: &mut Canvas<'_>, area: Rect, value: &Shown, how: How) -> Drawn {
        let language = canvas.language;
        let word = if how.out { Word::StepOut } else { Word::StepIn }.text(language);
        let mut hint = shown::path_of(self.pass, value.node, language);
        if let Some(seen) = value.seen.as_ref().filter(|seen| value.look == Look::Maps && seen.size().0 > 1) {
            let head = format!("{} {}", Word::AxisHead.text(language), seen.slice(self.app));
            hint = format!("{hint}  {}", Word::SourceOf.fill(language, &[&head, &seen.size().0]));
        }
        let range = value.extent.filter(|extent| !how.out && !extent.weights && value.look == Look::Strip);
        let range = range.map(|extent| Legend { title: "", scale: extent.scale(self.app.steps.range) }.range());
        let room = usize::from(area.width).saturating_sub(text::width(word) + 3);
        if let Some(range) = range.filter(|range| text::width(&hint) + text::width(range) + 2 <= room) {
            hint = format!("{hint}  {range}");
        }
        canvas.title(area, word, &shown::fit_path(&hint, room), how.out);
        let area = below_title(area);
        let Some(seen) = &value.seen else {
            canvas.say(area, area.x + 1, area.y + 1, Word::Recomputed.text(language), Tone::Dim);
            return Drawn::to(area.right());
        };
        match value.look {
            Look::Maps => maps::draw(canvas, area, self, value, seen, how),
            Look::Strip if self.app.steps.table => Drawn::to(table::draw(canvas, area, self, value, seen)),
            Look::Strip => self.draw_strip(canvas, area, value, seen, how),
            Look::Ranked => Drawn::to(rows::ranked(canvas, area, self, seen)),
            Look::Column | Look::List | Look::Gauge => Drawn::to(rows::listed(canvas, area, self, value, seen)),
        }
    }

    fn draw_strip(&self, canvas: &mut Canvas<'_>, area: Rect, value: &Shown, seen: &Seen, how: How) -> Drawn {
        let (Some(numbers), Some(extent)) = (seen.numbers(), value.extent) else { return Drawn::to(area.right()) };
        let number = |row: usize, col: usize| numbers[[0, row, col]];
        let (_, tokens, features) = seen.size();
        let columns = if how.named { 5 + u16::from(!how.compact) } else { 0 };
        let strip = Strip::new(tokens, features, &number).named(&seen.rows, columns).header(true);
        let strip = strip.scale(extent.scale(self.app.steps.range)).cursor(Some(value.place(self.app))).map(value.map);
        let drawn = strip.draw(canvas, area);
        Drawn { right: drawn.cells.right(), step: (1, drawn.features) }
    }
}

fn below_title(area: Rect) -> Rect {
    Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area }
}

/// Shares columns between two values that want some and need fewer.
fn share(free: u16, one: (u16, u16), two: (u16, u16)) -> (u16, u16) {
    let half = free / 2;
    let first = if two.1 <= free - half { free - two.1 } else { half };
    let first = first.min(one.1).max(one.0).min(free - two.0);
    (first, (free - first).min(two.1.max(two.0)))
}

impl Look {
    /// The least width in which it says something.
    fn least(self) -> u16 {
        match self {
            Look::Maps => 44,
            Look::Strip => 30,
            Look::Ranked => 34,
            Look::Column | Look::List | Look::Gauge => 26,
        }
    }
}

impl Shown {
    /// How it is drawn.
    pub fn look(&self) -> Look {
        self.look
    }

    /// Whether it is drawn so.
    pub fn is(&self, look: Look) -> bool {
        self.look == look
    }

    /// Its number for the mouse.
    pub fn map(&self) -> u8 {
        self.map
    }

    /// The width that it would fill; `named` where it has row labels of its own.
    fn wanted(&self, named: bool) -> u16 {
        let gutter = if named { 7 } else { 1 };
        match self.look {
            // The one that goes in is a single large map.
            Look::Maps if self.map == steps::BEFORE => (self.size.1.min(400) as u16 * 2 + 10).max(Look::Maps.least()),
            Look::Maps | Look::List => u16::MAX,
            Look::Strip => (self.size.1.min(400) as u16 + gutter).max(Look::Strip.least()),
            Look::Ranked => 64,
            Look::Column => 44,
            Look::Gauge => 40,
        }
    }
}
