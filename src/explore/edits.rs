//! A pass changed by hand: heads off, masks painted, another position scheme. One replay carries out all of them, so that
//! they act together, and gives a pass like any other: everything that reads a pass reads the changed one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::painting::Painting;
use super::{ExploreError, Pass, Scheme};
use crate::tape::{Attention, Edit, Mask, NodeId, Run};

/// A head, by the place of its attention in the pass and its number.
pub type HeadPlace = (usize, usize);

/// What was changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edits {
    /// The heads that give nothing.
    pub off: BTreeSet<HeadPlace>,
    /// What was painted on the masks of heads.
    pub masks: BTreeMap<HeadPlace, Arc<Painting>>,
    /// What stands in the place of the model's positions.
    pub positions: Option<Scheme>,
}

impl Edits {
    /// Some heads off, and nothing else.
    pub fn without_heads(off: impl IntoIterator<Item = HeadPlace>) -> Self {
        Self { off: off.into_iter().collect(), ..Self::default() }
    }

    /// Whether nothing is changed.
    pub fn is_empty(&self) -> bool {
        self.off.is_empty() && self.masks.is_empty() && self.positions.is_none()
    }

    /// What was painted on a head's mask.
    pub fn painting(&self, index: usize, head: usize) -> Option<&Painting> {
        self.masks.get(&(index, head)).map(Arc::as_ref)
    }

    /// Changes what is painted on some heads. `wanted` lists cells (query, key), and whether each is to be seen. Heads that
    /// have no mask are passed over.
    pub fn paint(
        &mut self,
        pass: &Pass,
        heads: impl IntoIterator<Item = HeadPlace>,
        wanted: impl Fn(&Attention, &Mask) -> Vec<((usize, usize), bool)>,
    ) {
        // Heads that look the same are worked out once, and go on sharing what is painted on them.
        type Known<'a> = (&'a Arc<Mask>, Option<Arc<Painting>>, Arc<Painting>);
        let mut known: Vec<Known<'_>> = Vec::new();
        for place in heads {
            let Some(attention) = pass.attentions.get(place.0) else { continue };
            let Some(mask) = attention.mask_of(place.1) else { continue };
            let before = self.masks.remove(&place);
            let same = |known: &&Known<'_>| {
                let painted = match (&known.1, &before) {
                    (Some(one), Some(two)) => Arc::ptr_eq(one, two),
                    (one, two) => one.is_none() && two.is_none(),
                };
                painted && Arc::ptr_eq(known.0, mask)
            };
            let found = known.iter().find(same).map(|known| Arc::clone(&known.2));
            let after = found.unwrap_or_else(|| {
                let mut after = before.as_deref().cloned().unwrap_or_default();
                for (cell, visible) in wanted(attention, mask) {
                    after.set(mask, cell, visible);
                }
                let after = Arc::new(after);
                known.push((mask, before, Arc::clone(&after)));
                after
            });
            if !after.is_empty() {
                self.masks.insert(place, after);
            }
        }
    }

    /// Lets go of what does not fit another pass; what was let go is counted: cells, and whether the positions.
    pub fn fit(&mut self, pass: &Pass) -> (usize, bool) {
        self.off.retain(|&(index, head)| pass.attentions.get(index).is_some_and(|a| head < a.heads));
        let mut lost = 0;
        for (place, painting) in std::mem::take(&mut self.masks) {
            let attention = pass.attentions.get(place.0).filter(|attention| place.1 < attention.heads);
            let fitted = attention.and_then(|attention| attention.mask_of(place.1)).map(|mask| painting.fitted(mask));
            // Heads that share a painting lose the same cells: the most that any lost is told.
            lost = lost.max(painting.len() - fitted.as_ref().map_or(0, Painting::len));
            if let Some(fitted) = fitted.filter(|fitted| !fitted.is_empty()) {
                let shared = self.masks.values().find(|other| ***other == fitted).cloned();
                self.masks.insert(place, shared.unwrap_or_else(|| Arc::new(fitted)));
            }
        }
        let positions = self.positions.filter(|scheme| scheme.edits(&pass.record).is_ok());
        let dropped = self.positions != positions;
        self.positions = positions;
        (lost, dropped)
    }

    /// What the steps of a pass do instead.
    ///
    /// # Errors
    /// Where a head has no context of its own or no mask, or the position scheme does not fit.
    fn steps(&self, pass: &Pass) -> Result<Vec<(NodeId, Edit)>, ExploreError> {
        let mut steps = Vec::new();
        let mut made = Painted::default();
        for (index, attention) in pass.attentions.iter().enumerate() {
            let heads: Vec<usize> = self.off.iter().filter(|(at, _)| *at == index).map(|&(_, head)| head).collect();
            if !heads.is_empty() {
                let context = attention.context.ok_or_else(|| no_step(pass, index, "be switched off"))?;
                steps.push((context, Edit::Silence(heads)));
            }
            steps.extend(self.mask_step(pass, index, &mut made)?);
        }
        if let Some(scheme) = self.positions {
            let positions = scheme.edits(&pass.record);
            steps.extend(positions.map_err(|misfit| {
                ExploreError::Prompt(format!("the positions {:?} do not fit here: {misfit}", scheme.id()))
            })?);
        }
        Ok(steps)
    }

    fn mask_step(&self, pass: &Pass, index: usize, made: &mut Painted) -> Result<Option<(NodeId, Edit)>, ExploreError> {
        let attention = &pass.attentions[index];
        let painted: Vec<(usize, &Arc<Painting>)> =
            (0..attention.heads).filter_map(|head| Some((head, self.masks.get(&(index, head))?))).collect();
        let Some(&(_, first)) = painted.first() else { return Ok(None) };
        let (Some(hiding), Some(mask)) = (attention.hiding, &attention.mask) else {
            return Err(no_step(pass, index, "be painted"));
        };
        let all_alike = painted.len() == attention.heads
            && attention.head_masks.is_empty()
            && painted.iter().all(|(_, painting)| Arc::ptr_eq(painting, first) || *painting == first);
        if all_alike {
            return Ok(Some((hiding, Edit::Mask(made.of(first, mask), BTreeMap::new()))));
        }
        let mut own = attention.head_masks.clone();
        for (head, painting) in painted {
            if let Some(mask) = attention.mask_of(head) {
                own.insert(head, made.of(painting, mask));
            }
        }
        Ok(Some((hiding, Edit::Mask(Arc::clone(mask), own))))
    }
}

