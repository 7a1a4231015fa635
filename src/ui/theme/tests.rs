use super::*;

fn lightness(colour: Color) -> f32 {
    match colour {
        Color::Rgb(r, g, b) => Lab::from((r, g, b)).l,
        Color::Indexed(index) => Lab::from(oklab::xterm(index)).l,
        other => panic!("no lightness for {other:?}"),
    }
}

#[test]
fn every_theme_loads_at_every_depth() {
    for (name, _) in EMBEDDED {
        for depth in [ColorDepth::None, ColorDepth::Ansi16, ColorDepth::Indexed256, ColorDepth::TrueColor] {
            let theme = Theme::named(name, depth).unwrap();
            assert_eq!(theme.name(), name);
            theme.weight(0.5);
            theme.signed(-0.5);
        }
    }
}

#[test]
fn lightness_of_weights_only_rises_or_only_falls() {
    for (name, rising) in [("dark", true), ("light", false), ("cividis", true), ("contrast", true)] {
        for depth in [ColorDepth::TrueColor, ColorDepth::Indexed256] {
            let theme = Theme::named(name, depth).unwrap();
            let steps: Vec<f32> = (0..=255).map(|i| lightness(theme.weight_colour(i as f32 / 255.0))).collect();
            for pair in steps.windows(2) {
                // A step of a table of bytes rounds by a little.
                let gain = if rising { pair[1] - pair[0] } else { pair[0] - pair[1] };
                assert!(gain > -0.004, "{name} {depth:?}: {} then {}", pair[0], pair[1]);
            }
            assert!((steps[255] - steps[0]).abs() > 0.5);
        }
    }
}

#[test]
fn signed_lightness_grows_away_from_zero() {
    for (name, sign) in [("dark", 1.0), ("light", -1.0), ("cividis", 1.0), ("contrast", 1.0)] {
        let theme = Theme::named(name, ColorDepth::TrueColor).unwrap();
        let at = |i: i32| sign * lightness(theme.signed_colour(i as f32 / 100.0));
        for i in 1..100 {
            assert!(at(i + 1) > at(i) - 0.004 && at(-i - 1) > at(-i) - 0.004, "{name} at {i}");
        }
    }
}

#[test]
fn text_on_a_cell_can_be_read() {
    for name in ["dark", "light", "cividis", "contrast"] {
        let theme = Theme::named(name, ColorDepth::TrueColor).unwrap();
        for i in 0..=100 {
            let style = theme.on_weight(i as f32 / 100.0);
            let (ink, ground) = (lightness(style.fg.unwrap()), lightness(style.bg.unwrap()));
            assert!((ink - ground).abs() > 0.3, "{name} at {i}: {ink} on {ground}");
        }
    }
}

#[test]
fn nothing_of_mono_has_a_colour() {
    let theme = Theme::named("mono", ColorDepth::TrueColor).unwrap();
    assert!(theme.is_mono());
    let mut styles = vec![theme.selected(), theme.chosen(), theme.cursor_label(), theme.on_weight(0.9)];
    styles.extend([0.0, 0.1, 0.5, 1.0].map(|w| theme.weight(w).style));
    styles.extend([Tone::Text, Tone::Accent, Tone::Rule, Tone::Bad, Tone::Hidden].map(|tone| theme.style(tone)));
    assert!(styles.iter().all(|style| style.fg.is_none() && style.bg.is_none()));
    assert_eq!([0.0, 0.1, 0.3, 0.5, 0.9].map(|w| theme.weight(w).glyph), ['·', '░', '▒', '▓', '█']);
    assert_eq!([-0.9, 0.0, 0.4].map(|v| theme.signed(v).glyph), ['-', '·', '+']);
}

#[test]
fn a_value_that_is_no_number_does_not_look_like_one() {
    for depth in [ColorDepth::None, ColorDepth::Ansi16, ColorDepth::Indexed256, ColorDepth::TrueColor] {
        let theme = Theme::named("dark", depth).unwrap();
        assert_eq!((theme.weight(f32::NAN).glyph, theme.signed(f32::NAN).glyph), ('?', '?'));
    }
}

fn refusal(text: &str) -> String {
    Themes::default().add("mine", text).unwrap_err().to_string()
}

#[test]
fn a_bad_theme_is_refused_with_the_place() {
    let dark = embedded_file("dark").unwrap().replace("name: dark\n", "");
    let message = refusal(&dark.replace("\"#d8dee9\"", "\"#d8dee\""));
    assert!(message.contains("#rrggbb") && message.contains("line"), "{message}");
    let message = refusal(&dark.replace("  warm: \"#dcbb6a\"", "  wamr: \"#dcbb6a\""));
    assert!(message.contains("`warm`"), "{message}");
    for (text, part) in [
        ("based_on: dark\ncolours: { acent: \"#ffffff\" }", "`acent`"),
        ("based_on: dark\nansi16: { texts: red }", "`texts`"),
        ("based_on: dark\nmodifiers: { titel: [bold] }", "`titel`"),
        ("based_on: dark\nweights: [\"#ffffff\"]", "at least 2"),
        ("based_on: drak", "\"drak\""),
        ("based_on: mine", "\"mine\""),
        ("based_on: dark\nname: yours", "yours"),
        ("based_on: dark\nramp: []", "ramp"),
    ] {
        let message = refusal(text);
        assert!(message.contains(part), "{text}: {message}");
    }
    assert!(Themes::default().add("dark", &dark).unwrap_err().to_string().contains("comes with the program"));
}

#[test]
fn a_theme_of_the_user_changes_what_it_names_and_keeps_the_rest() {
    let mut themes = Themes::default();
    themes.add("mine", "based_on: light\ncolours: { accent: \"#0000ff\" }\nmodifiers: { accent: [italic] }").unwrap();
    let (mine, light) =
        (themes.named("mine", ColorDepth::TrueColor).unwrap(), Theme::named("light", ColorDepth::TrueColor).unwrap());
    assert_eq!(mine.style(Tone::Accent), Style::new().fg(Color::Rgb(0, 0, 255)).add_modifier(Modifier::ITALIC));
    assert_eq!(mine.style(Tone::Text), light.style(Tone::Text));
    assert_eq!(mine.weight(0.7), light.weight(0.7));
    assert_eq!(themes.names().last().map(String::as_str), Some("mine"));
    let mut look = Look::new(ColorDepth::TrueColor, themes).unwrap();
    for name in ["mine", "nowhere"] {
        assert_eq!(look.theme(name).name(), "mine", "one that there is not changes nothing");
    }
}

#[test]
fn the_key_goes_through_the_themes_that_there_are() {
    assert_eq!(EMBEDDED.map(|(name, _)| name), crate::app::shell::THEMES);
}

#[test]
fn high_contrast_is_high() {
    // As the guidelines for web content have it: (L1 + 0.05) / (L2 + 0.05), 7 at least for everything that is read.
    let theme = Theme::named("contrast", ColorDepth::TrueColor).unwrap();
    let luminance = |colour: Color| match colour {
        Color::Rgb(r, g, b) => {
            let linear = |c: u8| ((f64::from(c) / 255.0 + 0.055) / 1.055).powf(2.4);
            0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
        }
        other => panic!("{other:?}"),
    };
    for tone in [Tone::Text, Tone::Strong, Tone::Dim, Tone::Faint, Tone::Accent, Tone::Warm, Tone::Bad, Tone::Label] {
        let ratio = (luminance(theme.style(tone).fg.unwrap()) + 0.05) / 0.05;
        assert!(ratio >= 7.0, "{tone:?}: {ratio}");
    }
}
