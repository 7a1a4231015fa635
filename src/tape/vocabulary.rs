//! One vocabulary of names for all architectures: what a step is called, and what it means, in both languages.
//!
//! Comparing two models is a join on these names, so a model takes one that is here before it adds another.

/// The name of a step or of a part of the pass.
#[derive(Debug)]
pub struct Name {
    /// In paths and files.
    pub id: &'static str,
    /// On the screen, in English.
    pub en: &'static str,
    /// On the screen, in Chinese.
    pub zh: &'static str,
    /// What it means, in English.
    pub means: &'static str,
    /// What it means, in Chinese.
    pub means_zh: &'static str,
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Name {}

macro_rules! names {
    ($($constant:ident $id:literal $en:literal $zh:literal $means:literal $means_zh:literal)*) => {
        $(
            #[doc = $means]
            pub static $constant: Name =
                Name { id: $id, en: $en, zh: $zh, means: $means, means_zh: $means_zh };
        )*
        /// Every name there is.
        pub static ALL: &[&Name] = &[$(&$constant),*];
    };
}

names! {
    PASS "pass" "the pass" "前向计算"
        "Everything that happens from the token ids to the last output."
        "从词元编号到最后输出之间发生的一切。"
    EMBEDDINGS "embeddings" "embeddings" "嵌入"
        "Each token id becomes a vector; what tells positions or segments apart is added to it."
        "每个词元编号变成一个向量，再加上区分位置或段落的向量。"
    TOKEN_EMBEDDING "token" "token" "词元"
        "The row of the token table that belongs to each id."
        "词元表中与每个编号对应的一行。"
    POSITION_EMBEDDING "position" "position" "位置"
        "The row of the position table that belongs to each place: without it the order of the words would be lost."
        "位置表中与每个位置对应的一行：没有它，词序就会丢失。"
    SEGMENT_EMBEDDING "segment" "segment" "段落"
        "The row of the segment table: it tells the first sentence from the second."
        "段落表中的一行：用来区分第一句和第二句。"
    LAYER "layer" "layer" "层"
        "One block of attention and feed-forward; all layers have the same form and weights of their own."
        "一层由注意力和前馈网络组成；各层形式相同，权重各异。"
    ATTENTION "attention" "attention" "注意力"
        "Each position gathers from the positions it may see, as much from each as its query matches their keys."
        "每个位置从它能看到的位置收集信息，收集多少取决于它的查询与对方的键有多匹配。"
    FEED_FORWARD "feed_forward" "feed-forward" "前馈网络"
        "Two products with a bend between them, for each position alone: much of what a model knows is kept here."
        "对每个位置单独做两次乘积，中间加一个非线性：模型的许多知识存放在这里。"
    NORM "norm" "norm" "归一化"
        "Each token's vector is centred and divided by its own spread, so that no layer has to cope with large or small vectors."
        "每个词元的向量减去均值并除以自身的离散程度，使各层不必应付过大或过小的向量。"
    MEAN "mean" "mean" "均值"
        "The mean of each token's numbers."
        "每个词元各数的均值。"
    DEVIATION "deviation" "deviation" "标准差"
        "The spread of each token's numbers: the root of their variance plus a small constant."
        "每个词元各数的离散程度：方差加一个小常数后开方。"
    NORMALISED "normalised" "scale, shift" "缩放与平移"
        "The centred numbers over their spread, then a learned scale and shift for each feature."
        "减均值、除以标准差之后，再按每个特征学到的比例和偏移调整。"
    QUERY_KEY_VALUE "query_key_value" "query, key, value" "查询、键、值"
        "One product makes the query, the key and the value of all heads, side by side."
        "一次乘积同时得到所有头的查询、键和值，并排放置。"
    QUERY "query" "query" "查询"
        "What each position looks for, one vector for each head."
        "每个位置在寻找什么：每个头一个向量。"
    KEY "key" "key" "键"
        "What each position offers to be found by, one vector for each head."
        "每个位置凭什么被找到：每个头一个向量。"
    VALUE "value" "value" "值"
        "What each position gives to those that look at it, one vector for each head."
        "每个位置交给注视它的位置的内容：每个头一个向量。"
    PAST_KEY "past_key" "cached keys" "缓存的键"
        "The keys of the tokens before, kept from earlier steps of decoding."
        "之前各词元的键，由较早的解码步骤保存。"
    PAST_VALUE "past_value" "cached values" "缓存的值"
        "The values of the tokens before, kept from earlier steps of decoding."
        "之前各词元的值，由较早的解码步骤保存。"
    RELATIVE_KEY "relative_key" "relative key" "相对位置键"
        "A learned vector for each distance between query and key."
        "查询与键之间每一种距离对应一个学到的向量。"
    RELATIVE_SCORES "relative_scores" "relative scores" "相对位置分数"
        "How well a query or key matches the vector of their distance; added to the score."
        "查询或键与二者距离向量的匹配程度；加到分数上。"
    SCORES "scores" "scores" "分数"
        "How well each query matches each key: the sum of their products over the channels, made smaller so that the softmax stays soft."
        "每个查询与每个键的匹配程度：逐通道相乘求和，再缩小，使 softmax 不至于过尖。"
    MASKED "masked" "mask" "掩码"
        "Scores of hidden places get a number so low that the softmax leaves nothing for them."
        "被遮住的位置得到一个极低的数，softmax 之后几乎为零。"
    WEIGHTS "weights" "weights" "权重"
        "The softmax turns each query's scores into shares that add up to one."
        "softmax 把每个查询的分数变成总和为一的份额。"
    CONTEXT "context" "context" "上下文"
        "Each query's sum of the values, every value by its weight."
        "每个查询按权重对各个值求和。"
    ATTENTION_OUTPUT "output" "output" "输出投影"
        "The heads' results side by side, mixed by one product back to the width of the model."
        "各头结果并排，经一次乘积混合回模型的宽度。"
    HIDDEN "hidden" "inner" "内层"
        "The first product of the feed-forward network: wider than the model, so that many features can be told apart."
        "前馈网络的第一次乘积：比模型更宽，以便区分许多特征。"
    ACTIVATION "activation" "activation" "激活"
        "The bend: negative numbers are pushed towards zero, positive ones pass."
        "非线性：负数被压向零，正数通过。"
    FEED_FORWARD_OUTPUT "projection" "projection" "投影"
        "The second product brings the vector back to the width of the model."
        "第二次乘积把向量带回模型的宽度。"
    RESIDUAL "residual" "+ residual" "+ 残差"
        "What the part found is added to what was there: the stream that runs through all layers."
        "把这一部分的结果加到原有的向量上：贯穿所有各层的残差流。"
    FINAL_NORM "final_norm" "final norm" "最后的归一化"
        "One more norm behind the last layer, before the vectors are compared with the vocabulary."
        "最后一层之后再做一次归一化，然后才与词表比较。"
    LOGITS "logits" "logits" "逻辑值"
        "One number for each entry of the vocabulary: the higher, the more the model expects it."
        "词表中每一项对应一个数：越高，模型越认为它会出现。"
    POOLER "pooler" "pooler" "池化"
        "The first token's vector, through one product and a tanh, stands for the whole text."
        "首个词元的向量经过一次乘积和 tanh，代表整段文本。"
    POOLED "pooled" "pooled" "池化向量"
        "One vector for the whole text."
        "代表整段文本的一个向量。"
    PREDICTION_HEAD "prediction_head" "prediction head" "预测头"
        "A product, a bend and a norm before the comparison with the vocabulary."
        "与词表比较之前的一次乘积、非线性和归一化。"
    TRANSFORM "transform" "transform" "变换"
        "The product at the start of the prediction head."
        "预测头开头的乘积。"
    SEGMENT_RELATION "next_sentence" "next sentence" "下一句"
        "Two numbers: does the second part follow the first, or does it come from elsewhere?"
        "两个数：第二部分是承接第一部分，还是来自别处？"
    SENTENCE_ORDER "sentence_order" "sentence order" "句子顺序"
        "Two numbers: do the two parts stand in their order, or were they exchanged?"
        "两个数：两部分是按原来的顺序，还是被交换了？"
    CLASSES "classes" "classes" "类别"
        "One number for each class: the higher, the more the model takes the text, or the token, for one of it."
        "每个类别对应一个数：越高，模型越认为这段文本（或这个词元）属于该类。"
    ANSWER_ENDS "answer_ends" "ends of the answer" "答案的起止"
        "Two numbers for each token: how well the answer to the question could begin there, and how well end."
        "每个词元两个数：问题的答案有多可能从这里开始、在这里结束。"
    DISCRIMINATOR "discriminator" "discriminator" "判别器"
        "It looks at each token and says whether it stood there from the start or was put there by the generator."
        "逐个查看词元，判断它是原文就有的，还是生成器换上去的。"
    REPLACED "replaced" "replaced?" "是否被替换"
        "One number for each token: above zero the model takes it for replaced, below zero for original."
        "每个词元一个数：大于零表示模型认为它被替换过，小于零表示是原文。"
    EMBEDDING_PROJECTION "embedding_projection" "to the model's width" "映射到模型宽度"
        "The embeddings are narrower than the layers: one product brings them to the width of the model, which saves most of the table."
        "嵌入比各层窄：一次乘积把它们映射到模型的宽度，词表因此省下大部分参数。"
    LANGUAGE_EMBEDDING "language" "language" "语言"
        "The row of the language table: it tells the model in which language each token is written."
        "语言表中的一行：告诉模型每个词元用的是哪种语言。"
    PADDING_ZEROED "padding_zeroed" "padding to zero" "填充归零"
        "The vectors of padding are set to zero, here and behind every layer; all others stay as they are."
        "填充词元的向量在这里和每一层之后都置为零，其余保持不变。"
    OBJECTIVE "objective" "objective" "训练目标"
        "What the model is trained to make small: a sum of weighted terms."
        "训练要使之变小的量：若干加权项之和。"
    LOSS "loss" "loss" "损失"
        "How improbable the model found what was right, as −ln of its probability, averaged over the places that count."
        "模型认为正确答案有多不可能：取概率的 −ln，在计入的位置上求平均。"

    ENCODER "encoder" "encoder" "编码器"
        "The stack that reads the whole source, every word seeing every other; what it makes of it is kept for the decoder."
        "读完整个源文的一叠层，每个词都能看到其他所有词；读出的结果留给解码器。"
    DECODER "decoder" "decoder" "解码器"
        "The stack that writes the target from left to right, looking at what it wrote and at what the encoder read."
        "从左到右写出目标的一叠层，既看自己写过的内容，也看编码器读出的内容。"
    CROSS_ATTENTION "cross_attention" "cross attention" "交叉注意力"
        "Each position of the target gathers from the source: the queries come from the decoder, keys and values from the encoder."
        "目标的每个位置从源文收集信息：查询来自解码器，键和值来自编码器。"
    RELATIVE_POSITION "relative_position" "relative position" "相对位置"
        "How far apart query and key stand: near distances have a number each, far ones share one; made once for all layers."
        "查询与键相距多远：近距离各有一个数，远距离共用一个；为所有层只做一次。"
    RELATIVE_BIAS "relative_bias" "relative bias" "相对位置偏置"
        "A learned number for each head and distance, added to the score: how much the head likes keys that far away."
        "每个头、每种距离对应一个学到的数，加到分数上：该头有多偏爱这么远的键。"
    CONTENT_SCORES "content_scores" "content scores" "内容分数"
        "How well each query matches each key by what they hold, before their distance counts."
        "只看内容时每个查询与每个键的匹配程度，尚未计入距离。"
    ROOT_MEAN_SQUARE "root_mean_square" "root mean square" "均方根"
        "The size of each token's vector: the root of the mean of its squares plus a small constant; no mean is taken off."
        "每个词元向量的大小：各数平方的均值加一个小常数后开方；不减均值。"
    RESCALED "rescaled" "scale" "缩放"
        "The numbers over their root mean square, then a learned scale for each feature; there is no shift."
        "各数除以均方根，再乘以每个特征学到的比例；没有平移。"
    GATE "gate" "gate" "门"
        "A second product of the same width, bent by the activation, that says how much of each inner feature passes."
        "另一次同样宽度的乘积，经激活后决定每个内层特征放行多少。"
    GATED "gated" "gated" "门控"
        "The inner features, each times its gate."
        "内层各特征乘以各自的门。"
    SCALED "scaled" "scaled" "按宽度缩小"
        "Made smaller by the root of the width before the comparison with the token table, which is tied and large."
        "与词元表比较之前先除以宽度的平方根，因为共用的词元表数值较大。"
}

/// A name by its id.
pub fn find(id: &str) -> Option<&'static Name> {
    ALL.iter().find(|name| name.id == id).copied()
}
