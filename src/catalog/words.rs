//! The closed lists of words that entries use, each with its meaning in both languages.

use serde::{Serialize, Serializer};

/// A word of a closed list.
#[derive(Debug, PartialEq, Eq)]
pub struct Word {
    /// As entries write it.
    pub id: &'static str,
    /// What a person reads, in English.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id)
    }
}

/// The word of that id.
pub fn find(list: &'static [Word], id: &str) -> Option<&'static Word> {
    list.iter().find(|word| word.id == id)
}

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident { $($id:literal: $en:literal, $zh:literal;)* })*) => {
        $($(#[$doc])* pub static $name: &[Word] = &[$(Word { id: $id, en: $en, zh: $zh }),*];)*

        /// Every list of this file.
        #[cfg(test)]
        pub(super) static ALL: &[&[Word]] = &[$($name),*];
    };
}

lists! {
    /// The parts of the survey, and what it leans on, in its order.
    SECTIONS {
        "encoders": "Models on the Transformer's encoder", "基于 Transformer 编码器的模型";
        "gpt-t5": "GPT-like models and T5", "类 GPT 模型与 T5";
        "instruct": "Models tuned to instructions", "按指令微调的模型";
        "text-to-image": "Images from text", "由文本生成图像";
        "image-to-text": "Text from images", "由图像生成文本";
        "related": "Mentioned or built on", "提及或所依据的模型";
    }
    /// Where a page of the survey stands: a section, or its end.
    PAGES {
        "encoders": "Models on the Transformer's encoder", "基于 Transformer 编码器的模型";
        "gpt-t5": "GPT-like models and T5", "类 GPT 模型与 T5";
        "instruct": "Models tuned to instructions", "按指令微调的模型";
        "text-to-image": "Images from text", "由文本生成图像";
        "image-to-text": "Text from images", "由图像生成文本";
        "closing": "Closing summary", "结语";
    }
    /// What sort of model it is.
    KINDS {
        "encoder": "encoder", "编码器";
        "decoder": "decoder", "解码器";
        "encoder-decoder": "encoder-decoder", "编码器-解码器";
        "experts": "experts", "混合专家";
        "image-text": "image + text", "图像 + 文本";
        "image-generator": "makes images", "生成图像";
        "undisclosed": "undisclosed", "未公开";
    }
    /// How sure a statement is. What a source states has none of these.
    STATUSES {
        "presumed": "presumed", "推测";
        "recalled": "from memory", "凭记忆";
        "estimated": "estimated", "估计";
        "undisclosed": "undisclosed", "未公开";
        "unstated": "not stated", "未说明";
    }
    /// How sure the facts of an entry are as a whole.
    CONFIDENCES {
        "high": "high", "高";
        "medium": "medium", "中";
        "low": "low", "低";
    }
    /// How far a source was read.
    ACCESSES {
        "read": "read", "已读";
        "excerpts": "read in excerpts", "读过节选";
        "secondary": "quoted by others", "据他人转引";
        "recalled": "from memory", "凭记忆";
    }
    /// How one model descends from another.
    DESCENTS {
        "derived": "built on", "以其为基础";
        "fine-tuned": "fine-tuned from", "由其微调";
        "inspired": "takes an idea from", "借鉴";
        "uses": "has inside", "内含";
    }
    /// What becomes of a claim of the survey.
    VERDICTS {
        "correct": "correct", "正确";
        "imprecise": "imprecise", "不准确";
        "wrong": "wrong", "错误";
        "unverified": "unverified", "未核实";
    }
    /// Kinds of tokenizer.
    TOKENIZERS {
        "wordpiece": "WordPiece", "WordPiece";
        "bpe": "BPE", "BPE";
        "byte-bpe": "byte-level BPE", "字节级 BPE";
        "sentencepiece-bpe": "SentencePiece BPE", "SentencePiece BPE";
        "unigram": "SentencePiece Unigram", "SentencePiece Unigram";
        "sentencepiece": "SentencePiece", "SentencePiece";
        "words": "words", "按词";
        "characters": "characters", "按字符";
        "image-codes": "image codes", "图像码";
        "none": "none", "无";
    }
    /// Position schemes.
    POSITIONS {
        "learned": "learned", "可学习";
        "sinusoidal": "sinusoidal", "正弦";
        "relative": "relative", "相对";
        "bias": "bias", "偏置";
        "rotary": "rotary", "旋转";
        "alibi": "ALiBi", "ALiBi";
        "none": "none", "无";
    }
    /// Place and kind of the norm.
    NORMS {
        "pre": "before each part", "子层之前";
        "post": "after each part", "子层之后";
        "parallel": "parallel parts", "并行子层";
        "layer": "LayerNorm", "LayerNorm";
        "rms": "RMSNorm", "RMSNorm";
        "group": "GroupNorm", "GroupNorm";
        "batch": "BatchNorm", "BatchNorm";
        "none": "none", "无";
    }
    /// Activation functions.
    ACTIVATIONS {
        "gelu": "GELU", "GELU";
        "gelu-tanh": "GELU (tanh)", "GELU（tanh 近似）";
        "quick-gelu": "quick GELU", "快速 GELU";
        "relu": "ReLU", "ReLU";
        "silu": "SiLU", "SiLU";
        "swiglu": "SwiGLU", "SwiGLU";
        "geglu": "GEGLU", "GEGLU";
        "tanh": "tanh", "tanh";
        "other": "another", "其他";
    }
    /// Which linear maps have biases.
    BIASES {
        "all": "in all", "全部";
        "some": "in some", "部分";
        "none": "in none", "无";
    }
    /// Whether the input table is the output matrix too.
    TYING {
        "tied": "tied", "共用";
        "untied": "not tied", "不共用";
        "partly": "partly tied", "部分共用";
    }
    /// Kinds of attention.
    ATTENTIONS {
        "full": "full", "全连接";
        "sparse": "sparse", "稀疏";
        "local": "local", "局部";
        "multi-query": "multi-query", "多查询";
        "memory": "with memory", "带记忆";
        "two-stream": "two streams", "双流";
        "disentangled": "disentangled", "解耦";
        "cross": "cross", "交叉";
        "pooling": "pooling", "汇聚";
        "convolution": "convolution", "卷积";
    }
    /// Who may see whom.
    MASKINGS {
        "bidirectional": "bidirectional", "双向";
        "causal": "causal", "因果";
        "prefix": "prefix", "前缀";
        "permutation": "permutation", "排列";
        "cross": "cross", "交叉";
        "none": "none", "无";
    }
    /// Optimisers.
    OPTIMISERS {
        "adam": "Adam", "Adam";
        "adamw": "AdamW", "AdamW";
        "adafactor": "Adafactor", "Adafactor";
        "lamb": "LAMB", "LAMB";
        "sgd": "SGD", "SGD";
        "other": "another", "其他";
    }
    /// What may be done with the weights.
    LICENCES {
        "open": "open", "开放";
        "restricted": "open, rules on use", "开放，限制用途";
        "non-commercial": "non-commercial", "非商业";
        "partly": "partly released", "部分公布";
        "not-released": "not released", "未公布";
    }
    /// What a model is trained to do.
    OBJECTIVES {
        "causal-lm": "next token", "预测下一词元";
        "masked-lm": "masked tokens", "掩码语言建模";
        "whole-word-masking": "masked words", "整词掩码";
        "next-sentence": "next sentence", "下一句预测";
        "sentence-order": "sentence order", "句序预测";
        "translation-lm": "masked translation pairs", "翻译语言建模";
        "permutation-lm": "tokens in a random order", "排列语言建模";
        "span-corruption": "dropped spans", "片段破坏";
        "text-infilling": "infilling", "文本填充";
        "token-masking": "token masking", "词元掩码";
        "token-deletion": "token deletion", "词元删除";
        "sentence-permutation": "sentences in disorder", "句子重排";
        "document-rotation": "rotated documents", "文档旋转";
        "replaced-token": "replaced tokens", "替换词元检测";
        "distillation": "a teacher's outputs", "蒸馏";
        "entity-alignment": "entity alignment", "实体对齐";
        "translation-ranking": "translation ranking", "译文排序";
        "prefix-lm": "continuing a prefix", "前缀语言建模";
        "fill-in-the-middle": "fill in the middle", "中间填充";
        "load-balancing": "balanced experts", "专家负载均衡";
        "multitask": "many supervised tasks", "多任务";
        "instruction-tuning": "instructions", "指令微调";
        "reward-model": "reward model", "奖励模型";
        "reinforcement": "reinforcement from feedback", "反馈强化学习";
        "dialogue-tuning": "dialogue", "对话微调";
        "contrastive": "pairs that belong together", "对比学习";
        "captioning": "captions", "图像描述";
        "image-classification": "image classes", "图像分类";
        "autoencoder": "restoring the image", "自编码";
        "denoising-diffusion": "removing noise", "去噪扩散";
        "language-embedding": "telling the language", "语言嵌入";
    }
}

/// How objectives of entries are practised with this program.
#[derive(Debug)]
pub struct Practice {
    /// The objectives of an entry that it takes, all of them.
    pub ids: &'static [&'static str],
    /// The objective as `headscope objective` takes it.
    pub objective: &'static str,
    /// The mini that can practise it, for entries that have none of their own.
    pub mini: &'static str,
}

