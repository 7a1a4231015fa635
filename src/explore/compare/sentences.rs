//! What differences mean: one sentence for each sort of part and each respect in which it can differ.

use crate::catalog::Text;

/// A sentence: the part by its name or sort, the respect, English, Chinese.
type Sentence = (&'static str, &'static str, &'static str, &'static str);

/// Looked through from the top: a name comes before its sort, and what fits any part stands last.
static SENTENCES: &[Sentence] = &[
    (
        "encoder",
        "absent",
        "An encoder reads a whole text at once, every token with what stands on both sides of it; a model without one reads from left to right as it writes.",
        "编码器一次读完整段文本，每个词元都能利用左右两侧；没有编码器的模型边写边从左往右读。",
    ),
    (
        "decoder",
        "absent",
        "A decoder writes token by token; a model without one gives a vector for each token, and fills in or judges, but writes no text.",
        "解码器逐词元地写；没有解码器的模型为每个词元给出向量，可以填空或判断，但不能续写文本。",
    ),
    (
        "stack",
        "absent",
        "A stack is a stream of its own through layers of its own; what one model does in two streams another does in one.",
        "一叠层是一条独立的流；一个模型用两条流做的事，另一个用一条流完成。",
    ),
    (
        "stack",
        "layers",
        "More layers are more rounds of gathering and working over, and as many times the parameters of one block.",
        "层数越多，收集与加工的轮数越多，参数也按块成倍增加。",
    ),
    (
        "stack",
        "shared",
        "Layers that share a set of weights are one layer run again and again: far fewer parameters, and the same work.",
        "共用一组权重的各层其实是同一层反复运行：参数少得多，计算量不变。",
    ),
    (
        "token",
        "size",
        "A larger vocabulary cuts a text into fewer tokens, and costs a row of the table for each entry; the width is what each token carries through the model.",
        "词表越大，文本切成的词元越少，但表中每一项都要占一行；宽度是每个词元在模型中携带的数的个数。",
    ),
    (
        "position",
        "absent",
        "A table with a row for each place tells the order of the words, up to its last row; a model without one tells order in another way, in its scores or by what it hides.",
        "每个位置一行的表用来表明词序，到最后一行为止；没有此表的模型用别的方式表明词序：在分数里，或靠遮挡。",
    ),
    (
        "position",
        "size",
        "The table has a row for each place: it is the longest text that the model can read.",
        "表中每个位置一行：行数就是模型能读的最长文本。",
    ),
    (
        "segment",
        "absent",
        "A table of two rows tells a first text from a second; a model without it reads one text, or parts two by a token.",
        "两行的表用来区分第一段和第二段文本；没有它的模型只读一段，或用一个词元隔开两段。",
    ),
    (
        "segment",
        "size",
        "The table has a row for each sort of text that can stand in the input.",
        "表中每种文本段落占一行。",
    ),
    (
        "relative_position",
        "absent",
        "How far apart two tokens stand is told by a number added to their score, so that no place has a vector of its own and longer texts can be read.",
        "两个词元相距多远由加到分数上的一个数表明，因此位置没有自己的向量，也能读更长的文本。",
    ),
    (
        "relative_position",
        "size",
        "More rows tell distances apart more finely or further; each head has a number for each.",
        "行数越多，距离分得越细或越远；每个头各有一个数。",
    ),
    (
        "norm",
        "absent",
        "A norm before a part leaves the stream itself as it is, which keeps deep stacks stable; a norm after the sum brings the stream back to one size at every layer.",
        "部件之前的归一化不改动主干流，使很深的堆叠保持稳定；相加之后的归一化则在每一层把主干拉回同一尺度。",
    ),
    (
        "final_norm",
        "absent",
        "Where norms stand before the parts, the stream grows from layer to layer, and one more norm at the end brings it to size; where they stand after the sums, none is left to do.",
        "归一化放在部件之前时，主干逐层变大，末尾还需再归一化一次；放在相加之后时就不需要了。",
    ),
    (
        "norm",
        "kind",
        "One norm takes off the mean and divides by the spread; the other divides by the size alone, which is cheaper and does as well.",
        "一种归一化减去均值再除以标准差；另一种只除以大小，更省，效果相当。",
    ),
    (
        "norm",
        "learned",
        "A learned scale, and perhaps a learned shift, for each feature: without the shift there are half as many parameters.",
        "每个特征有学到的缩放，可能还有平移：没有平移，参数减半。",
    ),
    (
        "attention",
        "absent",
        "One of them has an attention here that the other does without.",
        "其中一个模型在此处有注意力，另一个没有。",
    ),
    (
        "attention",
        "sees",
        "Where all see all, each token is understood from both sides, but the model cannot simply write on; where the future is hidden, it learns to write the next token.",
        "互相可见时，每个词元能从两侧得到理解，但模型不能直接续写；遮住未来时，模型学会写下一个词元。",
    ),
    (
        "attention",
        "heads",
        "Each head looks in a way of its own: more heads can tell more relations apart, each with fewer channels where the width is the same.",
        "每个头有自己的看法：头越多，能区分的关系越多；宽度不变时每个头的通道更少。",
    ),
    (
        "attention",
        "key_heads",
        "Where several heads share keys and values, the cache of decoding is as many times smaller.",
        "多个头共用键和值时，解码时的缓存按比例缩小。",
    ),
    (
        "cross_attention",
        "absent",
        "Cross attention lets what is written look at what was read; a model of one stream has both in one text and needs none.",
        "交叉注意力让写出的部分查看读入的部分；单流模型把两者放在同一段文本里，因此不需要。",
    ),
    (
        "cross_attention/scores",
        "absent",
        "Where there is no cross attention there are no scores of it.",
        "没有交叉注意力，也就没有它的分数。",
    ),
    (
        "cross_attention",
        "heads",
        "Each head is one way of looking from what is written to what was read.",
        "每个头是从写出的部分看向读入的部分的一种方式。",
    ),
    (
        "scores",
        "scale",
        "Dividing by the root of the channels keeps the softmax soft at the start; a model that does not divide starts with smaller weights instead.",
        "除以通道数的平方根使 softmax 一开始不至于过尖；不除的模型则以更小的初始权重开始。",
    ),
    (
        "scores",
        "channels",
        "A score is a sum over more products where a head is wider, and is divided by a larger root.",
        "头越宽，分数是越多乘积之和，除以的平方根也越大。",
    ),
    (
        "scores",
        "added",
        "What is added to the score tells how far apart query and key stand; where nothing is added, order comes from vectors of the places.",
        "加到分数上的部分表明查询与键相距多远；什么都不加时，词序来自位置向量。",
    ),
    (
        "scores",
        "before",
        "Queries and keys are changed by their place before they meet, so that their product depends on the distance.",
        "查询与键相遇之前先按位置变换，使乘积取决于距离。",
    ),
    (
        "feed_forward",
        "activation",
        "The bend differs: relu lets nothing negative through, gelu and silu bend softly and train a little better.",
        "非线性不同：relu 不让负数通过，gelu 和 silu 平滑弯曲，训练效果略好。",
    ),
    (
        "feed_forward",
        "gate",
        "A second product says feature by feature how much passes; it is one matrix more, and mostly the inner width is made smaller for it.",
        "另一次乘积逐个特征决定放行多少；多一个矩阵，通常相应减小内层宽度。",
    ),
    (
        "feed_forward",
        "widths",
        "The inner width is how many features a token can be tested for: most parameters of a layer stand here.",
        "内层宽度是可对一个词元检验的特征数：一层的大部分参数在这里。",
    ),
    (
        "feed_forward",
        "beside",
        "Beside the attention, both read the same input and are added together: the layer is quicker, since neither waits for the other.",
        "与注意力并行时，两者读同样的输入再一起相加：互不等待，因此更快。",
    ),
    (
        "feed_forward",
        "absent",
        "Only one of them works over each token by itself here.",
        "此处只有其中一个模型对每个词元单独加工。",
    ),
    (
        "logits",
        "absent",
        "Numbers for each entry of the vocabulary are made here by one of them; the other makes them inside its head, or predicts no token.",
        "其中一个模型在这里为词表每一项算出一个数；另一个在预测头里算，或不预测词元。",
    ),
    (
        "logits",
        "tied",
        "Comparing with the token table itself saves a matrix as large as that table; a table of its own is free to differ from it.",
        "与词元表本身比较可省去一个同样大的矩阵；独立的表则可以与它不同。",
    ),
    (
        "scaled",
        "absent",
        "Before a tied table is compared with, the vector is made smaller by one of them, since that table is large.",
        "与共用的词元表比较之前，其中一个模型先缩小向量，因为那张表的数值较大。",
    ),
    (
        "pooler",
        "absent",
        "A pooler makes one vector for the whole text out of its first token, to judge pairs of sentences by.",
        "池化器由首个词元得到代表整段文本的一个向量，用来判断句对。",
    ),
    (
        "next_sentence",
        "absent",
        "Two numbers judge whether the second sentence follows the first: a task that only some were trained for.",
        "两个数判断第二句是否承接第一句：只有部分模型做过这项训练。",
    ),
    (
        "prediction_head",
        "absent",
        "A product, a bend and a norm stand before the comparison with the vocabulary; others compare what the last layer gives as it is.",
        "与词表比较之前还有一次乘积、非线性和归一化；其他模型直接比较最后一层的结果。",
    ),
    (
        "any",
        "tied",
        "Where the token table is used once more, a matrix as large as that table is saved.",
        "再次使用词元表可省去一个同样大的矩阵。",
    ),
    (
        "any",
        "bias",
        "A bias is a learned number for each output; models without them have slightly fewer parameters and lose nothing that was measured.",
        "偏置是每个输出的一个学到的数；没有偏置的模型参数略少，测不出损失。",
    ),
    (
        "any",
        "widths",
        "The widths say how many numbers go in and come out: the product of both is the size of the matrix.",
        "宽度表示进出各有多少个数：两者之积就是矩阵的大小。",
    ),
    (
        "any",
        "size",
        "The table is of another size: rows are what can be told apart, columns how many numbers each has.",
        "表的大小不同：行数是能区分的项数，列数是每项有多少个数。",
    ),
    ("any", "operation", "Under the same name something else is computed here.", "名称相同，此处的计算却不同。"),
    (
        "any",
        "norm",
        "One of them brings the vector to size on the way through this part, and another does not, or by another norm.",
        "其中一个在经过此部分时做归一化，另一个没有，或用了不同的归一化。",
    ),
    (
        "any",
        "stacks",
        "It is the same part, but only some stacks of a model have it, or its stacks differ in it.",
        "是同样的部分，但只有某些堆叠具有它，或各堆叠的做法不同。",
    ),
    ("any", "activation", "The bend between the products differs.", "两次乘积之间的非线性不同。"),
    (
        "any",
        "absent",
        "This part is not in all of them: what it does is left out or done elsewhere.",
        "并非所有模型都有这一部分：它的作用被省去，或在别处完成。",
    ),
    ("any", "any", "The same part is built in another way here.", "同一部分在此处的做法不同。"),
];

