//! Themes: the named colours, the two ramps and what stands for them where a terminal has fewer colours or none.
//!
//! A [`Theme`] is made once for a colour depth; every widget asks it for styles and cells and never names a colour.

pub mod oklab;
mod paint;
mod source;

use oklab::{Lab, Rgb, gradient, nearest_256};
pub use paint::Paint;
use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier, Style},
};
pub use source::ThemeError;
use source::{Ansi, Source};

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColorDepth {
    /// None: bold, underline, reverse and glyphs only.
    None,
    /// The sixteen of the terminal's own palette.
    Ansi16,
    /// The 256 of xterm.
    Indexed256,
    /// Every colour.
    #[default]
    TrueColor,
}

/// A meaning that a piece of text has; the theme says how it looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// What is read.
    #[default]
    Text,
    /// The one number or word that counts.
    Strong,
    /// Labels, second line.
    Dim,
    /// Units, hints, what may be missed.
    Faint,
    /// Lines between panes.
    Rule,
    /// Focus, cursor labels, keys, the first bar.
    Accent,
    /// Differs, imprecise, cut.
    Warm,
    /// Wrong, failed.
    Bad,
    /// A section's title.
    Title,
    /// The title of the pane that has the keys.
    Focused,
    /// Every second label of a map.
    Label,
    /// The labels between them.
    LabelDim,
    /// A glyph saying why a cell is hidden.
    Hidden,
    /// The glyph of the future, which covers half of a causal map.
    Future,
}

/// How everything looks, for one terminal.
#[derive(Clone, Debug)]
pub struct Theme {
    depth: ColorDepth,
    source: Source,
    weights: Vec<Step>,
    signed: Vec<Step>,
}

/// The themes that come with the program, and those of the user.
#[derive(Clone, Debug, Default)]
pub struct Themes {
    own: Vec<Source>,
}

impl Themes {
    /// Takes a theme of the user's in, of a file of this name (without its ending).
    ///
    /// # Errors
    /// Where it is no theme, is based on one that there is not, or a theme of this name comes with the program.
    pub fn add(&mut self, name: &str, text: &str) -> Result<(), ThemeError> {
        if EMBEDDED.iter().any(|(embedded, _)| *embedded == name) {
            return Err(ThemeError::Taken(name.to_owned()));
        }
        let source = Source::read(name, text, embedded)?;
        self.own.retain(|own| own.name != name);
        self.own.push(source);
        Ok(())
    }

    /// The names, those of the program first.
    pub fn names(&self) -> Vec<String> {
        let embedded = EMBEDDED.iter().map(|(name, _)| (*name).to_owned());
        embedded.chain(self.own.iter().map(|source| source.name.clone())).collect()
    }

    /// The theme of that name, for that many colours.
    ///
    /// # Errors
    /// Where there is no theme of that name.
    pub fn named(&self, name: &str, depth: ColorDepth) -> Result<Theme, ThemeError> {
        let own = self.own.iter().find(|source| source.name == name).cloned();
        let source = own.map_or_else(|| embedded(name), Ok).map_err(|error| match error {
            ThemeError::Unknown { name, .. } => ThemeError::Unknown { name, known: self.names() },
            other => other,
        })?;
        Ok(Theme::of(source, depth))
    }
}

/// The theme in use, made anew only when another is asked for.
#[derive(Clone, Debug)]
pub struct Look {
    depth: ColorDepth,
    themes: Themes,
    theme: Theme,
}

impl Look {
    /// The dark theme, for that many colours; the one without colours where there are none.
    ///
    /// # Errors
    /// Where an embedded theme is faulty, which a test rules out.
    pub fn new(depth: ColorDepth, themes: Themes) -> Result<Self, ThemeError> {
        let name = if depth == ColorDepth::None { "mono" } else { "dark" };
        Ok(Self { depth, theme: Theme::named(name, depth)?, themes })
    }

    /// The theme of that name; the one before stays where there is none. Without colours there is only one.
    pub fn theme(&mut self, name: &str) -> &Theme {
        let wanted = if self.depth == ColorDepth::None { "mono" } else { name };
        if self.theme.name() != wanted
            && let Ok(theme) = self.themes.named(wanted, self.depth)
        {
            self.theme = theme;
        }
        &self.theme
    }
}

/// One entry of a ramp: the colour, and that of text upon it.
#[derive(Clone, Copy, Debug)]
struct Step {
    colour: Color,
    ink: Color,
}

/// Above this lightness the text on a cell is dark.
const DARK_INK_ABOVE: f32 = 0.62;
/// Entries of a ramp's table.
const ENTRIES: usize = 256;
/// Steps of a ramp where there are 256 colours: more would fall on the same ones.
const STEPS_256: usize = 12;

/// The themes that come with the program, in the order in which a key goes through them.
const EMBEDDED: [(&str, &str); 5] = [
    ("dark", include_str!("../../../assets/themes/dark.yaml")),
    ("light", include_str!("../../../assets/themes/light.yaml")),
    ("cividis", include_str!("../../../assets/themes/cividis.yaml")),
    ("contrast", include_str!("../../../assets/themes/contrast.yaml")),
    ("mono", include_str!("../../../assets/themes/mono.yaml")),
];

/// The file of a theme that comes with the program.
pub fn embedded_file(name: &str) -> Option<&'static str> {
    EMBEDDED.iter().find(|(embedded, _)| *embedded == name).map(|(_, text)| *text)
}