/// Which objectives can be tried on a text; those that take several come first.
pub static PRACTISED: &[Practice] = &[
    Practice { ids: &["masked-lm", "next-sentence"], objective: "bert-pretraining", mini: "bert" },
    Practice { ids: &["masked-lm"], objective: "masked-lm", mini: "bert" },
    Practice { ids: &["causal-lm"], objective: "causal-lm", mini: "gpt-2" },
    Practice { ids: &["span-corruption"], objective: "span-corruption", mini: "t5" },
    Practice { ids: &["multitask"], objective: "text-to-text", mini: "t5" },
];

/// A fact that entries have.
#[derive(Debug)]
pub struct FactField {
    /// As entries write it.
    pub id: &'static str,
    /// What a person reads, in English.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
    /// The words that its `is` may have; empty: it has none.
    pub words: &'static [Word],
    /// Whether every entry must have it.
    pub required: bool,
    /// Whether it may have a `value`.
    pub number: bool,
}

/// Words, or none.
const NO_WORDS: &[Word] = &[];

macro_rules! facts {
    ($($id:literal $en:literal $zh:literal $words:ident $required:literal $number:literal;)*) => {
        /// Every fact, in the order of the screens.
        pub static FACTS: &[FactField] = &[
            $(FactField { id: $id, en: $en, zh: $zh, words: $words, required: $required, number: $number }),*
        ];
    };
}

