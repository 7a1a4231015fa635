//! Every text of the interface, in both languages: a text without its translation does not compile.

use super::language::Language;

macro_rules! words {
    ($($variant:ident: $en:literal, $zh:literal;)*) => {
        /// A text of the interface.
        // The texts themselves stand as documentation, and they are no markdown.
        #[allow(clippy::doc_markdown)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Word {
            $(#[doc = concat!("`", $en, "`")] $variant,)*
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
    Model: "Model", "模型";
    Steps: "Steps", "步骤";
    Attention: "Attention", "注意力";
    Lines: "Lines", "连线";
    Decode: "Decoding", "解码";
    PromptLine: "Text", "文本";
    Palette: "Commands", "命令";
    Help: "Help", "帮助";
    Everywhere: "Everywhere", "任何地方";
    // The foot
    Of: "of", "/";
    TokenCount: "{} tokens", "{} 个词元";
    // Parts of the drawing
    Part: "part", "部件";
    ItsSteps: "its steps", "其步骤";
    // Saving
    TypeToFindForm: "save what is shown as …", "将所见保存为……";
    FormSvg: "picture (SVG)", "矢量图（SVG）";
    FormPng: "picture (PNG)", "位图（PNG）";
    FormHtml: "page for a browser (HTML)", "网页（HTML）";
    FormMd: "words and tables (Markdown)", "文字与表格（Markdown）";
    FormJson: "the numbers (JSON)", "数值（JSON）";
    ForPrint: "{}, on white for print and slides", "{}，白底，适合打印与幻灯片";
    AsOnScreen: "{}, as on the screen", "{}，与屏幕一致";
    SavedAs: "saved as {}", "已保存为 {}";
    NotSaved: "not saved: {}", "未能保存：{}";
    // Attention
    AllHeads: "All heads", "所有头";
    LayersTimesHeads: "{} layers × {}", "{} 层 × {}";
    HeadTitle: "Head", "头";
    AverageTitle: "Average of layer", "平均：层";
    RowSumsToOne: "each row is a query and sums to 1", "每行是一个查询，各行之和为 1";
    PooledCells: "a cell shows the strongest of {} × {}", "每格显示 {} × {} 个中最强者";
    HeldStrongest: "{}, strongest {} {}", "{}，最强 {} {}";
    HeldHidden: "{}, all hidden", "{}，全部被遮住";
    BrightestIs: "brightest is {}", "最亮为 {}";
    MaskTitle: "Mask", "掩码";
    NothingHidden: "nothing is hidden: every token sees every other", "没有遮住任何内容：每个词元都能看到其他词元";
    MaskViewHint: "what this attention may not see, and why", "此处注意力看不到的内容及原因";
    WhatItDoes: "What {} does", "{} 在做什么";
    OnThisText: "share of attention, on this text", "在此文本上的注意力份额";
    Spread: "spread", "分散";
    SpreadWords: "over {} keys", "约 {} 个键";
    SwitchedOff: "switched off", "已关闭";
    NextTokenIs: "next", "下一个";
    NotMasked: "not masked", "未被遮住";
    Hidden: "hidden", "被遮住";
    QueryAt: "query {}", "查询 {}";
    KeyAt: "key {}", "键 {}";
    DotProduct: "q · k", "q · k";
    ScoreLine: "score", "分数";
    WeightLine: "weight", "权重";
    AddsLine: "adds", "贡献";
    NoAttention: "this pass has no attention", "此计算没有注意力";
    LinesHint: "who looks at whom; heavy: from {}, at least {}   thin: every other query, at least {}", "谁在看谁；粗线：来自 {}，至少 {}   细线：其他查询，至少 {}";
    OutsideWindow: "outside the window:", "窗口之外：";
    SameQuery: "The same query in every head", "同一查询在每个头中";
    SameQueryHint: "columns are the tokens above", "各列对应上方词元";
    // Work
    Running: "running", "计算中";
    Writing: "writing", "写作中";
    Replaying: "running again as changed", "按改动重新计算";
    Recomputing: "recomputing", "重新计算";
    PredictsNothing: "{} gives vectors, it does not predict tokens", "{} 只输出向量，不预测词元";
    NoMaskToken: "this model has no mask token", "此模型没有掩码词元";
    AddedToken: "{} was added by the tokenizer: choose a token of your text and {} masks it", "{} 由分词器添加：选择文本中的词元，再按 {} 遮住它";
    EarlierText: "of an earlier text,", "属于较早的文本，";
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
    // Texts to try
    ExampleText: "text to try", "示例文本";
    ExampleCoreference: "Try a pronoun:", "试试指代：";
    ExampleRepetition: "Try repetition:", "试试重复：";
    ExampleNegation: "Try negation:", "试试否定：";
    ExamplePair: "Try two texts:", "试试两段文本：";
    ExampleMask: "Try masks:", "试试掩码填空：";
    // Addresses
    Tour: "tour", "导览";
    TourStops: "{} stops", "{} 站";
    TourStop: "stop {} of {}", "第 {} 站，共 {} 站";
    TourLeave: "leave", "离开";
    TourTry: "Try:", "试试：";
    TypeToFindTour: "type to find a tour", "输入以查找导览";
    NoTour: "no tour is on; {} lists them", "当前没有导览；按 {} 列出导览";
    LastStop: "this is the last stop; {} leaves the tour", "这是最后一站；按 {} 离开导览";
    BackAgainLeaves: "once more leaves the tour", "再按一次离开导览";
    AddressCopied: "Copied where the terminal allows it; `headscope open` opens it", "已复制（若终端支持）；用 `headscope open` 打开";
    AddressBeyond: "{} {}: there are only {}, counted from 0", "{} {}：只有 {} 个，从 0 数起";
    AddressRefused: "{}: {}", "{}：{}";
    AddressNoPlace: "the address is of {}, which this model does not have", "地址指向 {}，此模型没有这一画面";
    AddressNoStream: "no attention is called {}; there is {}", "没有名为 {} 的注意力；有 {}";
    AddressNoTokenizer: "no tokenizer of {} is at hand", "没有 {} 的分词器";
    AddressNoStep: "this pass has no step {}", "此计算没有步骤 {}";
    AddressNoObjective: "the objective {} does not fit; {} would", "训练目标 {} 不适用；可用 {}";
    AddressNotWritten: "the token {} cannot be written here", "此处无法写出词元 {}";
    AddressNoFacet: "nothing is told apart by {}", "没有 {} 这一分类";
    AddressNoEntry: "{} is not in this list", "此列表中没有 {}";
    AddressNoMask: "{}: no painting that could be read; expected HEADS/QUERY.KEY, with - for hidden", "{}：读不出涂改；应为 头/查询.键，遮住的前面加 -";
    AddressNoPositions: "the positions {} do not fit here", "位置方式 {} 在此不适用";
    AddressNoPage: "the survey has no page {}; it has {}", "综述没有 {} 这一页；有 {}";
    AddressNoEstimate: "there is no estimate {}; there are {}", "没有 {} 这一估算；有 {}";
    AddressNoPattern: "no head was measured for {}", "没有按 {} 测量各头";
    AndMore: " (and {} more)", "（另有 {} 处）";
    NothingFound: "nothing found", "没有找到";
    More: "{} more", "还有 {} 个";
    NothingLoaded: "nothing loaded", "未载入";
    PressToEdit: "press {} to type a text", "按 {} 输入文本";
    CellHolds: "a cell holds {} × {}, the largest is shown", "一格含 {} × {}，显示最大值";
    CellFeatures: "a cell is {} features", "一格为 {} 个特征";
    CountsNote: "A number before a key repeats it; begin it with 0", "按键前的数字表示重复次数，以 0 开头输入";
    // The tokenization
    TokenizationTitle: "Tokenization", "分词";
    TokenizationOf: "{}   {}, {} pieces in its vocabulary", "{}   {}，词表有 {} 个词元";
    TokenizerNumber: "tokenizer {} of {}", "分词器 {} / {}";
    CuttingText: "cutting the text …", "切分文本中 …";
    NoTokenizers: "there is no tokenizer at hand", "没有可用的分词器";
    EmptyText: "the text is empty: press {} and type one", "文本为空：按 {} 输入";
    WordsOfText: "Words", "词";
    WordsOfTextHint: "and their pieces", "及其词元数";
    WordOfText: "word", "词";
    GoToToken: "to its token", "到该词元";
    MergesTitle: "Byte-pair encoding", "字节对编码";
    MergesHow: "of all neighbours the pair learned first is joined, until none is left", "在相邻符号中先合并最早学到的一对，直到无可合并";
    LongestTitle: "WordPiece", "WordPiece";
    LongestHow: "the longest beginning that the vocabulary has is taken off, again and again", "反复取下词表中最长的开头";
    BestPathTitle: "Unigram", "Unigram";
    BestPathHow: "of all ways to cut it the one with the highest sum of scores", "在所有切法中取得分之和最高的一种";
    LookupTitle: "Whole words", "整词";
    LookupFound: "it stands in the vocabulary", "词表中有此词";
    LookupMissing: "it does not stand in the vocabulary: the unknown token takes its place", "词表中没有此词：由未知词元代替";
    WholeTitle: "A token of its own right", "独立的词元";
    WholeHow: "it is taken out of the text before anything is cut", "在切分之前就已从文本中取出";
    BeginsAs: "begins as {} symbols", "起初为 {} 个符号";
    RankOf: "rank {} of {}", "序号 {} / {}";
    AlsoPossible: "also possible", "其他可合并的";
    NothingElse: "nothing else could be joined", "没有其他可合并的";
    NoMoreMerges: "no pair is left that the list has", "列表中已没有可合并的一对";
    TakenWhole: "the whole word stands in the vocabulary and is taken as it is", "整个词就在词表中，直接采用";
    LostCharacters: "not in the vocabulary, and no unknown token: {} is lost", "不在词表中，也没有未知词元：{} 被丢弃";
    NotInVocabulary: "not in the vocabulary", "不在词表中";
    InVocabulary: "piece {}", "词元 {}";
    TooLongWord: "{} characters, more than the {} that are looked at: unknown as a whole", "{} 个字符，超过允许的 {} 个：整词未知";
    NothingGoesOn: "nothing in the vocabulary goes on from here: the whole word is unknown", "词表中没有可以接续的词元：整词未知";
    WaysHere: "Ways to this place", "到此处的各种走法";
    WaysHereHint: "the piece's score, and the best sum with it", "词元得分，及由此的最佳总分";
    BeginningOfWord: "the beginning", "开头";
    BestCut: "best", "最佳";
    SecondCut: "second", "次佳";
    LowerBy: "lower by {}", "低 {}";
    BecomesPieces: "becomes", "结果";
    StepsDiffer: "fault: the library gives other pieces", "错误：程序库给出了不同的词元";
    AllTokenizersTitle: "The same text under all tokenizers", "同一文本在各分词器下";
    AllTokenizersHint: "every second token is underlined", "每隔一个词元加下划线";
    PerTokenColumn: "each", "字/元";
    TokensColumn: "tokens", "词元";
    UnknownColumn: "unknown", "未知";
    UnknownMark: "unknown", "未知";
    SeveralMark: "several tokens in one character", "一个字符占多个词元";
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
    KeyPageUp: "PgUp", "PgUp";
    KeyPageDown: "PgDn", "PgDn";
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
    AxisLanguage: "language", "语言";
    AxisClass: "class", "类";
    AxisDistance: "distance", "距离";
    AxisBatch: "example", "样例";
    AxisIncoming: "incoming", "输入侧";
    // Writing, filling in, and the model's card
    Fill: "Filling in", "填空";
    DerivationTitle: "Derivation", "推导";
    Term: "term", "项";
    OpenIt: "open", "打开";
    Finely: "finely", "微调";
    Candidate: "candidate", "候选";
    ContextFull: "the context is full: the model reads no longer text; take a token back or change the text", "上下文已满：模型无法读取更长的文本；请撤回词元或修改文本";
    TextSoFar: "Text so far", "目前的文本";
    TextSoFarHint: "a line under a token: how sure the model was", "词元下的线：模型有多确定";
    GivenGrey: "given grey", "给定的为灰色";
    Written: "written", "写出的为";
    WrittenWhite: "white", "白色";
    Candidates: "Candidates for the next token", "下一个词元的候选";
    CandidatesShort: "candidates", "候选";
    Logit: "logit", "逻辑值";
    Probability: "probability", "概率";
    RunningSum: "sum", "累计";
    ShareLeft: "left", "剩余";
    TopKCuts: "top-k {} cuts here", "top-k {} 在此截断";
    TopPCuts: "top-p {} cuts here", "top-p {} 在此截断";
    Draw: "draw", "随机数";
    FallsTo: "falls to", "落在";
    LikeliestTaken: "the likeliest is taken:", "取最可能的：";
    Entropy: "entropy", "熵";
    Nats: "nats", "奈特";
    BrokenLogits: "{} of {} logits are no numbers: nothing can be told from them", "{} / {} 个逻辑值不是数：无从判断";
    SettingTemperature: "temperature", "温度";
    Off: "off", "关";
    TemperatureZero: "no draw: always the likeliest", "不抽取：总取最可能的";
    TemperatureLow: "divides the logits: more decided", "除逻辑值：更果断";
    TemperatureOne: "the logits as they are", "逻辑值保持原样";
    TemperatureHigh: "divides the logits: more even", "除逻辑值：更均匀";
    TopKOff: "keeps all {} candidates", "保留全部 {} 个候选";
    TopKCut: "keeps the {} likeliest", "保留最可能的 {} 个";
    TopKNone: "no effect: top-p leaves {}", "无作用：top-p 只留 {} 个";
    TopKAll: "no effect: there are only {}", "无作用：总共只有 {} 个";
    TopPOff: "keeps all the probability", "保留全部概率";
    TopPCut: "smallest set reaching {}", "累计达到 {} 的最小集合";
    TopPNone: "no effect: top-k leaves {}", "无作用：top-k 只留 {} 个";
    NoDraw: "no effect without a draw", "不抽取时无作用";
    OtherTemperatures: "Other temperatures", "其他温度";
    OtherTemperaturesHint: "the same logits; colour from 0 to {}", "同样的逻辑值；颜色从 0 到 {}";
    CacheTitle: "Cache", "缓存";
    CacheHint: "keys and values kept, one column a token", "保存的键和值，一列一个词元";
    LayerNumber: "layer {}", "第 {} 层";
    MoreLayers: "{} more layers of the same size", "另有 {} 层，大小相同";
    WrittenNow: "written in this step", "此步写入";
    Room: "room", "余地";
    PerToken: "a token", "每个词元";
    Now: "now", "现在";
    WhenFull: "full, {}", "满，{}";
    TimesLayers: "{} layers × 2 × {} × {} B", "{} 层 × 2 × {} × {} B";
    CacheLine: "cache {} of {} tokens, {} (a token {})", "缓存 {} / {} 个词元，{}（每个 {}）";
    Undecided: "How undecided", "有多犹豫";
    UndecidedHint: "entropy in nats, a column a step", "以奈特计的熵，一列一步";
    Took: "took", "选了";
    SeedOf: "seed", "种子";
    FillHint: "above a token: how undecided the model is, from 0 to {} nats", "词元上方：模型有多犹豫，从 0 到 {} 奈特";
    ExpectedHere: "what the model expects here", "模型在此处的预期";
    ExpectedInstead: "what the model would put in its place", "模型会放在此处的词元";
    OwnToken: "the token itself, {}: rank {}, probability {}", "该词元本身 {}：第 {} 位，概率 {}";
    MaskHint: "{} masks {}: then the model has to guess; now it sees the token itself", "按 {} 遮住 {}：模型便须猜测；现在它能看到该词元";
    MaskMoreHint: "a figure fills the mask in; {} masks {} too", "按数字键填入此掩码；按 {} 也遮住 {}";
    FillWithFigure: "a figure fills the mask in", "按数字键填入此掩码";
    AllTokens: "All tokens", "所有词元";
    AllTokensHint: "how expected each is in its place", "各自在其位置上有多可预期";
    Rank: "rank", "位次";
    Architecture: "Architecture", "结构";
    ArchitectureHint: "from the pass; parameters on the right", "取自前向计算；右侧为参数量";
    TokenIdsIn: "token ids : {}", "词元编号 : {}";
    ResidualStream: "residual {} × {}", "残差流 {} × {}";
    LogitsOut: "logits : {} × {}", "逻辑值 : {} × {}";
    VectorsOut: "vectors : {} × {}", "向量 : {} × {}";
    VerdictOut: "numbers : {}", "数值 : {}";
    TimesShared: " × {}, shared ", " × {}，共用 ";
    TableAgain: "token table again", "再次使用词元表";
    TiedNothing: "tied, 0", "共享，0";
    TiedPlus: "tied, + {}", "共享，+ {}";
    HeadsOf: "{} heads of {}", "{} 个头，各 {}";
    CausalMask: "causal mask", "因果掩码";
    BothSides: "sees both sides", "左右都可见";
    Sizes: "Sizes", "大小";
    LayersOf: "layers", "层";
    HeadsCount: "heads", "头";
    WidthOf: "width (d_model)", "宽度（d_model）";
    WidthOfHead: "of a head (d_head)", "每头（d_head）";
    WidthInner: "inner (d_ff)", "内层（d_ff）";
    VocabularySize: "vocabulary", "词表";
    ContextLength: "context", "上下文";
    TokenizerKind: "tokenizer", "分词器";
    TokenizerEntries: "its entries", "分词器条目";
    ParametersAll: "parameters", "参数";
    WhereTheyAre: "Where they are", "参数在哪里";
    CountedOnce: "every parameter counted once", "每个参数只计一次";
    TiedNote: "used again, counted once: {}", "重复使用，计一次：{}";
    WeightsMemory: "Memory of the weights", "权重所占内存";
    AsStored: "as stored", "按存储";
    CacheKept: "keys and values kept while writing", "写作时保存的键和值";
    NumbersPerToken: "{} numbers a token", "每个词元 {} 个数";
    WorkOfPass: "Work of this pass", "本次计算量";
    WorkShare: "work", "计算量";
    LinesBelow: "↓ {} more", "↓ 还有 {} 行";
    WorkHint: "{} tokens, floating-point operations", "{} 个词元，浮点运算次数";
    Together: "together", "合计";
    EstimateNote: "{} of it: products with weights; the rest is attention, norms, sums", "{} 为与权重的乘积；其余为注意力、归一化与求和";
    // The catalogue
    Catalogue: "Catalogue", "目录";
    CatalogueFilter: "Filter", "筛选";
    Card: "Card", "卡片";
    TypeToFilter: "/ filters by name, organisation or idea", "按 / 筛选名称、机构或思想";
    SomeOfAll: "{} of {}", "{} / {}";
    MarkedCount: "{} marked", "已标记 {} 个";
    GroupedBy: "grouped by {}, by {}", "按{}分组，按{}排序";
    SortedBy: "by {}", "按{}排序";
    NothingFits: "No model fits. Esc takes the filter back.", "没有符合的模型。按 Esc 取消筛选。";
    ReadingCatalogue: "reading the catalogue", "正在读取目录";
    MarkTwo: "mark two to four models first", "请先标记二至四个模型";
    MarkedAll: "four are marked already; more cannot be compared", "已标记四个，不能再多";
    SetsApart: "What sets it apart", "独到之处";
    CountedSizes: "Sizes", "规模";
    CountedHint: "counted from shapes, not quoted", "按形状计数，并非引用";
    NotExecutable: "not executable yet", "尚不可运行";
    PublishedAs: "published {}", "公布 {}";
    ComesFrom: "from {}", "来自 {}";
    LeadsTo: "to {}", "影响 {}";
    SurveySays: "What the survey says", "综述所述";
    ClaimsCount: "{} claims, checked", "{} 条，逐条核对";
    FactsTitle: "Facts", "事实";
    ObjectivesTitle: "Objectives", "训练目标";
    LineageTitle: "Lineage", "谱系";
    SourcesTitle: "Sources", "来源";
    OmittedTitle: "Left out of the survey", "综述未提";
    NotesTitle: "Worth knowing", "值得注意";
    EstimatesTitle: "Estimates", "估算";
    EstimatesHint: "ours, with their formulas; {}, context {}", "由我们算出，附公式；{}，上下文 {}";
    UnknownSize: "not known", "未知";
    // Models side by side
    Compare: "Compare", "比较";
    ComparingModels: "laying models side by side", "正在并排比较模型";
    TypeToFindCompared: "type to find a model to add", "输入以查找要添加的模型";
    NoMoreCompared: "at most four models stand side by side: drop one first", "最多并排四个模型：请先移除一个";
    TwoStay: "two models stay side by side; add another before you drop one", "至少保留两个模型：先添加再移除";
    OneBlock: "One block", "一个块";
    StacksTitle: "Stacks", "堆叠";
    InputTitle: "Before the layers", "各层之前";
    OutputTitle: "Behind the layers", "各层之后";
    AlignedByName: "aligned by name   ≠ differs   · absent", "按名称对齐   ≠ 不同   · 没有";
    EqualHidden: "{} equal hidden", "隐藏 {} 项相同";
    NothingDiffers: "nothing differs here", "此处没有不同";
    LacksCode: "no code yet: its parts are not known here", "尚无代码：此处无法得知其结构";
    LacksConfig: "its configuration is not public", "其配置未公开";
    LacksMini: "no small trained model exists of it", "没有训练好的小模型";
    RunStopped: "stopped; any key goes on", "已停止；按任意键继续";
    TextRefused: "cannot run this text: {}", "无法运行此文本：{}";
    HasNoAttention: "it has no attention", "它没有注意力";
    NearestHeads: "heads nearest by what they do", "按所做的事配对的头";
    HeadsByHand: "heads chosen by hand", "手动选择的头";
    SameHead: "the same head, two texts", "同一个头，两段文本";
    NoHeadFor: "no {} head", "没有“{}”头";
    LessTheFirst: "less {}", "减去 {}";
    OverPieces: "over pieces of the text", "按文本片段";
    HiddenOf: "hidden {} of {}", "遮住 {} / {}";
    SameTextOwnTokens: "same text, own tokens", "同一文本，各自分词";
    TwoTexts: "one model, two texts", "同一模型，两段文本";
    NoLikeToken: "no token belongs to it here", "此处没有对应的词元";
    // Models that read a source and write a target
    NoLimit: "no limit", "不限";
    SourceMemory: "source, read once", "源文，只读一次";
    PerSourceToken: "a token of the source", "源文每个词元";
    CacheLineOpen: "cache {} tokens, {} (a token {}), source {}", "缓存 {} 个词元，{}（每个 {}），源文 {}";
    TextEnded: "the text has ended: {} was written", "文本已结束：已写出 {}";
    EncoderStream: "encoder", "编码器";
    DecoderStream: "decoder", "解码器";
    CrossStream: "cross", "交叉";
    // Streams of XLNet and ERNIE.
    ContentStream: "content", "内容";
    QueryStream: "query", "查询";
    EntityStream: "entity", "实体";
    SourceText: "source", "源文";
    TargetText: "target", "目标";
    CrossRows: "row: target   column: source", "行：目标   列：源文";
    SourceAndTarget: "{} → {} tokens", "{} → {} 个词元";
    TargetIdsIn: "target ids : {}", "目标编号 : {}";
    WholeSource: "sees the whole source", "可见整个源文";
    ReadByDecoder: "read by every layer of the decoder", "由解码器的每一层读取";
    DistanceBias: "{} + {} distance", "{} + {} 距离";
    SeparatorsNote: "In the text: first || second is a pair, source => target gives the target", "文本中：甲 || 乙 为一对；源文 => 目标 给定目标";
    ExampleTarget: "a given target", "给定目标";
    CrossLinesHint: "{} looks at the source: lines from {}", "{} 看向源文：连线从 {} 起";
    // What heads do
    PatternPrevious: "previous", "前一个";
    PatternPreviousWords: "the token before", "前面一个词元";
    PatternNext: "next", "后一个";
    PatternNextWords: "the token after", "后面一个词元";
    PatternFirst: "first", "首个";
    PatternFirstWords: "the first token", "首个词元";
    PatternOwn: "itself", "自身";
    PatternOwnWords: "the token itself", "词元自身";
    PatternSame: "same", "相同";
    PatternSameWords: "the same token elsewhere", "别处的相同词元";
    PatternDuplicate: "duplicate", "重复";
    PatternDuplicateWords: "the same token earlier", "之前的相同词元";
    PatternInduction: "induction", "归纳";
    PatternInductionWords: "what followed it before", "上次其后的词元";
    PatternDelimiter: "delimiter", "分隔";
    PatternDelimiterWords: "punctuation, separators", "标点与分隔符";
    PatternGoldWords: "linked in the text", "文本中标注的关联";
    PatternCoreference: "coreference", "指代";
    PatternCoreferenceWords: "who or what is meant", "所指的人或物";
    ShortCoreference: "who", "指";
    PatternAnswer: "answer", "答案";
    PatternAnswerWords: "the answer in the text", "文中的答案";
    ShortAnswer: "answ", "答";
    PatternAlignment: "alignment", "对齐";
    PatternAlignmentWords: "the word being translated", "正在翻译的词";
    ShortAlignment: "algn", "译";
    ExampleWorld: "of the world; heads are measured on it", "取自小世界，可据此测量各头";
    ShortPrevious: "prev", "前";
    ShortNext: "next", "后";
    ShortFirst: "1st", "首";
    ShortOwn: "self", "自";
    ShortSame: "same", "同";
    ShortDuplicate: "dupl", "重";
    ShortInduction: "indu", "归";
    ShortDelimiter: "punc", "标";
    Taught: "taught", "教出来的";
    ByItself: "learned by itself", "自行学会";
    ChanceShort: "chance {}", "随机 {}";
    QueryCount: "{} queries", "{} 个查询";
    NothingClear: "nothing above chance", "无明显规律";
    // Panels
    HeadsTitle: "Heads by what they do", "各头所做的事";
    HeadsHint: "share of attention on this text, beside chance and the queries it was measured on", "在此文本上的注意力份额；旁为随机水平与所测查询数";
    AllPatterns: "all patterns", "全部模式";
    HeadColumn: "head", "头";
    PatternColumn: "pattern", "模式";
    ShareColumn: "share", "份额";
    ChanceColumn: "chance", "随机";
    QueriesColumn: "queries", "查询数";
    NotClear: "below: not clearly above chance", "以下不明显高于随机";
    LensTitle: "What each layer would predict", "每一层会预测什么";
    LensHint: "the head of the model behind each layer; colour: how likely its word is", "把模型的输出头接在每层之后；颜色为该词的概率";
    LensWorks: "asking each layer", "询问各层";
    EmbeddingsRow: "embed", "嵌入";
    LayerRow: "layer {}", "第 {} 层";
    PredictsHere: "would predict", "会预测";
    FinalWord: "the model's own word {}: probability {}, rank {}", "模型最终的词 {}：概率 {}，第 {} 位";
    AfterToken: "after {}", "在 {} 之后";
    InPlaceOf: "in the place of {}", "在 {} 处";
    RiseOf: "How {} comes up {}", "{} 如何{}浮现";
    RiseHint: "the model's own word, its probability and rank behind each layer", "模型最终的词在每层之后的概率与位次";
    AttributionTitle: "What a prediction rests on", "预测依据什么";
    AttributionHint: "gradient × input: how far each token pushes the logit up or down", "梯度 × 输入：每个词元把逻辑值推高或压低多少";
    AttributionWorks: "going back through the pass", "反向计算中";
    RestsOn: "{} {}: logit {}, probability {}", "{}（{}）：逻辑值 {}，概率 {}";
    PushesUp: "speaks for it", "支持";
    PushesDown: "speaks against it", "反对";
    // Following a token, taking a logit apart, rolling attention out
    FollowTitle: "One token followed", "跟随一个词元";
    FollowHint: "{}: its vector from part to part, what wrote into it, what the head would read in it", "{}：它的向量逐部变化，谁写入了它，输出头会从中读出什么";
    FollowWorks: "following the token", "跟随词元中";
    FollowPart: "behind", "经过";
    FollowWrote: "wrote", "写入";
    FollowCosine: "cos", "余弦";
    FollowVector: "vector", "向量";
    FollowLegend: "wrote: length of what was added, its cosine with the vector before; vector: its length, its cosine with the one above", "写入：所加向量的长度及其与之前向量的余弦；向量：其长度及其与上一行的余弦";
    FollowPostNorm: "This model norms the vector behind each sum: what was written is meant before the norm, the vector after it.", "此模型在每次相加后归一化：“写入”指归一化之前，“向量”指归一化之后。";
    FollowUnread: "No output head reads this stream, so nothing is predicted from it: the decoder reads it.", "没有输出头读取此流，故无预测：它由解码器读取。";
    FollowSummands: "Summands", "各加数";
    FollowHeads: "Heads that wrote most", "写入最多的头";
    FollowHeadsHint: "length, share of what was written, looked at", "长度，占所写的份额，看向";
    FollowNoHeads: "what was written is no sum over heads", "所写内容不是各头之和";
    FollowReads: "What the head would read here", "输出头在此会读出";
    ContributionsTitle: "What each head adds to a logit", "每个头给逻辑值加了多少";
    ContributionsHint: "directly, added up along the stream; norms divide as they did in this pass", "沿残差流直接相加的部分；归一化的除数取自本次计算";
    ContributionsWorks: "taking the logit apart", "分解逻辑值中";
    ContributionsSum: "embeddings {}  heads {}  feed-forward {}  biases {}  = {}", "嵌入 {}  各头 {}  前馈 {}  偏置 {}  = {}";
    ContributionsOther: "others {}", "其他 {}";
    ContributionsLimits: "What a head does through later heads and networks counts as theirs. The numbers add up to the logit.", "某个头经由后面的头和前馈网络起的作用算在后者名下。各数之和即逻辑值。";
    ContributionsRanked: "most", "最大者";
    FeedForwardShort: "ff", "前馈";
    FeedForwardOf: "feed-forward {}", "前馈 {}";
    RolloutTitle: "Attention rollout", "注意力展开";
    RolloutHint: "layers 0 to {} of {}: heads averaged, half kept for the residual, layers multiplied", "第 0 至 {} 层（共 {} 层）：各头平均，一半留给残差，各层连乘";
    RolloutWorks: "multiplying the layers", "各层连乘中";
    RolloutRow: "{} up to layer {}", "{}，到第 {} 层";
    RolloutRowHint: "a share for each token", "每个词元的份额";
    RolloutLimits: "Each row sums to 1. It shows where attention leads, not what causes a prediction: what the values hold and what the feed-forward networks do is left out.", "每行之和为 1。它显示注意力通向何处，而非预测的原因：不计值的内容与前馈网络的作用。";
    RolloutCross: "Only the target's own tokens: what cross attention brings over from the source is not in it.", "只含目标自身的词元：不含交叉注意力从源文带来的内容。";
    PatchingTitle: "What brings the other text's answer", "什么带来另一文本的答案";
    PatchingWorks: "putting values in", "替换中间值";
    PatchingResidual: "one position's vector, put in before a layer", "在某层之前放入一个位置的向量";
    PatchingHeads: "one head's result, put in at all positions", "在所有位置放入一个头的结果";
    PatchingScale: "0: as it was   1: the other text's whole answer", "0：无变化   1：完全变成另一文本的答案";
    PatchingAnswer: "{} against {}: {} here, {} in the other text", "{} 对 {}：此处 {}，另一文本 {}";
    PatchingCell: "effect {}, then predicted: {} {}", "效果 {}，此时预测：{} {}";
    OtherTextTitle: "The other text", "另一段文本";
    OtherTextHint: "it needs as many tokens as this one; change a word and press {}", "词元数须与此文本相同；改一个词，再按 {}";
    NoOtherText: "press {} to type the other text", "按 {} 输入另一段文本";
    ThisText: "this text", "此文本";
    WithoutHeads: "Without {}", "关闭 {} 后";
    // The pass changed by hand
    PaintTitle: "Painting the mask", "涂改掩码";
    Hand: "by hand", "手动";
    ThisHead: "this head", "此头";
    ThisLayer: "this layer", "此层";
    AllLayers: "all layers", "所有层";
    WindowWidth: "window", "窗口";
    StrokesGoTo: "strokes go to", "作用于";
    PaintingNow: "painting the mask", "正在涂改掩码";
    HeadsAreOff: "off: {}", "已关闭：{}";
    NothingToPaint: "this attention has no mask that could be painted", "此注意力没有可以涂改的掩码";
    OneCell: "one cell", "1 格";
    CellCount: "{} cells", "{} 格";
    MaskChanged: "mask changed by hand: {}", "掩码已手动改动：{}";
    MaskChangedShort: "mask: {}", "掩码：{}";
    MaskChangedElsewhere: "mask changed by hand in other heads", "其他头的掩码已手动改动";
    PositionsNow: "positions: {}", "位置：{}";
    ResetsAll: "{} resets", "{} 复原";
    ChangedByHand: "changed by hand", "已手动改动";
    ChangedIs: "Changed: {}", "改动：{}";
    CellsOfMask: "mask {}", "掩码 {}";
    OpenedByHand: "opened by hand: the mask hid it", "手动打开：掩码本来会遮住它";
    CellsDropped: "painted cells outside the new text were dropped: {}", "不在新文本内的涂改已舍去：{} 格";
    PositionsDropped: "the position scheme does not fit the new text and was dropped", "位置方案不适合新文本，已取消";
    WrittenUnchanged: "written by the unchanged model", "由未改动的模型写出";
    OwnPositions: "the model's own", "模型自己的";
    NoPositions: "none", "无";
    SinusoidalPositions: "sinusoidal", "正弦";
    ShuffledPositions: "shuffled", "打乱";
    ReversedPositions: "reversed", "反向";
    ShiftedPositions: "shifted", "平移";
    ShiftedBy: "shifted by {}", "平移 {} 位";
    AlibiPositions: "ALiBi", "ALiBi";
    NotOffered: "not here: {} ({})", "此处不适用：{}（{}）";
    MisfitNone: "this model has no step that gives positions", "此模型没有给出位置的步骤";
    MisfitDistances: "its positions are distances, not a vector for each place", "它的位置是距离，而不是每处一个向量";
    MisfitVectors: "its positions are vectors, not a bias of the scores", "它的位置是向量，而不是分数上的偏置";
    MisfitTable: "its table has {} places, from 0 on; there is no {}", "它的位置表有 {} 个位置，从 0 起；没有 {}";
    MisfitContinued: "queries and keys do not begin at the same place", "查询与键的起点不同";
    PresetCausal: "causal", "因果";
    PresetBoth: "both sides", "双向";
    PresetWindow: "window ±{}", "窗口 ±{}";
    PresetSentence: "own sentence", "本句";
    PresetOwn: "itself alone", "仅自身";
    BeforeAfter: "before → after", "之前 → 之后";
    RankColumn: "rank", "位次";
    HeadsOff: "{} heads", "{} 个头";
    WhichMask: "at {}", "在 {} 处";
    // The timeline and the pages of the survey
    Timeline: "Timeline", "时间线";
    SurveyPages: "Survey", "综述";
    ModelCount: "{} models", "{} 个模型";
    TimelineFrom: "from", "来自";
    TimelineTo: "to", "影响";
    TimelineNoParents: "nothing in the catalogue", "目录中无";
    TimelineNoChildren: "nothing in the catalogue yet", "目录中尚无";
    BuiltOn: "built on", "以其为基础";
    TakesPart: "takes an idea or a part", "借鉴或内含";
    LanesBy: "by {}", "按{}";
    OnlyThis: "only {}", "只看{}";
    SizeLegend: "• <1B  ● <100B  ◉ more  ? not said", "• <1B  ● <100B  ◉ 更大  ? 未公布";
    Descent: "descent", "传承";
    InTime: "in time", "先后";
    Page: "page", "页";
    PageOf: "page {} of {}", "第 {} 页，共 {} 页";
    NoSurvey: "this catalogue has no pages of a survey", "此目录没有综述页";
    // The small trained models and their texts
    OpeningModel: "opening the model", "正在打开模型";
    OpenModel: "Open {}", "打开 {}";
    TrainedModel: "trained model", "训练好的模型";
    OpenNow: "open now", "当前模型";
    ModelFigures: "{}, {} parameters", "{}，{} 个参数";
    TypeToFindModel: "type to find a model", "输入以查找模型";
    // What can be set
    ThemeIs: "theme {}", "主题 {}";
    SettingsFault: "{} (headscope config check says more)", "{}（headscope config check 会说明）";
    // What is remembered
    TypeToFindRecent: "type to find a text you used", "输入以查找用过的文本";
    RecentText: "used before", "用过";
    NothingRecent: "no text was used before this one", "此前没有用过别的文本";
    NotRestored: "could not go on where it was left: {}", "无法接着上次继续：{}";
    StateFault: "what was remembered cannot be read: {}", "无法读取上次记住的内容：{}";
    // Checkpoints in the cache of the hub
    CachedModel: "Hugging Face cache", "Hugging Face 缓存";
    CannotOpen: "cannot be opened", "无法打开";
    CachedFigures: "{}, {} parameters, {} on disk", "{}，{} 个参数，占磁盘 {}";
    LookingInCache: "looking in the Hugging Face cache", "正在查看 Hugging Face 缓存";
    CacheFault: "the Hugging Face cache: {}", "Hugging Face 缓存：{}";
    CannotOpenThis: "{} cannot be opened: {}", "{} 无法打开：{}";
    WhyNoSnapshot: "no revision of it was downloaded", "没有下载任何版本";
    WhyNoConfig: "it has no config.json: no single model, or the download is not complete", "没有 config.json：不是单个模型，或下载不完整";
    WhyConfig: "its config.json cannot be used: {}", "config.json 无法使用：{}";
    WhyNoType: "its config.json names no model_type", "config.json 未写明 model_type";
    WhyArchitecture: "there is no code for its architecture {}; there is for {}", "没有架构 {} 的代码；已有：{}";
    WhyClass: "of its architecture the class {} is not supported; supported are {}", "其架构的类 {} 不受支持；支持：{}";
    WhyNoWeights: "it holds no weights", "其中没有权重";
    WhyPickled: "its weights are in {}, a format that is not read; safetensors is", "权重在 {} 中，此格式不被读取；可读 safetensors";
    WhyNoShard: "its files of weights are missing; download them too", "权重文件缺失，请一并下载";
    WhyShards: "{} of {} files of weights are missing; download them too", "缺少 {} 个权重文件（共 {} 个），请一并下载";
    WhyBrokenLink: "{} is a link that leads nowhere; download it again", "{} 是失效的链接，请重新下载";
    WhyUnreadable: "it cannot be read: {}", "无法读取：{}";
    NoMini: "no trained model of {} comes with the program; there are: {}", "程序没有附带 {} 的训练好的模型；现有：{}";
    UnseenWord: "a word this mini never saw: {}", "此小模型从未见过的词：{}";
    UnseenWords: "words this mini never saw: {}", "此小模型从未见过的词：{}";
    ObjectiveTitle: "Objective", "训练目标";
    Epoch: "epoch", "轮次";
    EpochNumber: "epoch {}", "第 {} 轮";
    ObjectiveOf: "{} of {} objectives that fit", "适用目标 {} / {}";
    TryingObjective: "trying the objective", "试训练目标";
    NeedsAnswer: "This objective needs the answer that the model should write: put it behind => in the text.", "此目标需要模型应写出的答案：在文本中写在 => 之后。";
    ModelReads: "What the model reads", "模型读到的";
    TargetBelow: "below it what it should say", "其下为应给出的词元";
    MarksOfMasking: "below it what stood there: ▴ masked  ≠ random  = kept", "其下为原词元：▴ 遮盖  ≠ 随机替换  = 保持不变";
    SpansCut: "‹extra_id› stands for what was cut out", "‹extra_id› 代表被剪去的片段";
    DecoderReads: "What the decoder reads", "解码器读到的";
    LossTitle: "Loss", "损失";
    CountedAt: "in nats, the mean over {} of {} places", "单位奈特，{} / {} 个位置的平均";
    WeightedSum: "weighted sum", "加权和";
    FrequenciesAlone: "by token frequencies alone", "仅凭词元频率";
    TermNextToken: "next token", "下一个词元";
    TermMaskedWords: "masked words", "遮盖词";
    TermNextSentence: "next sentence", "下一句";
    TermTarget: "target", "目标";
    SameEpoch: "nothing changes: this objective draws the same as before", "没有变化：此目标得到的与之前相同";
    SecondFollows: "it does follow", "确实是下一句";
    SecondStrange: "it is from elsewhere", "取自别处";
    TypeToFindExample: "type to find a text", "输入以查找文本";
    // Estimates and minis of the catalogue
    EstimatesOf: "{}, {} of {}; for a text of {} tokens", "{}，第 {} 档，共 {} 档；文本长 {} 个词元";
    ContextUnknown: "unknown many", "未知数量的";
    PartsTitle: "Where the parameters are", "参数分布";
    WorkedTitle: "Memory and work", "内存与计算量";
    FirstOf: "the first of {}", "{} 个之一（首个）";
    AllOf: "all {} together", "{} 个合计";
    PublishedFigure: "published: {}; the estimate is {} times that", "公布：{}；估算为其 {} 倍";
    NothingToEstimate: "Neither a config nor a number of parameters is known: there is nothing to work out.", "配置与参数量都未知，无从推算。";
    MiniHere: "a small trained model of it: press {}", "有训练好的小模型：按 {}";
    ActiveOf: " ({} of them for a token)", "（每词元用其中 {}）";
    EmbeddingsOf: "{} of them embeddings, {} %", "其中嵌入 {}，占 {} %";
    TryObjective: "try it: {}", "试一试：{}";
    MoreEstimates: "{}: all of them, worked out", "{}：查看全部推导";
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
