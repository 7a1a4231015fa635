//! Everything a key, a click or the palette can ask for.
//!
//! One line an action: its name in key files, the word of its hint, the sentence of its help, in both languages.
//! Hints, help and palette read this table and the keymap, so they cannot say what is not so.

use super::language::Language;
use std::fmt;

macro_rules! actions {
    ($($variant:ident = $name:literal [$en:literal, $zh:literal] [$help_en:literal, $help_zh:literal];)*) => {
        /// What the program can be asked to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {
            $(#[doc = $help_en] $variant,)*
        }

        impl Action {
            /// Every action, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name in key files; it never changes.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The action of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }

            /// One or two words, for the hints.
            pub fn word(self, language: Language) -> &'static str {
                match self { $(Self::$variant => language.pick($en, $zh),)* }
            }

            /// One sentence, for the help and the palette.
            pub fn help(self, language: Language) -> &'static str {
                match self { $(Self::$variant => language.pick($help_en, $help_zh),)* }
            }
        }
    };
}

actions! {
    Quit = "quit" ["quit", "退出"] ["Leave the program; nothing is lost", "退出程序，不会丢失任何内容"];
    Back = "back" ["back", "返回"] ["Go back, close, or cancel what runs", "返回、关闭浮层或取消正在进行的工作"];
    Help = "help" ["help", "帮助"] ["List the keys of this place", "列出此处可用的按键"];
    Palette = "palette" ["command", "命令"] ["Find a command by a part of its name", "输入名称的一部分来查找命令"];
    EditPrompt = "edit_prompt" ["edit", "编辑"] ["Edit the text that the model reads", "编辑模型读取的文本"];
    Language = "language" ["language", "语言"] ["Change between English and Chinese", "在中文与英文之间切换"];
    Theme = "theme" ["theme", "主题"] ["Change theme: dark, light, your own", "切换主题：深色、浅色、自定义等"];
    Save = "save" ["save", "保存"] ["Save what is shown, as picture or page", "将所见保存为图片或网页"];
    Mouse = "mouse" ["mouse", "鼠标"] ["Mouse for the program, or to select text", "鼠标归程序使用，或用来选取文字"];
    ScreenModel = "screen_model" ["model", "模型"] ["Open the card of this model", "打开此模型的介绍"];
    ScreenSteps = "screen_steps" ["steps", "步骤"] ["Walk through the forward pass", "逐步查看前向计算"];
    ScreenAttention = "screen_attention" ["attention", "注意力"] ["See what every head looks at", "查看每个注意力头在看什么"];
    NextPane = "next_pane" ["pane", "窗格"] ["Give the keys to the next pane", "切换到下一个窗格"];
    PreviousPane = "previous_pane" ["pane", "窗格"] ["Give the keys to the pane before", "切换到上一个窗格"];
    MoveUp = "move_up" ["up", "上"] ["Move up", "上移"];
    MoveDown = "move_down" ["down", "下"] ["Move down", "下移"];
    MoveLeft = "move_left" ["left", "左"] ["Move left", "左移"];
    MoveRight = "move_right" ["right", "右"] ["Move right", "右移"];
    PageUp = "page_up" ["page", "翻页"] ["Move up by a page", "上翻一页"];
    PageDown = "page_down" ["page", "翻页"] ["Move down by a page", "下翻一页"];
    Home = "home" ["first", "开头"] ["Go to the first", "到开头"];
    End = "end" ["last", "末尾"] ["Go to the last", "到末尾"];
    Accept = "accept" ["accept", "确定"] ["Take what is typed or chosen", "确认输入或所选"];
    PreviousHead = "previous_head" ["head", "头"] ["Show the head before", "查看上一个头"];
    NextHead = "next_head" ["head", "头"] ["Show the next head", "查看下一个头"];
    PreviousLayer = "previous_layer" ["layer", "层"] ["Show the layer before", "查看上一层"];
    NextLayer = "next_layer" ["layer", "层"] ["Show the next layer", "查看下一层"];
    StepForward = "step_forward" ["step", "步"] ["Take the next step of the pass", "前进一步"];
    StepBackward = "step_backward" ["step", "步"] ["Take back one step of the pass", "后退一步"];
    StepOver = "step_over" ["over", "跨过"] ["Step over what is inside", "跨过内部步骤"];
    Into = "into" ["into", "进入"] ["Go into it, or open the derivation", "进入此步或打开推导"];
    Out = "out" ["out", "退出一层"] ["Go out to the step around this one", "回到外层步骤"];
    Play = "play" ["play", "播放"] ["Play the steps, or stop", "播放或暂停"];
    Fold = "fold" ["fold", "折叠"] ["Fold or unfold", "折叠或展开"];
    ViewLines = "view_lines" ["lines", "连线"] ["Show lines between tokens, or the map", "在连线与热图之间切换"];
    ViewMask = "view_mask" ["mask", "掩码"] ["Show the mask and its reasons", "查看掩码及其原因"];
    Average = "average" ["average", "平均"] ["Show the average of the heads", "查看各头的平均"];
    SwitchOff = "switch_off" ["switch off", "关闭此头"] ["Switch this head off, see what changes", "关闭此头并观察变化"];
    Table = "table" ["as table", "表格"] ["Show the values as a table", "以表格显示数值"];
    Derive = "derive" ["derive", "推导"] ["Work out the number under the cursor", "推导光标处的数值"];
    RangeDown = "range_down" ["range", "范围"] ["Narrow the range of the colours", "缩小颜色范围"];
    RangeUp = "range_up" ["range", "范围"] ["Widen the range of the colours", "扩大颜色范围"];
    Zoom = "zoom" ["zoom", "缩放"] ["Change the size of a map's cells", "改变热图单元格大小"];
    Numbers = "numbers" ["numbers", "数值"] ["Write the numbers into the cells", "在单元格中显示数值"];
    Write = "write" ["write", "写作"] ["Let the model write or fill in; or leave", "让模型续写或填空；再按一次返回"];
    MaskToken = "mask_token" ["mask it", "遮住"] ["Mask the token under the cursor", "遮住光标处的词元"];
    NextToken = "next_token" ["next token", "下一个词元"] ["Let the model write the next token", "让模型写出下一个词元"];
    TakeBack = "take_back" ["take back", "撤回"] ["Take back the last token", "撤回上一个词元"];
    TakeCandidate = "take_candidate" ["take this one", "选用"] ["Take the candidate of this number", "选用此编号的候选"];
    Temperature = "temperature" ["temperature", "温度"] ["Change the temperature", "调整温度"];
    TopK = "top_k" ["top-k", "top-k"] ["Change how many candidates are kept", "调整保留的候选数"];
    TopP = "top_p" ["top-p", "top-p"] ["Change how much probability is kept", "调整保留的概率"];
    Seed = "seed" ["seed", "种子"] ["Change the seed", "更换随机种子"];
    CursorLeft = "cursor_left" ["left", "左"] ["Move the cursor left", "光标左移"];
    CursorRight = "cursor_right" ["right", "右"] ["Move the cursor right", "光标右移"];
    WordLeft = "word_left" ["word", "词"] ["Move the cursor left by a word", "光标左移一词"];
    WordRight = "word_right" ["word", "词"] ["Move the cursor right by a word", "光标右移一词"];
    LineStart = "line_start" ["start", "行首"] ["Move the cursor to the start", "光标到行首"];
    LineEnd = "line_end" ["end", "行尾"] ["Move the cursor to the end", "光标到行尾"];
    EraseLeft = "erase_left" ["erase", "删除"] ["Erase the character before the cursor", "删除光标前的字符"];
    EraseRight = "erase_right" ["erase", "删除"] ["Erase the character at the cursor", "删除光标处的字符"];
    EraseWord = "erase_word" ["erase word", "删词"] ["Erase the word before the cursor", "删除光标前的词"];
    EraseToStart = "erase_to_start" ["clear", "清除"] ["Erase everything before the cursor", "删除光标前的全部内容"];
    EraseToEnd = "erase_to_end" ["cut", "剪去"] ["Erase everything after the cursor", "删除光标后的全部内容"];
    OlderText = "older_text" ["older", "较早"] ["Bring back the text typed before", "取回之前输入的文本"];
    ScreenCatalogue = "screen_catalogue" ["catalogue", "目录"] ["Open the catalogue of models", "打开模型目录"];
    Filter = "filter" ["filter", "筛选"] ["Filter by name, organisation or idea", "按名称、机构或思想筛选"];
    Facets = "facets" ["facets", "分类"] ["Choose by kind, year, licence and more", "按类型、年份、许可等挑选"];
    SortBy = "sort_by" ["sort", "排序"] ["Sort by date, name, size and more", "按日期、名称、规模等排序"];
    GroupBy = "group_by" ["group", "分组"] ["Group by section, kind, year and more", "按章节、类型、年份等分组"];
    Mark = "mark" ["mark", "标记"] ["Mark this one, or take the mark away", "标记此项或取消标记"];
    CompareMarked = "compare_marked" ["compare marked", "比较所标"] ["Lay the marked models side by side", "并排比较所标记的模型"];
    // Models side by side
    ScreenCompare = "screen_compare" ["compare", "比较"] ["Lay models side by side", "并排比较模型"];
    AddModel = "add_model" ["add", "添加"] ["Add a model to those compared", "添加一个要比较的模型"];
    DropModel = "drop_model" ["drop", "移除"] ["Drop this model, or the second text", "移除此模型，或去掉第二段文本"];
    OnlyDifferences = "only_differences" ["only differences", "只看不同"] ["Show only what differs, or everything", "只显示不同之处，或显示全部"];
    StructureView = "structure_view" ["structure", "结构"] ["Parts, all facts, or both with the maps", "切换：全部结构、全部事实、与热图同看"];
    DifferenceMap = "difference_map" ["difference", "差异图"] ["Show maps as differences from the first", "以与主图之差显示其他热图"];
    MatchByHand = "match_by_hand" ["by hand", "手动配头"] ["Choose each model's head by hand, or not", "手动选择各模型的头，或自动配对"];
    NextStream = "next_stream" ["stream", "流"] ["Encoder, decoder or cross: the next", "编码器、解码器、交叉：下一种"];
    PreviousStream = "previous_stream" ["stream", "流"] ["Encoder, decoder or cross: the one before", "编码器、解码器、交叉：上一种"];
    NewerText = "newer_text" ["newer", "较晚"] ["Go on to the text typed after", "转到之后输入的文本"];
    SwitchOffLayer = "switch_off_layer" ["layer off", "关闭整层"] ["Switch all heads of this layer off or on", "关闭或打开此层的所有头"];
    SwitchOffOthers = "switch_off_others" ["only this", "只留此头"] ["Switch all heads off but this one", "只保留此头，关闭其余所有头"];
    AllOn = "all_on" ["reset", "复原"] ["Take back all changes: heads, mask, …", "撤销所有改动：头、掩码、位置"];
    // The pass changed by hand
    Paint = "paint" ["paint", "涂改"] ["Paint the mask, or leave painting", "涂改掩码；再按一次结束"];
    PaintCell = "paint_cell" ["hide, open", "遮住/打开"] ["Hide or open the cell", "遮住或打开此单元格"];
    PaintRow = "paint_row" ["row", "整行"] ["Hide the whole row, or as it was", "遮住整行，或恢复原状"];
    PaintColumn = "paint_column" ["column", "整列"] ["Hide the whole column, or as it was", "遮住整列，或恢复原状"];
    MaskPreset = "mask_preset" ["pattern", "图案"] ["Paint the next pattern", "涂上下一种图案"];
    PaintReach = "paint_reach" ["apply to", "适用于"] ["For this head, its layer, or all layers", "用于此头、此层或所有层"];
    UndoPaint = "undo_paint" ["undo", "撤销"] ["Take back the last stroke", "撤销上一笔"];
    ResetMask = "reset_mask" ["reset", "复原"] ["The mask as the model has it", "恢复模型自己的掩码"];
    PositionScheme = "position_scheme" ["positions", "位置"] ["Swap the positions; 5 shifts by 5", "换位置方案；先按 5 则平移 5 位"];
    ShowHeads = "show_heads" ["heads", "各头"] ["Rank all heads by what they do", "按各头所做的事排序"];
    ShowLens = "show_lens" ["by layer", "逐层预测"] ["See what each layer would predict", "查看每一层会预测什么"];
    ShowAttribution = "show_attribution" ["why", "归因"] ["See what a prediction rests on", "查看预测依据哪些词元"];
    // Following a token, taking a logit apart, rolling attention out
    ShowFollow = "show_follow" ["follow", "跟随"] ["Follow one token through all layers", "跟随一个词元走过所有层"];
    ShowContributions = "show_contributions" ["who adds", "贡献"] ["See what each head adds to a logit", "查看每个头给逻辑值加了多少"];
    ShowRollout = "show_rollout" ["rollout", "展开"] ["Multiply attention through the layers", "把各层注意力连乘起来"];
    ShowPatching = "show_patching" ["patch", "修补"] ["Put in values of another text's pass", "放入另一段文本的中间值"];
    OtherText = "other_text" ["other text", "另一文本"] ["Type the other text", "输入另一段文本"];
    PatchHeads = "patch_heads" ["heads", "头"] ["Put in positions or heads", "替换位置或替换头"];
    ScreenTimeline = "screen_timeline" ["timeline", "时间线"] ["See who came from whom, and when", "查看模型的先后与传承"];
    NextParent = "next_parent" ["parent", "前身"] ["Of several parents, lead to the next", "有多个前身时，换到下一个"];
    NextChild = "next_child" ["child", "后继"] ["Of several children, lead to the next", "有多个后继时，换到下一个"];
    Ideas = "ideas" ["ideas", "借鉴"] ["With or without lines of mere ideas", "显示或隐藏仅为借鉴的连线"];
    OnlyLane = "only_lane" ["only", "只看"] ["Show one kind or section alone, or all", "只看一个类型或章节，或查看全部"];
    Survey = "survey" ["survey", "综述"] ["Read what the survey says, checked", "阅读综述所述及逐条核对"];
    // The tokenization
    ShowTokenization = "show_tokenization" ["tokenization", "分词"] ["See how the text becomes tokens", "逐步查看文本如何切成词元"];
    NextTokenizer = "next_tokenizer" ["other tokenizer", "换分词器"] ["Cut the text by another tokenizer", "换一个分词器切分此文本"];
    PreviousTokenizer = "previous_tokenizer" ["other tokenizer", "换分词器"] ["Go back to the tokenizer before", "回到上一个分词器"];
    AllTokenizers = "all_tokenizers" ["side by side", "并排"] ["All tokenizers on the same text", "各分词器对同一文本的切分"];
    // The small trained models
    Models = "models" ["models", "各模型"] ["Open another of the trained models", "打开另一个训练好的模型"];
    OpenMini = "open_mini" ["run it", "运行"] ["Open its small trained model", "打开它训练好的小模型"];
    ShowObjective = "show_objective" ["objective", "训练目标"] ["Try the training objective on your text", "在你的文本上试训练目标"];
    NextEpoch = "next_epoch" ["epoch", "轮次"] ["Corrupt the text anew, as the next epoch", "如下一轮训练那样重新破坏文本"];
    PreviousEpoch = "previous_epoch" ["epoch", "轮次"] ["Go back to the corruption before", "回到上一种破坏"];
    OtherObjective = "other_objective" ["another", "换一个"] ["Try another objective that fits", "换一个适用的训练目标"];
    // Addresses
    CopyAddress = "copy_address" ["address", "地址"] ["Copy the address of what is shown", "复制当前画面的地址"];
    Tours = "tours" ["tours", "导览"] ["Take a tour, or leave the one that is on", "开始导览，或离开当前导览"];
    NextStop = "next_stop" ["next stop", "下一站"] ["On to the next stop of the tour", "到导览的下一站"];
    PreviousStop = "previous_stop" ["stop before", "上一站"] ["Back to the stop of the tour before", "回到导览的上一站"];
    Examples = "examples" ["examples", "示例"] ["Take a text that shows something", "选用一段能说明问题的文本"];
    // Texts of before
    Recent = "recent" ["recent", "最近"] ["Go back to a text you used before", "找回之前用过的文本"];
    // Cards and estimates
    ShowEstimates = "show_estimates" ["estimates", "估算"] ["Work out memory, cache and work", "推算内存、缓存与计算量"];
    ContextDown = "context_down" ["context", "上下文"] ["Halve the length of the text", "文本长度减半"];
    ContextUp = "context_up" ["context", "上下文"] ["Double the length of the text", "文本长度加倍"];
    OwnContext = "own_context" ["own length", "自身长度"] ["Take the model's own length again", "恢复模型自身的长度"];
    PreviousVariant = "previous_variant" ["size", "规模"] ["Show the size before", "查看上一档规模"];
    NextVariant = "next_variant" ["size", "规模"] ["Show the next size", "查看下一档规模"];
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An action with the number that was typed before it, or that its key stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    /// What to do.
    pub action: Action,
    /// The number: how often, or which one.
    pub count: Option<usize>,
}

impl Command {
    /// How often to do it: once where nothing was typed.
    pub fn times(self) -> usize {
        self.count.unwrap_or(1)
    }
}

impl From<Action> for Command {
    fn from(action: Action) -> Self {
        Self { action, count: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::width;

    #[test]
    fn sentences_fit_into_half_of_the_help() {
        for action in Action::ALL {
            for language in [Language::En, Language::Zh] {
                assert!(width(action.help(language)) <= 41, "{action}: {}", action.help(language));
            }
        }
    }
}
