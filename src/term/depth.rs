//! What the terminal can show, from what the environment and the command line say.

use crate::ui::ColorDepth;
use std::io::IsTerminal;

/// What `--color` takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// Whatever the environment says.
    #[default]
    Auto,
    /// This many.
    Depth(ColorDepth),
}

impl std::str::FromStr for ColorChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "auto" => Self::Auto,
            "never" | "none" => Self::Depth(ColorDepth::None),
            "16" => Self::Depth(ColorDepth::Ansi16),
            "256" => Self::Depth(ColorDepth::Indexed256),
            "always" | "truecolor" => Self::Depth(ColorDepth::TrueColor),
            _ => return Err(format!("`{text}` is not one of auto, never, 16, 256, truecolor")),
        })
    }
}

/// Why the explorer cannot open here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The output goes to a file or a pipe.
    #[error(
        "the explorer needs a terminal, and its output goes to a file or a pipe\n\
         everything it shows can be had by a command: see `headscope --help`, for example `headscope list`"
    )]
    NoTerminal,
    /// The terminal cannot move its cursor.
    #[error(
        "the explorer cannot draw on this terminal (TERM=dumb)\n\
         everything it shows can be had by a command: see `headscope --help`, for example `headscope list`"
    )]
    Dumb,
}

/// Whether the explorer can open on this process's output.
///
/// # Errors
/// Where it cannot; the message says what to do instead.
pub fn check() -> Result<(), Refusal> {
    if !std::io::stdout().is_terminal() {
        return Err(Refusal::NoTerminal);
    }
    if variable("TERM").is_some_and(|term| term == "dumb") {
        return Err(Refusal::Dumb);
    }
    Ok(())
}

/// A variable of this process's environment, for [`detect`] and `Language::from_environment`.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// How many colours to use: what was chosen, then `NO_COLOR`, then `COLORTERM`, then `TERM`.
pub fn detect(choice: ColorChoice, get: impl Fn(&str) -> Option<String>) -> ColorDepth {
    if let ColorChoice::Depth(depth) = choice {
        return depth;
    }
    let set = |name: &str| get(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return ColorDepth::None;
    }
    let colorterm = set("COLORTERM").unwrap_or_default().to_ascii_lowercase();
    if colorterm.contains("truecolor") || colorterm.contains("24bit") || set("WT_SESSION").is_some() {
        return ColorDepth::TrueColor;
    }
    of_term(&set("TERM").unwrap_or_default())
}

fn of_term(term: &str) -> ColorDepth {
    const TRUE: [&str; 8] = ["kitty", "alacritty", "foot", "ghostty", "wezterm", "contour", "iterm", "direct"];
    // The letters of old hardware that had a screen but no colours.
    let plain = ["dumb", "vt", "hp", "wyse", "tvi"].iter().any(|name| term.starts_with(name));
    match term {
        t if TRUE.iter().any(|name| t.contains(name)) => ColorDepth::TrueColor,
        t if t.contains("256") => ColorDepth::Indexed256,
        t if plain || t.ends_with("-m") || t.ends_with("-mono") => ColorDepth::None,
        _ => ColorDepth::Ansi16,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(choice: &str, pairs: &[(&str, &str)]) -> ColorDepth {
        let get = |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        detect(choice.parse().unwrap(), get)
    }

    #[test]
    fn what_terminals_say() {
        for (pairs, depth) in [
            (&[("COLORTERM", "truecolor"), ("TERM", "xterm")][..], ColorDepth::TrueColor),
            (&[("COLORTERM", "24bit")], ColorDepth::TrueColor),
            (&[("TERM", "xterm-256color")], ColorDepth::Indexed256),
            (&[("TERM", "xterm-kitty")], ColorDepth::TrueColor),
            (&[("TERM", "tmux-direct")], ColorDepth::TrueColor),
            (&[("TERM", "linux")], ColorDepth::Ansi16),
            (&[("TERM", "vt100")], ColorDepth::None),
            (&[], ColorDepth::Ansi16),
            (&[("NO_COLOR", "1"), ("COLORTERM", "truecolor")], ColorDepth::None),
            (&[("NO_COLOR", ""), ("COLORTERM", "truecolor")], ColorDepth::TrueColor),
        ] {
            assert_eq!(with("auto", pairs), depth, "{pairs:?}");
        }
    }

    #[test]
    fn the_choice_wins() {
        assert_eq!(with("256", &[("NO_COLOR", "1")]), ColorDepth::Indexed256);
        assert_eq!(with("never", &[("COLORTERM", "truecolor")]), ColorDepth::None);
        assert!("pink".parse::<ColorChoice>().is_err());
    }
}
