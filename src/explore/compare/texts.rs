//! Which tokens of two tokenizations belong together: by the characters of one text, or, where the texts differ, by what
//! both have in the same order.

use std::ops::Range;

use super::align::common;
use crate::explore::{Pass, TokenView};
use crate::tape::Stream;

/// Tokens with the text that they were made from.
#[derive(Clone, Copy, Debug)]
pub struct Sequence<'a> {
    /// The text; `None` where it is not known.
    pub text: Option<&'a str>,
    /// The tokens.
    pub tokens: &'a [TokenView],
}

impl<'a> Sequence<'a> {
    /// The tokens of a stream of a pass, with the text that was typed for them.
    pub fn of(pass: &'a Pass, stream: Stream) -> Self {
        let target = stream == Stream::DECODER && !pass.target.is_empty();
        // Bytes of a second text would count from its own beginning.
        let text = if target { pass.prompt.target.as_deref() } else { Some(pass.prompt.text.as_str()) };
        let text = text.filter(|_| target || pass.prompt.pair.is_none());
        Self { text, tokens: pass.stream(stream) }
    }

    /// Where in the text each token stands; nothing for those that were added.
    pub fn spans(&self) -> Vec<Option<Range<usize>>> {
        let span = |token: &TokenView| {
            let source = token.source.as_ref()?;
            (source.bytes.end > source.bytes.start).then(|| source.bytes.clone())
        };
        self.tokens.iter().map(span).collect()
    }

    /// What is compared where texts differ: the letters of a token, without the mark of a word's beginning.
    fn letters(&self) -> Vec<String> {
        let of = |token: &TokenView| match &token.source {
            Some(source) if !source.text.trim().is_empty() => source.text.trim().to_lowercase(),
            _ => token.label.trim().to_lowercase(),
        };
        self.tokens.iter().map(of).collect()
    }
}

/// For each token of one sequence those of the other that belong to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alignment {
    of: Vec<Vec<usize>>,
}

impl Alignment {
    /// Aligns two sequences.
    pub fn of(one: &Sequence<'_>, two: &Sequence<'_>) -> Self {
        match (one.text, two.text) {
            (Some(a), Some(b)) if a == b => Self::by_characters(&one.spans(), &two.spans()),
            _ => Self::by_letters(&one.letters(), &two.letters()),
        }
    }

    /// By characters: tokens belong together that have one in common. Tokens that were added before the text belong to
    /// those before it, one by one from the text outwards, and those behind it likewise.
    fn by_characters(one: &[Option<Range<usize>>], two: &[Option<Range<usize>>]) -> Self {
        let overlaps = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end;
        let mut of: Vec<Vec<usize>> = one
            .iter()
            .map(|span| {
                let Some(span) = span else { return Vec::new() };
                let own = two.iter().enumerate().filter(|(_, other)| other.as_ref().is_some_and(|o| overlaps(span, o)));
                own.map(|(place, _)| place).collect()
            })
            .collect();
        let edges = |spans: &[Option<Range<usize>>]| {
            let first = spans.iter().position(Option::is_some).unwrap_or(spans.len());
            (first, spans.iter().rposition(Option::is_some).map_or(spans.len(), |last| last + 1))
        };
        let ((first, end), (other_first, other_end)) = (edges(one), edges(two));
        for back in 1..=first.min(other_first) {
            of[first - back] = vec![other_first - back];
        }
        for on in 0..one.len().saturating_sub(end).min(two.len().saturating_sub(other_end)) {
            of[end + on] = vec![other_end + on];
        }
        Self { of }
    }

