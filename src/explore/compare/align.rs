//! Sequences laid side by side: what has the same key stands in one row, and what one lacks leaves a gap.

/// The longest common subsequence of two sequences: pairs of places, rising in both.
pub fn common<A, B>(one: &[A], two: &[B], same: impl Fn(&A, &B) -> bool) -> Vec<(usize, usize)> {
    let columns = two.len() + 1;
    // longest[i][j]: of what follows place i of the one and place j of the other.
    let mut longest = vec![0u32; (one.len() + 1) * columns];
    for i in (0..one.len()).rev() {
        for j in (0..two.len()).rev() {
            longest[i * columns + j] = if same(&one[i], &two[j]) {
                1 + longest[(i + 1) * columns + j + 1]
            } else {
                longest[(i + 1) * columns + j].max(longest[i * columns + j + 1])
            };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < one.len() && j < two.len() {
        if same(&one[i], &two[j]) {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * columns + j] >= longest[i * columns + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

/// A row of aligned sequences: for each sequence the place of its item, where it has one here.
pub type Aligned = Vec<Option<usize>>;

/// Aligns sequences of keys, one after the other, with what was aligned before.
pub fn align(sequences: &[Vec<&str>]) -> Vec<(String, Aligned)> {
    let mut rows: Vec<(String, Aligned)> = Vec::new();
    for (at, keys) in sequences.iter().enumerate() {
        let pairs = common(&rows, keys, |(key, _), other| key == other);
        let mut merged = Vec::with_capacity(rows.len() + keys.len());
        let mut pairs = pairs.into_iter().peekable();
        let (mut place, mut old) = (0, rows.into_iter().enumerate());
        loop {
            let next = pairs.next();
            let (row_end, key_end) = next.unwrap_or((usize::MAX, keys.len()));
            let mut met = None;
            for (row, mut entry) in old.by_ref() {
                entry.1.push(None);
                if row == row_end {
                    met = Some(entry);
                    break;
                }
                merged.push(entry);
            }
            for (own, key) in keys.iter().enumerate().take(key_end).skip(place) {
                let mut aligned: Aligned = vec![None; at];
                aligned.push(Some(own));
                merged.push(((*key).to_owned(), aligned));
            }
            place = key_end + 1;
            let Some(mut entry) = met else { break };
            entry.1[at] = Some(key_end);
            merged.push(entry);
        }
        rows = merged;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::{align, common};

    #[test]
    fn the_longest_common_part_is_found() {
        let pairs = |a: &str, b: &str| {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            common(&a, &b, |x, y| x == y).into_iter().map(|(i, _)| a[i]).collect::<String>()
        };
        assert_eq!(pairs("abcbdab", "bdcaba").len(), 4);
        assert_eq!(pairs("abc", "xyz"), "");
        assert_eq!(pairs("", "a"), "");
        assert_eq!(pairs("same", "same"), "same");
    }

    #[test]
    fn gaps_stand_where_one_lacks_something() {
        let post = vec!["attention", "norm after attention", "feed", "norm after feed"];
        let pre = vec!["norm before attention", "attention", "norm before feed", "feed"];
        let rows = align(&[post.clone(), pre.clone()]);
        let keys: Vec<&str> = rows.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "norm before attention",
                "attention",
                "norm after attention",
                "norm before feed",
                "feed",
                "norm after feed"
            ]
        );
        let places: Vec<[Option<usize>; 2]> = rows.iter().map(|(_, places)| [places[0], places[1]]).collect();
        assert_eq!(places[1], [Some(0), Some(1)]);
        assert_eq!(places[5], [Some(3), None]);
        // Every item stands in exactly one row, in its order.
        for (column, sequence) in [post, pre].iter().enumerate() {
            let own: Vec<usize> = places.iter().filter_map(|row| row[column]).collect();
            assert_eq!(own, (0..sequence.len()).collect::<Vec<_>>());
        }
    }
}