fn embedded(name: &str) -> Result<Source, ThemeError> {
    let known = || EMBEDDED.iter().map(|(name, _)| (*name).to_owned()).collect();
    let unknown = || ThemeError::Unknown { name: name.to_owned(), known: known() };
    Source::read(name, embedded_file(name).ok_or_else(unknown)?, embedded)
}

impl Theme {
    /// The embedded theme of that name, for that many colours.
    ///
    /// # Errors
    /// Where there is no theme of that name.
    pub fn named(name: &str, depth: ColorDepth) -> Result<Self, ThemeError> {
        Themes::default().named(name, depth)
    }

    fn of(source: Source, depth: ColorDepth) -> Self {
        let depth = if source.has_colours() { depth } else { ColorDepth::None };
        let weights = ramp(&source.weights, &source, depth);
        let signed = ramp(&source.signed, &source, depth);
        Self { depth, source, weights, signed }
    }

    /// The name in the file.
    pub fn name(&self) -> &str {
        &self.source.name
    }

    /// How many colours this theme uses.
    pub fn depth(&self) -> ColorDepth {
        self.depth
    }

    /// Whether meaning must be carried by glyphs and modifiers alone.
    pub fn is_mono(&self) -> bool {
        self.depth == ColorDepth::None
    }

    /// How text of that meaning looks.
    pub fn style(&self, tone: Tone) -> Style {
        let (colour, modifiers) = match tone {
            Tone::Text => ("text", ""),
            Tone::Strong => ("bright", "strong"),
            Tone::Dim => ("dim", "dim"),
            Tone::Faint => ("faint", "faint"),
            Tone::Rule => ("rule", "rule"),
            Tone::Accent => ("accent", "accent"),
            Tone::Warm => ("warm", "warm"),
            Tone::Bad => ("bad", "bad"),
            Tone::Title => ("text", "title"),
            Tone::Focused => ("bright", "focused"),
            Tone::Label => ("label", "label"),
            Tone::LabelDim => ("label_dim", "label_dim"),
            Tone::Hidden => ("hidden", "hidden"),
            Tone::Future => ("future", "future"),
        };
        let style = Style::new().add_modifier(self.source.modifiers(modifiers));
        self.colour(colour).map_or(style, |colour| style.fg(colour))
    }

    /// The accent with weight, for what the cursor is on.
    pub fn cursor_label(&self) -> Style {
        self.style(Tone::Accent).add_modifier(Modifier::BOLD)
    }

    /// What is laid over a row under the cursor.
    pub fn selected(&self) -> Style {
        let style = Style::new().add_modifier(self.source.modifiers("selected"));
        self.colour("selected").map_or(style, |colour| style.bg(colour))
    }

    /// A label set on the accent: the head that is shown large.
    pub fn chosen(&self) -> Style {
        let style = Style::new().add_modifier(self.source.modifiers("chosen"));
        match (self.colour("accent"), self.colour("ground")) {
            (Some(accent), Some(ground)) => style.bg(accent).fg(ground).add_modifier(Modifier::BOLD),
            _ => style,
        }
    }

    /// Gives everything that has no ground the theme's own, where the theme paints one; the last thing in a frame.
    pub fn fill(&self, buffer: &mut Buffer) {
        let (Some(ground), Some(text)) = (self.colour("ground"), self.colour("text")) else { return };
        if !self.source.fill {
            return;
        }
        for cell in &mut buffer.content {
            if cell.bg == Color::Reset {
                cell.bg = ground;
            }
            if cell.fg == Color::Reset {
                cell.fg = text;
            }
        }
    }

    fn colour(&self, name: &str) -> Option<Color> {
        named(&self.source, self.depth, name)
    }
}

/// A named colour at a depth.
fn named(source: &Source, depth: ColorDepth, name: &str) -> Option<Color> {
    match depth {
        ColorDepth::None => None,
        ColorDepth::Ansi16 => source.ansi16.get(name).map(|ansi| ansi.colour()),
        _ => source.colours.get(name).map(|hex| at_depth(hex.0, depth)),
    }
}

fn at_depth((r, g, b): Rgb, depth: ColorDepth) -> Color {
    if depth == ColorDepth::TrueColor { Color::Rgb(r, g, b) } else { Color::Indexed(nearest_256((r, g, b))) }
}

/// The table of a ramp; empty where it is drawn with glyphs.
fn ramp(stops: &[source::Hex], source: &Source, depth: ColorDepth) -> Vec<Step> {
    if depth < ColorDepth::Indexed256 || stops.is_empty() {
        return Vec::new();
    }
    let stops: Vec<Rgb> = stops.iter().map(|hex| hex.0).collect();
    let (ground, text) = (source.colours.get("ground"), source.colours.get("bright"));
    let inks = [ground, text].map(|ink| ink.map_or((0, 0, 0), |hex| hex.0));
    // Of the ground and the text, whichever is darker is the dark ink: a light theme has them the other way round.
    let dark_first = Lab::from(inks[0]).l < Lab::from(inks[1]).l;
    let [dark, light] = if dark_first { inks } else { [inks[1], inks[0]] };
    let fine = gradient(&stops, if depth == ColorDepth::TrueColor { ENTRIES } else { STEPS_256 });
    let steps: Vec<Step> = fine
        .iter()
        .map(|&colour| {
            let ink = if Lab::from(colour).l > DARK_INK_ABOVE { dark } else { light };
            Step { colour: at_depth(colour, depth), ink: at_depth(ink, depth) }
        })
        .collect();
    (0..ENTRIES).map(|i| steps[i * steps.len() / ENTRIES]).collect()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vision;