/// What it means that a part differs in some respects, the part known by its key and its sort.
pub fn find(key: &str, kind: &str, what: &[&str]) -> Text {
    // Sorts of norms that have a name of their own are norms still.
    let sort = if kind.ends_with("norm") { "norm" } else { kind };
    let names = [key, key.rsplit('/').next().unwrap_or(key), kind, sort, "any"];
    let one = |what: &str| {
        let fits = |name: &&str| SENTENCES.iter().find(|(own, respect, ..)| own == name && *respect == what);
        names.iter().find_map(fits)
    };
    let mut found: Vec<&Sentence> = what.iter().filter_map(|what| one(what)).collect();
    if found.is_empty() {
        found.extend(one("any"));
    }
    found.dedup_by(|one, two| one.2 == two.2);
    let join = |read: fn(&Sentence) -> &str, by: &str| found.iter().map(|s| read(s)).collect::<Vec<_>>().join(by);
    Text::new(join(|sentence| sentence.2, " "), join(|sentence| sentence.3, ""))
}

#[cfg(test)]
mod tests {
    use super::{SENTENCES, find};

    #[test]
    fn each_sentence_is_there_once_and_found() {
        for (place, (name, what, en, zh)) in SENTENCES.iter().enumerate() {
            assert!(
                !SENTENCES[..place].iter().any(|(own, respect, ..)| (own, respect) == (name, what)),
                "{name} {what}"
            );
            assert_eq!((find(name, name, &[*what]).en.as_str(), find(name, name, &[*what]).zh.as_str()), (*en, *zh));
        }
    }

    #[test]
    fn a_name_comes_before_its_sort_and_anything_has_a_sentence() {
        assert_ne!(find("final_norm", "final_norm", &["absent"]), find("norm_before_x", "norm", &["absent"]));
        assert_eq!(find("final_norm", "final_norm", &["kind"]), find("norm_before_x", "norm", &["kind"]));
        assert!(!find("never heard of", "other", &[]).en.is_empty());
        let two = find("feed_forward", "feed_forward", &["activation", "bias"]);
        assert!(two.en.contains("relu") && two.en.contains("bias"));
    }
}
