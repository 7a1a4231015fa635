//! Heads by name: `1.0`, `cross:1.0` where a model has several attentions, `1.*` for all heads of a layer.

use super::{ExploreError, Pass};
use crate::tape::Attention;

impl Pass {
    /// Whether attentions of several streams have to be told apart.
    pub fn has_streams(&self) -> bool {
        self.streams().len() > 1
    }

    /// How a head is called: `1.0`, or `cross:1.0` where the model has several attentions.
    pub fn head_name(&self, index: usize, head: usize) -> String {
        let Some(attention) = self.attentions.get(index) else { return String::new() };
        let name = format!("{}.{head}", attention.layer);
        if self.has_streams() { format!("{}:{name}", attention.stream()) } else { name }
    }

    /// The heads of a list like `1.0,2.*,cross:0.3`, by place of the attention and head.
    ///
    /// # Errors
    /// Where a name is none, or there is no such head.
    pub fn heads_named(&self, list: &str) -> Result<Vec<(usize, usize)>, ExploreError> {
        let mut heads = Vec::new();
        for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            heads.extend(self.named(name)?);
        }
        heads.sort_unstable();
        heads.dedup();
        if heads.is_empty() {
            return Err(ExploreError::Prompt(
                "no head is named; expected LAYER.HEAD like 1.0, or 1.* for a layer".to_owned(),
            ));
        }
        Ok(heads)
    }

    fn named(&self, name: &str) -> Result<Vec<(usize, usize)>, ExploreError> {
        let wrong = |what: String| ExploreError::Prompt(what);
        let (stream, place) = name.split_once(':').map_or((None, name), |(stream, place)| (Some(stream), place));
        let parsed = place.split_once('.').and_then(|(layer, head)| {
            let head = if head == "*" { None } else { Some(head.parse::<usize>().ok()?) };
            Some((layer.parse::<usize>().ok()?, head))
        });
        let Some((layer, head)) = parsed else {
            return Err(wrong(format!("{name:?} names no head; expected LAYER.HEAD like 1.0, 1.* or cross:1.0")));
        };
        let fits = |a: &Attention| a.layer == layer && stream.is_none_or(|stream| stream == a.stream());
        let Some(index) = self.attentions.iter().position(fits) else {
            let all: Vec<String> = self.attentions.iter().map(|a| format!("{}:{}", a.stream(), a.layer)).collect();
            return Err(wrong(format!("{name:?}: there is no such layer; there is {}", all.join(", "))));
        };
        let heads = self.attentions[index].heads;
        match head {
            Some(head) if head >= heads => {
                Err(wrong(format!("{name:?}: there is no head {head}; the layer has {heads}, from 0 on")))
            }
            Some(head) => Ok(vec![(index, head)]),
            None => Ok((0..heads).map(|head| (index, head)).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::explore::{Subject, trial};

    #[test]
    fn heads_are_named_and_misnamed() {
        let pass = trial::pass(&Subject::from_loaded("tiny", trial::gpt2()), "1 2 3");
        let named = |list: &str| pass.heads_named(list).map_err(|error| error.to_string());
        assert_eq!(named("1.0, 0.1,1.0"), Ok(vec![(0, 1), (1, 0)]));
        assert_eq!(named("decoder:1.*"), Ok(vec![(1, 0), (1, 1)]));
        assert_eq!(pass.head_name(1, 0), "1.0");
        for (list, fault) in [
            ("", "no head is named"),
            ("1", "names no head"),
            ("a.b", "names no head"),
            ("1.x", "names no head"),
            ("2.0", "there is no such layer"),
            ("cross:1.0", "there is no such layer"),
            ("1.2", "there is no head 2"),
        ] {
            assert!(named(list).is_err_and(|found| found.contains(fault)), "{list}");
        }
    }
}
