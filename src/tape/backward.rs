//! The tape backwards: from the gradient of outputs to those of parameters and of chosen values.

use smallvec::SmallVec;

use super::graph::{NodeId, Source};
use super::operation::Values;
use super::parameter::ParameterId;
use super::record::Record;
use super::run::Run;
use crate::tensor::{Pool, Tensor, pointwise};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Gradients of one number with respect to parameters and chosen values.
pub struct Gradients {
    parameters: Vec<(ParameterId, Tensor)>,
    values: Vec<(NodeId, Tensor)>,
}

impl Gradients {
    /// The parameters that took part, with their gradients.
    pub fn parameters(&self) -> &[(ParameterId, Tensor)] {
        &self.parameters
    }

    /// The gradients of the parameters alone.
    pub fn into_parameters(self) -> Vec<(ParameterId, Tensor)> {
        self.parameters
    }

    /// The gradient with respect to a parameter; `None` where it took no part.
    pub fn parameter(&self, id: ParameterId) -> Option<&Tensor> {
        self.parameters.iter().find(|(parameter, _)| *parameter == id).map(|(_, gradient)| gradient)
    }

    /// The gradient with respect to a value that was asked for.
    pub fn value(&self, id: NodeId) -> Option<&Tensor> {
        self.values.iter().find(|(node, _)| *node == id).map(|(_, gradient)| gradient)
    }
}

/// `sum += more`, in the buffer of `sum` where nobody else holds it.
fn accumulate(sum: &mut Option<Tensor>, more: Tensor, pool: &Arc<Pool>) {
    *sum = Some(match sum.take() {
        None => more,
        Some(sum) => {
            let shape = crate::tensor::Dims::from_slice(sum.shape());
            let more = more.contiguous(pool);
            let mut data = sum.into_owned(pool);
            pointwise::add_assign(&mut data, more.as_slice().expect("made contiguous"));
            pool.tensor(data, &shape)
        }
    });
}

impl Record {
    /// Runs the tape backwards from `seeds` (an output and the gradient with respect to it). `of` names values whose
    /// gradients are wanted beside those of the parameters.
    pub fn gradients(&self, seeds: &[(NodeId, Tensor)], of: &[NodeId], pool: &Arc<Pool>) -> Gradients {
        self.backward(seeds, of, true, Run::new(pool)).expect("a run that nobody cancels")
    }

    /// The gradients of some values alone: what leads to parameters only is left out, so no parameter's gradient is
    /// held. `None` where it was cancelled.
    pub fn gradients_of(&self, seeds: &[(NodeId, Tensor)], of: &[NodeId], run: Run<'_>) -> Option<Gradients> {
        self.backward(seeds, of, false, run)
    }

    fn backward(&self, seeds: &[(NodeId, Tensor)], of: &[NodeId], parameters: bool, run: Run<'_>) -> Option<Gradients> {
        let (graph, pool) = (self.graph(), run.pool);
        let matters = self.leads_to_gradients(of, parameters);
        let mut gradients: Vec<Option<Tensor>> = vec![None; graph.len()];
        for (id, seed) in seeds {
            accumulate(&mut gradients[id.index()], seed.clone(), pool);
        }
        let mut result = Gradients { parameters: Vec::new(), values: Vec::new() };
        for (id, node) in graph.nodes().rev() {
            let Some(gradient) = gradients[id.index()].take() else { continue };
            if run.cancel.is_some_and(|cancel| cancel.load(Ordering::Relaxed)) {
                return None;
            }
            if let Some(progress) = run.progress {
                progress(graph.len() - id.index(), graph.len());
            }
            if of.contains(&id) {
                result.values.push((id, gradient.clone()));
            }
            match &node.source {
                Source::Given(_) => {}
                Source::Parameter(parameter) => result.parameters.push((*parameter, gradient)),
                Source::Computed(operation) => {
                    let reads = operation.reads();
                    let inputs: SmallVec<[Option<Tensor>; 3]> = node
                        .inputs
                        .iter()
                        .enumerate()
                        .map(|(place, &input)| {
                            (reads.inputs >> place.min(7) & 1 == 1).then(|| self.value(input).widened())
                        })
                        .collect();
                    let output = reads.output.then(|| self.value(id));
                    let values = Values::new(&inputs, output.as_ref());
                    let parts = operation.gradient(&gradient, &values, &graph.shapes(id), pool);
                    drop(gradient);
                    for (input, part) in node.inputs.iter().zip(parts) {
                        if let Some(part) = part.filter(|_| matters[input.index()]) {
                            accumulate(&mut gradients[input.index()], part, pool);
                        }
                    }
                }
            }
        }
        Some(result)
    }

    /// A flag for each node: whether a parameter, where these count, or a value in `of` stands behind it.
    fn leads_to_gradients(&self, of: &[NodeId], parameters: bool) -> Vec<bool> {
        let mut matters = vec![false; self.graph().len()];
        for (id, node) in self.graph().nodes() {
            matters[id.index()] = of.contains(&id)
                || (parameters && matches!(node.source, Source::Parameter(_)))
                || node.inputs.iter().any(|input| matters[input.index()]);
        }
        matters
    }
}
