//! The text of a rule: words, marks, and what is put in.
//!
//! `{x}` puts in a rule or what `x` is bound to, `{x.fr.the}` one of its forms, `{x.fr[y.fr._g]}` the form that another
//! word asks for, `{^x}` begins with a capital, `{=x+y}` is a number. `{#m}` and `{/m}` mark what stands between them;
//! `{m:x}` is short for `{#m}{x}{/m}`.

use super::number::Expression;

/// A rule's text in parts.
pub(super) type Template = Vec<Part>;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    Text(String),
    Open(String),
    Close(String),
    Put { path: Path, capital: bool },
    Number(Expression),
}

/// From a name through forms to a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    pub root: String,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The form of this name.
    Form(String),
    /// The form whose name stands at the end of another path.
    By(Path),
}

/// Whether a text is a name as templates use it.
pub(super) fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|c| c.is_alphabetic() || c == '_') && letters.all(|c| c.is_alphanumeric() || c == '_')
}

/// Reads a template.
pub(super) fn parse(text: &str) -> Result<Template, String> {
    let mut parts = Vec::new();
    let mut open = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (before, inside, after) = match rest.split_once('{') {
            None => (rest, None, ""),
            Some((before, after)) => {
                let (inside, after) = after.split_once('}').ok_or_else(|| format!("`{{{after}` has no `}}`"))?;
                (before, Some(inside), after)
            }
        };
        if before.contains('}') {
            return Err(format!("`{before}` has a `}}` without `{{`"));
        }
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        if let Some(inside) = inside {
            insertion(inside, &mut parts, &mut open)?;
        }
        rest = after;
    }
    open.pop().map_or(Ok(parts), |mark| Err(format!("{{#{mark}}} is never closed in `{text}`")))
}

fn insertion(inside: &str, parts: &mut Template, open: &mut Vec<String>) -> Result<(), String> {
    if let Some(mark) = inside.strip_prefix('#') {
        open.push(named(mark)?);
        parts.push(Part::Open(named(mark)?));
    } else if let Some(mark) = inside.strip_prefix('/') {
        if open.pop().as_deref() != Some(mark) {
            return Err(format!("{{/{mark}}} closes nothing that is open last"));
        }
        parts.push(Part::Close(mark.to_owned()));
    } else if let Some((mark, put)) = inside.split_once(':') {
        let mark = named(mark)?;
        parts.extend([Part::Open(mark.clone()), put_in(put)?, Part::Close(mark)]);
    } else {
        parts.push(put_in(inside)?);
    }
    Ok(())
}

fn named(name: &str) -> Result<String, String> {
    if is_name(name) { Ok(name.to_owned()) } else { Err(format!("`{name}` is no name")) }
}

fn put_in(text: &str) -> Result<Part, String> {
    if let Some(sum) = text.strip_prefix('=') {
        return Ok(Part::Number(Expression::parse(sum)?));
    }
    let capital = text.starts_with('^');
    let path = path(text.strip_prefix('^').unwrap_or(text))?;
    Ok(Part::Put { path, capital })
}

/// Reads a path.
pub(super) fn path(text: &str) -> Result<Path, String> {
    let wrong = || format!("`{text}` is no path such as x.fr[y.fr._g]");
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let mut path = Path { root: named(&text[..end]).map_err(|_| wrong())?, steps: Vec::new() };
    let mut rest = &text[end..];
    while !rest.is_empty() {
        if let Some(form) = rest.strip_prefix('.') {
            let end = form.find(['.', '[']).unwrap_or(form.len());
            path.steps.push(Step::Form(named(&form[..end]).map_err(|_| wrong())?));
            rest = &form[end..];
        } else {
            let end = closing(rest).ok_or_else(wrong)?;
            path.steps.push(Step::By(self::path(&rest[1..end])?));
            rest = &rest[end + 1..];
        }
    }
    Ok(path)
}

/// Where the bracket that opens a text is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().find_map(|(at, c)| {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at).filter(|&at| at > 0)
    })
}

#[cfg(test)]
mod tests {
    use super::{Part, Path, Step, parse, path};

    #[test]
    fn parts_of_a_template() {
        let plain = |root: &str| Path { root: root.into(), steps: Vec::new() };
        let parts = parse("Is {m:^x} {#q}it{/q}?").unwrap();
        let expected = [
            Part::Text("Is ".into()),
            Part::Open("m".into()),
            Part::Put { path: plain("x"), capital: true },
            Part::Close("m".into()),
            Part::Text(" ".into()),
            Part::Open("q".into()),
            Part::Text("it".into()),
            Part::Close("q".into()),
            Part::Text("?".into()),
        ];
        assert_eq!(parts, expected);
    }

    #[test]
    fn paths_may_be_nested() {
        let inner = Path { root: "b".into(), steps: vec![Step::By(path("c.d").unwrap()), Step::Form("e".into())] };
        let expected = Path { root: "a".into(), steps: vec![Step::Form("fr".into()), Step::By(inner)] };
        assert_eq!(path("a.fr[b[c.d].e]"), Ok(expected));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for wrong in
            ["{a", "a}", "{#m}a", "{/m}", "{#m}{#n}{/m}{/n}", "{a..b}", "{a[b}", "{}", "{a b}", "{=a*b}", "{a[]}"]
        {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