/// Masks with what was painted on them. Layers and heads that share both share the result, so that it is read once.
#[derive(Default)]
struct Painted(Vec<(Arc<Mask>, Arc<Painting>, Arc<Mask>)>);

impl Painted {
    fn of(&mut self, painting: &Arc<Painting>, mask: &Arc<Mask>) -> Arc<Mask> {
        let same = |(own, painted, _): &&(Arc<Mask>, Arc<Painting>, Arc<Mask>)| {
            Arc::ptr_eq(own, mask) && Arc::ptr_eq(painted, painting)
        };
        if let Some((_, _, made)) = self.0.iter().find(same) {
            return Arc::clone(made);
        }
        let made = painting.on(mask);
        self.0.push((Arc::clone(mask), Arc::clone(painting), Arc::clone(&made)));
        made
    }
}

fn no_step(pass: &Pass, index: usize, what: &str) -> ExploreError {
    ExploreError::Prompt(format!("the heads of layer {} cannot {what} here", pass.attentions[index].layer))
}

impl Pass {
    /// This pass, as it was run, changed by hand: what depends on the changes is computed anew, the rest is shared. `None` where it was
    /// cancelled.
    ///
    /// # Errors
    /// Where the edits do not fit; those that [`Edits::fit`] kept do, as far as the model has the steps.
    pub fn edited(&self, edits: &Edits, run: Run<'_>) -> Result<Option<Self>, ExploreError> {
        let steps = edits.steps(self)?;
        Ok(self.record.edited(steps, run).map(|record| self.of_record(record, edits.clone())))
    }
}

#[cfg(test)]
mod tests;
