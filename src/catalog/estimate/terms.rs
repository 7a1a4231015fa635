//! The numbers that stand in a formula, and where each of them comes from.

use std::collections::HashMap;

use serde::Serialize;

use super::super::count::counts;
use super::super::dimensions::Dimensions;
use super::super::entry::{Entry, Fact, Figure, Variant, citation};
use super::super::values::Text;
use super::super::words::Word;
use super::sizes;
use crate::tape::{ParameterId, Source};

/// A number of a formula.
#[derive(Clone, Debug, Serialize)]
pub struct Term {
    /// The letter in the formula.
    pub symbol: &'static str,
    /// What it is.
    pub means: &'static Word,
    /// The number.
    pub value: f64,
    /// Where it comes from.
    pub from: Origin,
}

/// Where a number comes from.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Origin {
    /// A field of the config.
    Config {
        /// Its name there.
        field: &'static str,
    },
    /// What the code of a class takes where the config leaves it open.
    Code {
        /// The class.
        class: String,
    },
    /// Counted on the shapes of a class.
    Counted {
        /// The class.
        class: String,
    },
    /// A published number.
    Published {
        /// Where it stands; empty where the entry names no place.
        source: String,
        /// How sure it is, if it is not stated.
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<&'static Word>,
    },
    /// Worked out from others, in letters.
    Derived {
        /// How.
        formula: &'static str,
    },
    /// How many bytes a number takes in this format.
    Format,
    /// What the reader chose.
    Chosen,
    /// Supposed, to see what would be.
    Supposed {
        /// What for.
        why: Text,
    },
}

impl Origin {
    /// As one line.
    pub fn text(&self) -> Text {
        match self {
            Self::Config { field } => Text::new(format!("config: {field}"), format!("配置：{field}")),
            Self::Code { class } => Text::new(format!("set by the code of {class}"), format!("由 {class} 的代码给定")),
            Self::Counted { class } => Text::new(format!("counted: {class}"), format!("计数：{class}")),
            Self::Published { source, status } => {
                let place = if source.is_empty() { String::new() } else { format!(": {source}") };
                let mark =
                    |read: fn(&Word) -> &str| status.map(|word| format!(" [{}]", read(word))).unwrap_or_default();
                Text::new(
                    format!("published{place}{}", mark(|word| word.en)),
                    format!("公布{}{}", place.replacen(": ", "：", 1), mark(|word| word.zh)),
                )
            }
            Self::Derived { formula } => Text::same(format!("= {formula}")),
            Self::Format => Text::new("bytes a number", "每个数的字节数"),
            Self::Chosen => Text::new("chosen here", "此处选定"),
            Self::Supposed { why } => why.clone(),
        }
    }

    fn of_fact(fact: &Fact) -> Self {
        Self::Published { source: citation(&fact.source), status: fact.status }
    }

    fn of_figure(figure: &Figure) -> Self {
        Self::Published { source: citation(&figure.source), status: figure.status }
    }
}

macro_rules! letters {
    ($($name:ident $id:literal $en:literal $zh:literal;)*) => {
        $(pub(super) static $name: Word = Word { id: $id, en: $en, zh: $zh };)*
    };
}

letters! {
    PARAMETERS "parameters" "parameters" "参数量";
    ACTIVE "active" "parameters that a token uses" "每词元用到的参数量";
    MET "met" "parameters, each as often as a token meets it" "参数量，按每个词元用到的次数计";
    TOKENS "tokens" "training tokens" "训练词元数";
    CONTEXT "context" "tokens of the text" "文本词元数";
    BYTES "bytes" "bytes a number" "每个数的字节数";
    PASS "pass" "operations of a pass" "一次前向的运算数";
    LAYERS "layers" "layers" "层数";
    WIDTH "d_model" "width" "宽度";
    HEADS "heads" "heads" "头数";
    KV_HEADS "kv_heads" "heads of keys and values" "键值头数";
    HEAD_WIDTH "d_head" "width of a head" "头宽";
    INNER "d_ff" "feed-forward width" "前馈宽度";
    ROWS "vocabulary" "vocabulary" "词表";
    WINDOW "window" "tokens looked back at" "回看的词元数";
    FULL_LAYERS "full_layers" "layers that keep all" "保留全部的层数";
    LOCAL_LAYERS "local_layers" "layers with the window" "带窗口的层数";
}

/// What estimates of a variant are made from.
pub(super) struct Basis<'a> {
    pub variant: &'a Variant,
    pub sizes: Dimensions,
    /// All parameters.
    pub parameters: Term,
    /// Those that one token uses: fewer where there are experts.
    pub active: Term,
    /// The class that was counted, where there is code.
    pub class: Option<String>,
}

