//! Temperature, top-k and top-p: where they stand and what they do.

use ratatui::layout::Rect;

use super::View;
use crate::app::Word;
use crate::app::decode::Setting;
use crate::ui::widgets::bar::slider;
use crate::ui::{Canvas, Tone, text};

/// The largest temperature of the slider.
const HOTTEST: f32 = 2.0;
/// The number of candidates at the right end of the slider.
const MOST: f32 = 100.0;

const ALL: [Setting; 3] = [Setting::Temperature, Setting::TopK, Setting::TopP];

/// A row each, with a slider and words.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    for (row, setting) in ALL.into_iter().enumerate() {
        let line = Rect { y: area.y + row as u16, height: 1, ..area };
        draw_one(canvas, line, view, setting);
    }
}

fn draw_one(canvas: &mut Canvas<'_>, line: Rect, view: &View<'_>, setting: Setting) {
    let chosen = view.app.decode.setting == setting;
    let name = if chosen { Tone::Focused } else { Tone::Dim };
    canvas.say(line, line.x + 1, line.y, label(view, setting), name);
    canvas.say(line, line.x + 13, line.y, &text::right(&value(view, setting), 5), Tone::Strong);
    slider(canvas, Rect { x: line.x + 20, width: 10, ..line }, fraction(view, setting));
    let room = usize::from(line.width.saturating_sub(32));
    canvas.say(line, line.x + 32, line.y, &text::fit(&effect(view, setting), room), Tone::Dim);
}

/// All three in one row.
pub fn line(canvas: &mut Canvas<'_>, area: Rect, view: &View<'_>) {
    let mut x = area.x + 1;
    for setting in ALL {
        let name = if view.app.decode.setting == setting { Tone::Focused } else { Tone::Dim };
        x = canvas.say(area, x, area.y, label(view, setting), name);
        x = canvas.say(area, x + 1, area.y, &value(view, setting), Tone::Strong) + 3;
    }
}

fn label(view: &View<'_>, setting: Setting) -> &'static str {
    match setting {
        Setting::Temperature => view.word(Word::SettingTemperature),
        Setting::TopK => "top-k",
        Setting::TopP => "top-p",
    }
}

fn value(view: &View<'_>, setting: Setting) -> String {
    let sampling = view.sampling;
    match setting {
        Setting::Temperature => format!("{:.2}", sampling.temperature),
        Setting::TopK => sampling.top_k.map_or_else(|| view.word(Word::Off).to_owned(), |k| k.to_string()),
        Setting::TopP if sampling.top_p >= 1.0 => view.word(Word::Off).to_owned(),
        Setting::TopP => format!("{:.2}", sampling.top_p),
    }
}

fn fraction(view: &View<'_>, setting: Setting) -> f32 {
    let sampling = view.sampling;
    match setting {
        Setting::Temperature => sampling.temperature / HOTTEST,
        // The difference between 1 and 2 is as large as that between 50 and 100.
        Setting::TopK => sampling.top_k.map_or(1.0, |k| (k.max(1) as f32).ln() / MOST.ln() * 0.95),
        Setting::TopP => sampling.top_p,
    }
}

/// What the setting does here and now.
fn effect(view: &View<'_>, setting: Setting) -> String {
    let (sampling, outlook, language) = (view.sampling, view.outlook, view.language);
    let by = outlook.cut_by(sampling);
    match setting {
        Setting::Temperature => match sampling.temperature {
            t if t <= 0.0 => view.word(Word::TemperatureZero).to_owned(),
            t if t < 1.0 => view.word(Word::TemperatureLow).to_owned(),
            t if t > 1.0 => view.word(Word::TemperatureHigh).to_owned(),
            _ => view.word(Word::TemperatureOne).to_owned(),
        },
        Setting::TopK => match sampling.top_k {
            None => Word::TopKOff.fill(language, &[&crate::ui::number::thousands(outlook.vocabulary as u64)]),
            Some(_) if sampling.temperature <= 0.0 => view.word(Word::NoDraw).to_owned(),
            Some(k) if k >= outlook.vocabulary => Word::TopKAll.fill(language, &[&outlook.vocabulary]),
            Some(k) if by == Some(Setting::TopK) => Word::TopKCut.fill(language, &[&k]),
            Some(_) => Word::TopKNone.fill(language, &[&outlook.kept]),
        },
        Setting::TopP => match sampling.top_p {
            p if p >= 1.0 => view.word(Word::TopPOff).to_owned(),
            _ if sampling.temperature <= 0.0 => view.word(Word::NoDraw).to_owned(),
            _ if by == Some(Setting::TopK) => Word::TopPNone.fill(language, &[&outlook.kept]),
            p => Word::TopPCut.fill(language, &[&format!("{p:.2}")]),
        },
    }
}