    /// By letters: what both have in the same order belongs together, and between two such places what stands there,
    /// one by one from the left: a word that was put in another's place belongs to it.
    fn by_letters(one: &[String], two: &[String]) -> Self {
        let mut of = vec![Vec::new(); one.len()];
        let (mut i, mut j) = (0, 0);
        let ends = (one.len(), two.len());
        for (next, other) in common(one, two, |a, b| a == b).into_iter().chain([ends]) {
            let (gap, room) = (next - i, other - j);
            for step in 0..gap.min(room) {
                of[i + step] = vec![j + step];
            }
            if gap > 0 && room > gap {
                // A word cut into more tokens over there.
                of[next - 1].extend(j + gap..other);
            }
            for step in room..gap {
                of[i + step] =
                    j.checked_add(room).and_then(|end| end.checked_sub(1)).filter(|_| room > 0).into_iter().collect();
            }
            if next < one.len() {
                of[next] = vec![other];
            }
            (i, j) = (next + 1, other + 1);
        }
        Self { of }
    }

    /// The tokens over there that belong to one here.
    pub fn all(&self, place: usize) -> &[usize] {
        self.of.get(place).map_or(&[], Vec::as_slice)
    }

    /// The token over there that belongs to one here: the first, or the nearest before where there is none.
    pub fn nearest(&self, place: usize) -> Option<usize> {
        let end = (place + 1).min(self.of.len());
        let before = self.of[..end].iter().rev().find_map(|own| own.first());
        before.or_else(|| self.of[end..].iter().find_map(|own| own.first())).copied()
    }

    /// Whether both have the same tokens, one by one.
    pub fn is_one_to_one(&self, other_len: usize) -> bool {
        self.of.len() == other_len && self.of.iter().enumerate().all(|(place, own)| own.as_slice() == [place])
    }
}

#[cfg(test)]
mod tests {
    use super::Alignment;

    fn letters(one: &str, two: &str) -> Vec<Vec<usize>> {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        Alignment::by_letters(&words(one), &words(two)).of
    }

    #[test]
    fn tokens_meet_where_they_have_a_character_in_common() {
        // "unhappy cat": un happy ␣cat | ‹s› unhap py cat ‹/s›
        let one = [Some(0..2), Some(2..7), Some(7..11)];
        let two = [None, Some(0..5), Some(5..7), Some(8..11), None];
        let there = Alignment::by_characters(&one, &two);
        assert_eq!(there.of, [vec![1], vec![1, 2], vec![3]]);
        let back = Alignment::by_characters(&two, &one);
        assert_eq!(back.of, [vec![], vec![0, 1], vec![1], vec![2], vec![]]);
        assert_eq!((back.nearest(0), back.nearest(4)), (Some(0), Some(2)));
        // Whatever belongs there belongs back.
        for (place, own) in there.of.iter().enumerate() {
            assert!(own.iter().all(|&other| back.of[other].contains(&place)));
        }
    }

    #[test]
    fn what_was_added_meets_what_was_added() {
        let one = [None, Some(0..3), None];
        let two = [None, None, Some(0..1), Some(1..3), None, None];
        assert_eq!(Alignment::by_characters(&one, &two).of, [vec![1], vec![2, 3], vec![4]]);
        assert!(Alignment::by_characters(&one, &one).is_one_to_one(3));
        assert!(Alignment::by_characters(&[], &one).of.is_empty());
        assert_eq!(Alignment::by_characters(&[None], &[None]).of, [vec![0]]);
    }

    #[test]
    fn words_that_were_exchanged_belong_together() {
        assert_eq!(letters("anna met tom .", "lena met ben ."), [vec![0], vec![1], vec![2], vec![3]]);
        assert_eq!(letters("a b c", "a x y c"), [vec![0], vec![1, 2], vec![3]]);
        assert_eq!(letters("a x y c", "a b c"), [vec![0], vec![1], vec![1], vec![2]]);
        assert_eq!(letters("a c", "a b c"), [vec![0], vec![2]]);
        assert_eq!(letters("a b c", "a c"), [vec![0], vec![], vec![1]]);
        assert_eq!(letters("", "a"), Vec::<Vec<usize>>::new());
    }
}