impl<'a> Basis<'a> {
    pub fn of(variant: &'a Variant) -> Option<Self> {
        let counted = counts(variant).first().and_then(|c| Some((c.count.number()?, c.class.clone())));
        let class = counted.as_ref().map(|(_, class)| class.clone());
        let parameters = match counted {
            Some((number, class)) => (number as f64, Origin::Counted { class }),
            None => variant.published.last().map(|figure| (figure.value.middle(), Origin::of_figure(figure)))?,
        };
        let parameters = Term { symbol: "N", means: &PARAMETERS, value: parameters.0, from: parameters.1 };
        let used = variant.active.last().and_then(|figure| Some((figure.value.single()?, figure)));
        let active = match used {
            Some((value, figure)) => Term { symbol: "N", means: &ACTIVE, value, from: Origin::of_figure(figure) },
            None => match class.clone().and_then(|class| Some((met_again(variant, &class)?, class))) {
                Some((again, class)) => {
                    let value = parameters.value + again as f64;
                    Term { symbol: "N", means: &MET, value, from: Origin::Counted { class } }
                }
                None => parameters.clone(),
            },
        };
        Some(Self { variant, sizes: sizes(variant), parameters, active, class })
    }

    /// A size by its id, with the letter that the formula has for it.
    pub fn size(&self, symbol: &'static str, means: &'static Word) -> Option<Term> {
        let value = self.sizes.get(means.id)? as f64;
        Some(Term { symbol, means, value, from: self.origin(means.id) })
    }

    /// Layers that keep keys and values, or that a token passes: those of the decoder where there are two stacks.
    pub fn decoder_layers(&self) -> Option<Term> {
        match self.sizes.decoder_layers {
            None => self.size("L", &LAYERS),
            Some(value) => {
                let stated = Dimensions::field(&self.variant.config, "decoder_layers");
                let from = stated.map_or_else(|| self.origin("layers"), |field| Origin::Config { field });
                Some(Term { symbol: "L", means: &LAYERS, value: value as f64, from })
            }
        }
    }

    /// Where a size comes from, in the order in which [`sizes`] looks.
    fn origin(&self, id: &str) -> Origin {
        let of_config = || Dimensions::of(&self.variant.config).get(id) == self.sizes.get(id);
        if let Some(field) = Dimensions::field(&self.variant.config, id).filter(|_| of_config()) {
            return Origin::Config { field };
        }
        let stated = self.variant.sizes.iter().any(|(word, _)| word.id == id);
        match (id, &self.class) {
            ("kv_heads", _) if !stated => Origin::Derived { formula: "h" },
            ("d_head", _) if !stated => Origin::Derived { formula: "d / h" },
            (_, Some(class)) => Origin::Code { class: class.clone() },
            _ => Origin::Published { source: citation(&self.variant.sizes_source), status: self.variant.sizes_status },
        }
    }

    /// The length of the text: as asked for, else that of the config or of the entry.
    pub fn context(&self, entry: &Entry, asked: Option<u64>) -> Option<Term> {
        let term = |value: u64, from| Term { symbol: "n", means: &CONTEXT, value: value as f64, from };
        if let Some(asked) = asked {
            return Some(term(asked, Origin::Chosen));
        }
        if let Some(own) = self.sizes.context {
            return Some(term(own, self.origin("context")));
        }
        let fact = entry.fact("context")?;
        Some(term(fact.value.as_ref()?.whole()?, Origin::of_fact(fact)))
    }

    /// The tokens seen in training, where they are known.
    pub fn tokens(&self, entry: &Entry) -> Option<Term> {
        let (value, fact) = known(self.variant.tokens.as_ref()).or_else(|| known(entry.fact("tokens")))?;
        Some(Term { symbol: "D", means: &TOKENS, value, from: Origin::of_fact(fact) })
    }

    /// The published work of training with where it stands. A number for the whole entry is that of its only size.
    pub fn published_work(&self, entry: &Entry) -> Option<(f64, String)> {
        let whole = || if entry.variants.len() == 1 { known(entry.fact("compute")) } else { None };
        let (value, fact) = known(self.variant.compute.as_ref()).or_else(whole)?;
        Some((value, citation(&fact.source)))
    }
}

/// How many more parameters a token meets than there are, where layers are shared. A table that is looked up and then
/// compared with is met once: looking up is no work.
fn met_again(variant: &Variant, class: &str) -> Option<u64> {
    let loaded = variant.shapes(class).ok()?;
    let graph = loaded.model.graph(&loaded.model.smallest_inputs()).ok()?;
    let mut uses: HashMap<ParameterId, u64> = HashMap::new();
    for (_, node) in graph.nodes() {
        let works = node.operation().is_some_and(|operation| operation.name() != "gather");
        for &input in node.inputs.iter().filter(|_| works) {
            if let Source::Parameter(id) = graph.node(input).source {
                *uses.entry(id).or_default() += 1;
            }
        }
    }
    let again = uses.iter().map(|(id, uses)| (uses - 1) * loaded.parameters.entry(*id).axes.size() as u64);
    Some(again.sum()).filter(|&again| again > 0)
}

/// The number of a fact with the fact.
fn known(fact: Option<&Fact>) -> Option<(f64, &Fact)> {
    let fact = fact?;
    Some((fact.value.as_ref()?.single()?, fact))
}
