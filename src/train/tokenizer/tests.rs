use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Kind, Recipe, build};
use crate::text::{Special, Tokenizer};
use crate::world::{Document, Split, World};

fn shipped(id: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/models").join(id)
}

fn open(id: &str) -> Tokenizer {
    Tokenizer::open(shipped(id)).expect("a tokenizer")
}

fn all() -> BTreeMap<String, (Recipe, Tokenizer)> {
    Recipe::all().unwrap().into_iter().map(|(id, recipe)| (id.clone(), (recipe, open(&id)))).collect()
}

fn documents(recipe: &Recipe, n: usize) -> Vec<Document> {
    let genres = recipe.mix.keys();
    genres.flat_map(|genre| World::shipped().documents(&[(genre, 1.0)], Split::Test, 5).take(n)).collect()
}

fn pieces(tokenizer: &Tokenizer, text: &str) -> Vec<String> {
    tokenizer.encode(text, None, true).unwrap().tokens.into_iter().map(|token| token.piece).collect()
}

#[test]
fn the_shipped_files_are_what_the_recipes_make() {
    for (id, recipe) in Recipe::all().unwrap() {
        let made = build(&recipe, World::shipped()).unwrap();
        let file = std::fs::read_to_string(shipped(&id).join("tokenizer.json")).unwrap();
        assert!(
            made == file,
            "{id} differs: headscope world --tokenizer {id} > assets/models/{id}/tokenizer.json (and train the model anew)"
        );
        assert!(file.len() < 40 << 10, "{id} has {} bytes", file.len());
    }
}

#[test]
fn texts_come_back_and_nothing_is_unknown() {
    for (id, (recipe, tokenizer)) in all() {
        // Words in small letters lose their case, and the blanks at marks.
        let loose = recipe.kind == Kind::WordPiece;
        let bare = |text: &str| if loose { text.to_lowercase().split_whitespace().collect() } else { text.to_owned() };
        for document in documents(&recipe, 200) {
            let encoding = tokenizer.encode(&document.text, None, true).unwrap();
            let ids = encoding.ids();
            assert_eq!(bare(&tokenizer.decode_plain(&ids)), bare(&document.text), "{id}");
            let unknown = tokenizer.special(Special::Unk);
            assert!(unknown.is_none_or(|id| !ids.contains(&id)), "{id}: {}", document.text);
        }
    }
}

#[test]
fn words_are_whole_and_random_names_are_not() {
    let world = World::shipped();
    for (id, (recipe, tokenizer)) in all() {
        let (mut whole, mut words, mut split, mut names) = (0, 0, 0, 0);
        for document in documents(&recipe, 200) {
            let encoding = tokenizer.encode(&document.text, None, false).unwrap();
            for word in document.text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 1) {
                let start = word.as_ptr() as usize - document.text.as_ptr() as usize;
                let parts = encoding
                    .tokens
                    .iter()
                    .filter(|t| t.bytes.start < start + word.len() && t.bytes.end > start)
                    .count();
                if world.is_random(word) {
                    (names, split) = (names + 1, split + usize::from(parts > 1));
                } else {
                    (words, whole) = (words + 1, whole + usize::from(parts == 1));
                }
            }
        }
        assert!(
            words > 3000 && f64::from(whole as u32) >= 0.93 * f64::from(words as u32),
            "{id}: {whole} of {words} words are whole"
        );
        assert!(
            names > 500 && f64::from(split as u32) >= 0.93 * f64::from(names as u32),
            "{id}: {split} of {names} names are split"
        );
    }
}

#[test]
fn each_has_the_form_of_its_family() {
    let [gpt2, bert, t5] = ["gpt-2", "bert", "t5"].map(open);
    assert_eq!((gpt2.vocab_size(), bert.vocab_size()), (800, 512));
    assert!((450..=800).contains(&t5.vocab_size()), "{}", t5.vocab_size());
    assert_eq!(gpt2.special(Special::Eos), gpt2.id("<|endoftext|>"));
    assert_eq!(pieces(&gpt2, "print(add(3, 4))"), ["print", "(", "add", "(", "3", ",", "Ġ4", "))"]);
    // Bytes: nothing is unknown.
    assert_eq!(gpt2.decode(&gpt2.encode("猫 é\t~", None, true).unwrap().ids()), "猫 é\t~");

    assert_eq!(pieces(&bert, "Kalo met ANNA."), ["[CLS]", "ka", "##lo", "met", "anna", ".", "[SEP]"]);
    let pair = bert.encode("a cat", Some("it"), true).unwrap();
    assert_eq!(pair.type_ids(), [0, 0, 0, 0, 1, 1]);
    assert_eq!(bert.id("[PAD]"), Some(0));
    assert_eq!(pieces(&bert, "Tom liked the [MASK].")[4], "[MASK]");
    assert!(!pieces(&bert, "zyxwvjq {~} \\ 42").contains(&"[UNK]".to_owned()));

    assert_eq!(["<pad>", "</s>", "<unk>"].map(|name| t5.id(name)), [Some(0), Some(1), Some(2)]);
    assert_eq!(t5.id("<extra_id_0>"), Some(t5.vocab_size() as u32 - 1));
    let german = "translate English to German: The <extra_id_0> cat";
    assert_eq!(
        pieces(&t5, german),
        ["▁translate", "▁English", "▁to", "▁German", ":", "▁The", "▁", "<extra_id_0>", "▁cat", "</s>"]
    );
    assert_eq!(pieces(&t5, "L'oiseau blanc 这只猫"), ["▁L'", "oiseau", "▁blanc", "▁", "这", "只", "猫", "</s>"]);
}

#[test]
fn a_model_without_a_recipe_is_told_which_have_one() {
    let error = Recipe::of("gpt-9").unwrap_err().to_string();
    assert!(error.contains("gpt-9") && error.contains("bert, gpt-2, t5"), "{error}");
}