facts! {
    "tokenizer" "tokenizer" "分词器" TOKENIZERS true false;
    "special_tokens" "special tokens" "特殊词元" NO_WORDS false false;
    "input" "input" "输入" NO_WORDS false false;
    "vocabulary" "vocabulary" "词表" NO_WORDS false true;
    "context" "context" "上下文" NO_WORDS true true;
    "positions" "positions" "位置编码" POSITIONS true false;
    "norm" "norm" "归一化" NORMS true false;
    "activation" "activation" "激活函数" ACTIVATIONS true false;
    "biases" "biases" "偏置" BIASES false false;
    "tied_embeddings" "output matrix" "输出矩阵" TYING false false;
    "attention" "attention" "注意力" ATTENTIONS true false;
    "masking" "who sees whom" "谁看谁" MASKINGS true false;
    "data" "data" "训练数据" NO_WORDS true false;
    "tokens" "training tokens" "训练词元数" NO_WORDS true true;
    "optimiser" "optimiser" "优化器" OPTIMISERS true false;
    "schedule" "schedule" "训练安排" NO_WORDS false false;
    "compute" "compute" "计算量" NO_WORDS true true;
    "licence" "licence of the weights" "权重许可" LICENCES true false;
}

/// The fact of that id.
pub fn fact(id: &str) -> Option<&'static FactField> {
    FACTS.iter().find(|field| field.id == id)
}

/// What a variant without a config may say of its size: id, English, Chinese.
pub static SIZES: &[Word] = &[
    Word { id: "layers", en: "layers", zh: "层数" },
    Word { id: "decoder_layers", en: "decoder layers", zh: "解码器层数" },
    Word { id: "d_model", en: "width", zh: "宽度" },
    Word { id: "heads", en: "heads", zh: "头数" },
    Word { id: "kv_heads", en: "key and value heads", zh: "键值头数" },
    Word { id: "d_head", en: "width of a head", zh: "头宽" },
    Word { id: "d_ff", en: "feed-forward width", zh: "前馈宽度" },
    Word { id: "vocabulary", en: "vocabulary", zh: "词表" },
    Word { id: "context", en: "context", zh: "上下文" },
    Word { id: "experts", en: "experts", zh: "专家数" },
    Word { id: "image", en: "image side", zh: "图像边长" },
    Word { id: "patch", en: "patch side", zh: "图块边长" },
    Word { id: "channels", en: "channels", zh: "通道数" },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{ALL, FACTS};

    #[test]
    fn each_word_is_once_in_its_list_and_has_both_languages() {
        for list in ALL {
            let ids: HashSet<_> = list.iter().map(|word| word.id).collect();
            assert_eq!(ids.len(), list.len());
            assert!(list.iter().all(|word| !word.en.is_empty() && !word.zh.is_empty()));
        }
        let ids: HashSet<_> = FACTS.iter().map(|field| field.id).collect();
        assert_eq!(ids.len(), FACTS.len());
    }
}
