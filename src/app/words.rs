//! Every text of the interface, in both languages: a text without its translation does not compile.

use super::language::Language;

macro_rules! words {
    ($($variant:ident: $en:literal, $zh:literal;)*) => {
        /// A text of the interface.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Word {
            $(#[doc = $en] $variant,)*
        }

        impl Word {
            /// Every text.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The text in that language.
            pub fn text(self, language: Language) -> &'static str {
                match self { $(Self::$variant => language.pick($en, $zh),)* }
            }

            /// The text of that name, as key files give it: `next_token` for `NextToken`.
            pub fn from_name(name: &str) -> Option<Self> {
                let plain: String = name.chars().filter(|c| *c != '_').collect();
                $(if plain.eq_ignore_ascii_case(stringify!($variant)) { return Some(Self::$variant); })*
                None
            }
        }
    };
}

words! {
    // Tabs and places
    Catalogue: "Catalogue", "目录";
    Model: "Model", "模型";
    Steps: "Steps", "步骤";
    Attention: "Attention", "注意力";
    Compare: "Compare", "比较";
    Timeline: "Timeline", "时间线";
    Lines: "Lines", "连线";
    Decode: "Decoding", "解码";
    PromptLine: "Text", "文本";
    Palette: "Commands", "命令";
    Help: "Help", "帮助";
    Everywhere: "Everywhere", "任何地方";
    // The foot
    Of: "of", "/";
    TokenCount: "{} tokens", "{} 个词元";
    // Work
    Running: "running", "计算中";
    Writing: "writing", "写作中";
    Replaying: "running again without heads", "关闭所选头后重新计算";
    Recomputing: "recomputing", "重新计算";
    PredictsNothing: "{} gives vectors, it does not predict tokens", "{} 只输出向量，不预测词元";
    NoMaskToken: "this model has no mask token", "此模型没有掩码词元";
    NotInText: "that token was added by the tokenizer; it is not in your text", "该词元由分词器添加，不在你的文本中";
    // Hints that several keys share
    Cell: "cell", "单元格";
    Token: "token", "词元";
    Feature: "feature", "特征";
    Query: "query", "查询";
    Step: "step", "步";
    Out: "out", "跳出";
    Map: "map", "热图";
    Threshold: "threshold", "阈值";
    Scroll: "scroll", "滚动";
    Choose: "choose", "选择";
    Close: "close", "关闭";
    Cancel: "cancel", "取消";
    History: "history", "历史";
    // The frame
    HelpHint: "help", "帮助";
    KeysOf: "Keys", "按键";
    TooSmall: "headscope needs {} × {} characters; this window has {} × {}", "headscope 需要 {} × {} 个字符；此窗口为 {} × {}";
    TooSmallShort: "needs {} × {}", "需要 {} × {}";
    TypeToFind: "type to find a command", "输入以查找命令";
    NothingFound: "nothing found", "没有找到";
    More: "{} more", "还有 {} 个";
    NothingLoaded: "nothing loaded", "未载入";
    PressToEdit: "press {} to type a text", "按 {} 输入文本";
    CellHolds: "a cell holds {} × {}, the largest is shown", "一格含 {} × {}，显示最大值";
    CellFeatures: "a cell is {} features", "一格为 {} 个特征";
    CountsNote: "A number before a key repeats it; begin it with 0", "按键前的数字表示重复次数，以 0 开头输入";
    // Legends
    Weight: "weight", "权重";
    Value: "value", "数值";
    Mask: "mask", "掩码";
    None: "none", "无";
    // Reasons a cell is hidden
    Future: "future", "未来";
    Padding: "padding", "填充";
    Segment: "other segment", "另一段";
    Window: "outside the window", "窗口之外";
    Pattern: "not in the pattern", "不在稀疏模式中";
    Permutation: "later in the order", "排列中靠后";
    OwnContent: "own content", "自身内容";
    NoEntity: "no entity", "无实体";
    Memory: "beyond the memory", "超出记忆";
    Modality: "other modality", "另一模态";
    HeldOut: "held out as a target", "作为预测目标保留";
    // Keys that have names
    KeySpace: "space", "空格";
    KeyEnter: "Enter", "回车";
    KeyEsc: "Esc", "Esc";
    KeyTab: "Tab", "Tab";
    KeyBackTab: "Shift-Tab", "Shift-Tab";
    KeyHome: "Home", "Home";
    KeyEnd: "End", "End";
    KeyPageUp: "Page-up", "上页";
    KeyPageDown: "Page-down", "下页";
    KeyBackspace: "Backspace", "退格";
    KeyDelete: "Del", "Del";
    KeyInsert: "Ins", "Ins";
    // The steps
    ThePass: "The pass", "前向计算";
    StepsInside: "{} steps", "{} 步";
    Done: "done", "已完成";
    Bright: "bright", "亮色";
    ToCome: "to come grey", "未到为灰色";
    StepIn: "in", "输入";
    StepOut: "out", "输出";
    RowsOf: "rows of {}", "取 {} 的行";
    Recomputed: "recomputing …", "重新计算中 …";
    StepNext: "next", "接着";
    PassEnds: "the pass ends here", "前向计算到此结束";
    RowMean: "mean", "均值";
    RowDeviation: "deviation", "标准差";
    LargestValue: "largest {}", "最大 {}";
    RangeTimes: "range × {}", "范围 × {}";
    HiddenCell: "hidden: {}", "被遮住：{}";
    MoreTerms: "… {} more terms", "… 另有 {} 项";
    Result: "result", "结果";
    ProbabilityWord: "probability", "概率";
    LogitWord: "logit", "逻辑值";
    ParameterWord: "parameter", "参数";
    GivenWord: "given from outside", "由外部给定";
    LearnedNumber: "A number of the checkpoint: it was learned, nothing before it made it.", "检查点中的一个数：由训练得来，不再由其他数算出。";
    GivenNumber: "It was put in from outside: a cache or an earlier pass made it.", "由外部放入：来自缓存或较早的一次计算。";
    ProductWord: "product", "乘积";
    SumWord: "sum", "和";
    OpensTerm: "opens", "打开";
    SourceOf: "{} of {}", "{} / {}";
    // Axes, as the cell under the cursor is described
    AxisKey: "key", "键";
    AxisHead: "head", "头";
    AxisChannel: "channel", "通道";
    AxisHeads: "channel", "通道";
    AxisJoined: "place", "位";
    AxisInner: "inner", "内层";
    AxisVocabulary: "entry", "词条";
    AxisPosition: "position", "位置";
    AxisSegment: "segment", "段";
    AxisClass: "class", "类";
    AxisDistance: "distance", "距离";
    AxisBatch: "example", "样例";
    AxisIncoming: "incoming", "输入侧";
}

impl Word {
    /// The text with its places `{}` filled in order.
    pub fn fill(self, language: Language, values: &[&dyn std::fmt::Display]) -> String {
        let mut pieces = self.text(language).split("{}");
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        for (index, piece) in pieces.enumerate() {
            if let Some(value) = values.get(index) {
                filled.push_str(&value.to_string());
            }
            filled.push_str(piece);
        }
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_places() {
        for word in Word::ALL {
            let places = |language| word.text(language).matches("{}").count();
            assert_eq!(places(Language::En), places(Language::Zh), "{word:?}");
            assert!(!word.text(Language::En).is_empty() && !word.text(Language::Zh).is_empty());
        }
    }

    #[test]
    fn names_of_files_find_their_text() {
        assert_eq!(Word::from_name("cell"), Some(Word::Cell));
        assert_eq!(Word::from_name("own_content"), Some(Word::OwnContent));
        assert_eq!(Word::from_name("no such text"), None);
    }

    #[test]
    fn places_are_filled_in_order() {
        assert_eq!(Word::TooSmallShort.fill(Language::En, &[&60, &16]), "needs 60 × 16");
    }
}
