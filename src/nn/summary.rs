//! One vector for a whole text.

use super::Linear;
use crate::tape::{Kind, Var, vocabulary as name};
use crate::tensor::Activation;

/// Which of the tokens' vectors stands for the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The first token's.
    First,
    /// The last token's.
    Last,
    /// The mean of all, padding included.
    Mean,
}

/// `f(W x + b)` of one vector: BERT's pooler, the first half of RoBERTa's classifier, the `SequenceSummary` of others.
pub struct Summary {
    /// Which vector.
    pub pick: Pick,
    /// The product, where there is one.
    pub product: Option<Linear>,
    /// The bend, where there is one.
    pub activation: Option<Activation>,
}

impl Summary {
    /// The first token's vector, through a product and a bend.
    pub fn of_first(product: Linear, activation: Activation) -> Self {
        Self { pick: Pick::First, product: Some(product), activation: Some(activation) }
    }

    /// x (batch, token, feature) → (batch, feature), or the axis that the product leads to.
    pub fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        x.tape().scope(&name::POOLER, || {
            let picked = match self.pick {
                Pick::First => x.select(Kind::Token, 0),
                Pick::Last => x.select(Kind::Token, x.len_of(Kind::Token) - 1),
                Pick::Mean => x.arrange(&[Kind::Batch, Kind::Feature, Kind::Token]).mean().named(&name::MEAN),
            };
            let x = match &self.product {
                Some(product) => product.forward(picked).named(&name::TRANSFORM),
                None => picked,
            };
            match self.activation {
                Some(activation) => x.activation(activation).named(&name::POOLED),
                None => x,
            }
        })
    }
}
