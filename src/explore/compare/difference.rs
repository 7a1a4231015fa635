//! The difference of two maps: cell by cell where both have the same tokens, else over the pieces of the text at whose
//! ends both have the end of a token.

use std::ops::Range;

use super::texts::{Alignment, Sequence};

/// One head's weights over its queries and keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// Queries and keys.
    pub size: (usize, usize),
    /// Weights, row-major.
    pub weights: Vec<f32>,
}

impl Map {
    fn at(&self, query: usize, key: usize) -> f32 {
        self.weights.get(query * self.size.1 + key).copied().unwrap_or(0.0)
    }
}

/// The difference of two maps: the second less the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// What the rows and columns are called.
    pub labels: [Vec<String>; 2],
    /// Tokens of the second map's rows and columns that each row and column stands for.
    pub places: [Vec<Range<usize>>; 2],
    /// Rows and columns.
    pub size: (usize, usize),
    /// Differences, row-major.
    pub values: Vec<f32>,
    /// Whether tokens were put together, so that cells are of pieces of the text.
    pub pooled: bool,
}

/// One of the pieces that both have: tokens here and tokens there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    one: Range<usize>,
    two: Range<usize>,
    label: String,
}

/// Second less first. Each map comes with its sequences along queries and keys. A piece's weight is the sum over its
/// keys and the mean over its queries, so that a row still sums to what both have in common.
pub fn difference(
    (one, one_along): (&Map, [&Sequence<'_>; 2]),
    (two, two_along): (&Map, [&Sequence<'_>; 2]),
) -> Difference {
    let pieces = [0, 1].map(|side: usize| pieces(one_along[side], two_along[side]));
    let (rows, columns) = (&pieces[0], &pieces[1]);
    let pooled = |map: &Map, queries: &Range<usize>, keys: &Range<usize>| {
        let sum: f32 = queries.clone().flat_map(|q| keys.clone().map(move |k| (q, k))).map(|(q, k)| map.at(q, k)).sum();
        sum / queries.len().max(1) as f32
    };
    let cells = rows.iter().flat_map(|row| columns.iter().map(move |column| (row, column)));
    let values =
        cells.map(|(row, column)| pooled(two, &row.two, &column.two) - pooled(one, &row.one, &column.one)).collect();
    let single = |piece: &Piece| piece.one.len() == 1 && piece.two.len() == 1;
    Difference {
        size: (rows.len(), columns.len()),
        values,
        pooled: !pieces.iter().flatten().all(single)
            || (rows.len(), columns.len()) != one.size
            || (rows.len(), columns.len()) != two.size,
        labels: pieces.each_ref().map(|pieces| pieces.iter().map(|piece| piece.label.clone()).collect()),
        places: pieces.map(|pieces| pieces.into_iter().map(|piece| piece.two).collect()),
    }
}

/// The smallest pieces at whose ends both have the end of a token.
fn pieces(one: &Sequence<'_>, two: &Sequence<'_>) -> Vec<Piece> {
    let (there, back) = (Alignment::of(one, two), Alignment::of(two, one));
    let mut pieces = Vec::new();
    let mut next = 0;
    while next < one.tokens.len() {
        let (mut own, mut other) = (next..next + 1, span(there.all(next)));
        // Grown until neither side reaches beyond the other.
        while let Some(places) = other.clone() {
            let wider = span_over(&back, &places).map_or(own.clone(), |back| own.start..back.end.max(own.end));
            let further = span_over(&there, &wider);
            if wider == own && further == other {
                break;
            }
            (own, other) = (wider, further);
        }
        if let Some(other) = other {
            let label = two.tokens[other.clone()].iter().map(|token| token.label.as_str()).collect::<String>();
            pieces.push(Piece { one: own.clone(), two: other, label });
        }
        next = own.end;
    }
    pieces
}

fn span(places: &[usize]) -> Option<Range<usize>> {
    Some(*places.iter().min()?..places.iter().max()? + 1)
}

fn span_over(alignment: &Alignment, places: &Range<usize>) -> Option<Range<usize>> {
    let all: Vec<usize> = places.clone().flat_map(|place| alignment.all(place)).copied().collect();
    span(&all)
}

#[cfg(test)]
mod tests {
    use super::{Map, difference};
    use crate::explore::TokenView;
    use crate::explore::compare::Sequence;
    use crate::text::Token;

    fn tokens(text: &str, parts: &[&str]) -> Vec<TokenView> {
        let mut at = 0;
        let token = |part: &&str| {
            let start = text[at..].find(part).expect("a part of the text") + at;
            at = start + part.len();
            let source = Token::numbered(0, part, start, start..at);
            TokenView { id: 0, label: (*part).to_owned(), source: Some(source) }
        };
        parts.iter().map(token).collect()
    }

    #[test]
    fn the_same_tokens_are_compared_cell_by_cell() {
        let text = "a b";
        let own = tokens(text, &["a", "b"]);
        let along = Sequence { text: Some(text), tokens: &own };
        let one = Map { size: (2, 2), weights: vec![1.0, 0.0, 0.5, 0.5] };
        let two = Map { size: (2, 2), weights: vec![1.0, 0.0, 0.25, 0.75] };
        let found = difference((&one, [&along; 2]), (&two, [&along; 2]));
        assert_eq!((found.size, found.pooled), ((2, 2), false));
        assert_eq!(found.values, [0.0, 0.0, -0.25, 0.25]);
        assert!(difference((&one, [&along; 2]), (&one, [&along; 2])).values.iter().all(|value| *value == 0.0));
    }

    #[test]
    fn other_tokens_are_put_together_over_the_characters_that_both_have() {
        let text = "unhappy cat";
        let (short, long) = (tokens(text, &["un", "happy", "cat"]), tokens(text, &["unhap", "py", "cat"]));
        let one = Sequence { text: Some(text), tokens: &short };
        let two = Sequence { text: Some(text), tokens: &long };
        let first = Map { size: (3, 3), weights: vec![0.2, 0.3, 0.5, 0.4, 0.4, 0.2, 0.1, 0.1, 0.8] };
        let second = Map { size: (3, 3), weights: vec![0.5, 0.5, 0.0, 0.3, 0.3, 0.4, 0.0, 0.3, 0.7] };
        let found = difference((&first, [&one; 2]), (&second, [&two; 2]));
        assert_eq!((found.size, found.pooled), ((2, 2), true));
        assert_eq!(found.labels[0], ["unhappy", "cat"]);
        assert_eq!(found.places[1], [0..2, 2..3]);
        // Row 1: the first map gives (0.2 + 0.3 + 0.4 + 0.4) ÷ 2 = 0.65 and 0.35, the second 0.8 and 0.2.
        let expected = [0.8 - 0.65, 0.2 - 0.35, 0.3 - 0.2, 0.7 - 0.8];
        for (value, wanted) in found.values.iter().zip(expected) {
            assert!((value - wanted).abs() < 1e-6, "{value} {wanted}");
        }
    }
}
