use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

use super::{Document, Example, Examples, Language, Link, LinkKind, Mark, Split, World, WorldError};
use crate::text::Tokenizer;

const SPLITS: [Split; 3] = [Split::Train, Split::Validation, Split::Test];

fn documents(genre: &str, split: Split, seed: u64, n: usize) -> Vec<Document> {
    World::shipped().documents(&[(genre, 1.0)], split, seed).take(n).collect()
}

fn genres() -> impl Iterator<Item = &'static str> {
    World::shipped().genres().map(|(name, ..)| name)
}

/// The first document among many that has all this in its text.
fn with(genre: &str, parts: &[&str]) -> Document {
    let mut all = World::shipped().documents(&[(genre, 1.0)], Split::Train, 3).take(60_000);
    all.find(|document| parts.iter().all(|part| document.text.contains(part)))
        .unwrap_or_else(|| panic!("no {genre} has {parts:?}"))
}

fn texts<'t>(document: &'t Document, ranges: &[Range<usize>]) -> Vec<&'t str> {
    ranges.iter().map(|range| &document.text[range.clone()]).collect()
}

fn small(lexicon: &str, rules: &str) -> Result<World, WorldError> {
    let genre = format!("{{genre: g, share: 1, languages: [en], rules: {rules}}}");
    World::parse(("lexicon", lexicon), &[("g", &genre)])
}

#[test]
fn entropy_is_counted_as_by_hand() {
    let lexicon = "classes: {letter: {entries: [a, b, c, d]}}";
    let rules = "{document: [{weight: 3, text: '{x} {y}', choose: {x: letter, y: letter}}, \
                 {weight: 1, text: '{n} {l}', choose: {n: 2..6, l: 1..2 of letter}}]}";
    let world = small(lexicon, rules).unwrap();
    for document in world.documents(&[], Split::Train, 1).take(500) {
        let expected: f64 = match (document.text.as_bytes()[0], document.text.len()) {
            // 3 of 4, one of 4 letters, one of 3 that are left.
            (b'a'..=b'd', 3) => 0.75 / 4.0 / 3.0,
            // 1 of 4, one of 5 numbers, one of two lengths, one letter.
            (_, 3) => 0.25 / 5.0 / 2.0 / 4.0,
            (_, 5) => 0.25 / 5.0 / 2.0 / 4.0 / 3.0,
            _ => panic!("{}", document.text),
        };
        assert!((document.nats + expected.ln()).abs() < 1e-12, "{}: {}", document.text, document.nats);
    }
}

#[test]
fn the_genre_is_a_choice_too() {
    let world = World::shipped();
    let alone = documents("names", Split::Test, 5, 1).remove(0);
    let mixed = world.documents(&[("names", 1.0), ("story", 3.0)], Split::Test, 5);
    let mixed: Vec<Document> = mixed.take(400).collect();
    let names = mixed.iter().filter(|d| d.genre == "names").count();
    assert!((60..140).contains(&names), "{names} of 400 at a share of a quarter");
    // Six names, three times: 2 ways, 4 lengths, and names that are not repeated.
    let six = |d: &&Document| d.text.split(' ').count() == 18;
    let fewest: f64 = [2.0_f64, 4.0, 256.0, 255.0, 254.0, 253.0, 252.0, 251.0].iter().map(|n| n.ln()).sum();
    let mixed = mixed.iter().find(|d| d.genre == "names" && six(d)).unwrap();
    assert!((mixed.nats - fewest - 4.0_f64.ln()).abs() < 1e-9, "{}", mixed.nats);
    assert!(alone.nats <= fewest + 1e-9);
}

#[test]
fn the_same_seed_gives_the_same_documents() {
    let draw = |seed| World::shipped().documents(&[], Split::Train, seed).take(50).collect::<Vec<_>>();
    assert_eq!(draw(7), draw(7));
    assert_ne!(draw(7), draw(8));
    let mut shown = String::new();
    for genre in genres() {
        for document in documents(genre, Split::Validation, 11, 3) {
            let _ = writeln!(shown, "{genre} {:.6}\n{}\n", document.nats, document.text);
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn nothing_stands_in_two_splits() {
    for genre in genres().filter(|genre| *genre != "parallel") {
        let of = |split| documents(genre, split, 1, 3000).into_iter().map(|d| d.text).collect::<BTreeSet<_>>();
        let [train, validation, test] = SPLITS.map(of);
        assert!(train.is_disjoint(&validation) && train.is_disjoint(&test) && validation.is_disjoint(&test), "{genre}");
        assert!(test.len() >= 30, "{genre} has only {} texts to test with", test.len());
    }
}

#[test]
fn no_sentence_of_a_tested_meaning_is_learned_in_any_language() {
    let of = |split| {
        let sides = documents("parallel", split, 2, 3000).into_iter().flat_map(|document| {
            let t = document.translation.expect("a translation");
            [(t.from, t.source), (t.to, t.target)]
        });
        sides.collect::<BTreeSet<_>>()
    };
    let [train, validation, test] = SPLITS.map(of);
    assert!(train.is_disjoint(&validation) && train.is_disjoint(&test) && validation.is_disjoint(&test));
    assert!(test.len() > 3000);
}

#[test]
fn one_sentence_has_one_meaning_in_every_language() {
    let mut meanings = std::collections::BTreeMap::new();
    for document in documents("parallel", Split::Train, 4, 10_000) {
        let t = document.translation.expect("a translation");
        let known = meanings.entry((t.from, t.to, t.source.clone())).or_insert_with(|| t.target.clone());
        assert_eq!(*known, t.target, "{}", t.source);
    }
}

#[test]
fn held_out_texts_come_once() {
    for split in [Split::Validation, Split::Test] {
        let texts: Vec<String> = documents("story", split, 9, 2000).into_iter().map(|d| d.text).collect();
        assert_eq!(texts.iter().collect::<BTreeSet<_>>().len(), texts.len());
    }
    // A genre that is used up goes on.
    let world = small("classes: {}", "{document: '{x}'}").map(drop).unwrap_err().to_string();
    assert!(world.contains("`x`"), "{world}");
    let world = small("classes: {}", "{document: [{text: '{x}', choose: {x: 0..99}}]}").unwrap();
    let few: Vec<String> = world.documents(&[], Split::Test, 0).take(200).map(|d| d.text).collect();
    let kinds: BTreeSet<_> = few.iter().collect();
    assert!((2..30).contains(&kinds.len()), "{kinds:?}");
    assert_eq!(few[..kinds.len()].iter().collect::<BTreeSet<_>>(), kinds);
}

#[test]
fn every_word_that_is_written_is_known() {
    let world = World::shipped();
    for (genre, _, languages) in world.genres() {
        for document in documents(genre, Split::Train, 6, 2000) {
            let unknown = texts(&document, &world.unknown(&document.text, languages));
            assert!(unknown.is_empty(), "{genre}: {unknown:?} in {}", document.text);
        }
    }
}

#[test]
fn unknown_words_are_found() {
    let world = World::shipped();
    let unknown = |text: &'static str, languages: &[Language]| {
        world.unknown(text, languages).into_iter().map(|range| &text[range]).collect::<Vec<_>>()
    };
    let en = [Language::English];
    assert_eq!(unknown("Kalo gave the Giraffe 37 lamps, ANNA!", &en), ["Giraffe", "lamps"]);
    assert_eq!(unknown("la lampe ☺", &en), ["la", "lampe", "☺"]);
    assert_eq!(unknown("la lampe", &[Language::French]), [""; 0]);
    assert_eq!(unknown("这只长颈鹿看见一只狗。", &Language::ALL), ["长颈鹿"]);
    assert!(world.knows("oiseau", &Language::ALL) && !world.knows("oiseau", &en) && !world.knows("kalomivuzo", &en));
}

#[test]
fn pronouns_know_whom_they_mean() {
    let document = with("story", &[" gave it to "]);
    let (giver, rest) = document.text.split_once(" and ").unwrap();
    let taker = rest.split(' ').next().unwrap();
    let gave = document.text.find(" gave it to ").unwrap();
    let she = document.text[..gave].rfind(' ').unwrap() + 1..gave;
    let link = |from: Range<usize>| document.links.iter().find(|link| link.from == from).unwrap();
    let Link { kind, to, .. } = link(she.clone());
    assert_eq!(*kind, LinkKind::Coreference);
    assert!(to.len() >= 2 && texts(&document, to).iter().all(|name| *name == giver), "{document:?}");
    assert!(document.marked(Mark::Pronoun).any(|range| *range == she));
    let because = document.text.find(" because ").unwrap() + " because ".len();
    let pronoun = because..because + document.text[because..].find(' ').unwrap();
    assert!(texts(&document, &link(pronoun).to).iter().all(|name| *name == taker), "{document:?}");
    // `it` is the thing, whose form tells nothing.
    let it = gave + " gave ".len()..gave + " gave it".len();
    let thing = texts(&document, &link(it.clone()).to);
    assert!(document.text.contains(&format!("liked the {}.", thing[0])));
    assert!(!document.marked(Mark::Pronoun).any(|range| *range == it));
    for document in documents("story", Split::Test, 3, 300) {
        let objects: Vec<_> = document.marked(Mark::Object).map(|range| &document.text[range.clone()]).collect();
        let mentions = document.text.split(|c: char| !c.is_alphabetic()).filter(|word| *word == objects[0]).count();
        assert_eq!(objects, vec![objects[0]; mentions - 1], "all mentions after the first: {}", document.text);
    }
}

#[test]
fn answers_follow_from_the_story() {
    let mut asked = BTreeSet::new();
    for document in documents("story", Split::Test, 3, 2000) {
        let Some(question) = document.marked(Mark::Question).next() else {
            assert!(!document.text.contains('?'));
            continue;
        };
        let answer = document.marked(Mark::Answer).next().expect("an answer");
        assert_eq!(answer.start, question.end + 1);
        let link = document.links.iter().find(|link| link.kind == LinkKind::Answer).expect("a link");
        let asked_word = &document.text[link.from.clone()];
        assert!(asked_word.ends_with('?') && link.from.end == question.end, "{asked_word}");
        let said = document.text[answer.clone()].trim_end_matches('.').to_lowercase();
        for target in &link.to {
            assert!(target.end <= question.start);
            assert_eq!(document.text[target.clone()].to_lowercase(), said.rsplit(' ').next().unwrap());
        }
        asked.insert(document.text[question.clone()].split(' ').take(2).collect::<Vec<_>>().join(" "));
    }
    assert_eq!(
        asked.iter().map(String::as_str).collect::<Vec<_>>(),
        ["What color", "Where did", "Where is", "Who had", "Who has"]
    );
}

#[test]
fn copies_point_behind_the_earlier_copy() {
    for document in documents("names", Split::Test, 3, 200) {
        let words: Vec<&str> = document.text.trim_end_matches('.').split(' ').collect();
        let names: BTreeSet<_> = words.iter().collect();
        let links: Vec<&Link> = document.links.iter().filter(|link| link.kind == LinkKind::Copy).collect();
        assert_eq!(links.len(), words.len() - names.len());
        for link in links {
            let place = document.text[..link.from.start].matches(' ').count();
            let expected: Vec<usize> = (1..=place / names.len()).rev().map(|k| place - k * names.len() + 1).collect();
            let found: Vec<usize> = link.to.iter().map(|to| document.text[..to.start].matches(' ').count()).collect();
            assert_eq!(found, expected, "{}", document.text);
        }
        let repeated: Vec<&str> = document.marked(Mark::Repeated).map(|range| &document.text[range.clone()]).collect();
        assert_eq!(repeated, vec![words[1..names.len()].join(" "); words.len() / names.len() - 1]);
    }
}

/// The sums, sorted lists and greatest numbers, done again.
#[test]
fn results_are_right() {
    let numbers = |text: &str| text.split(' ').map(|n| n.parse::<i64>().unwrap()).collect::<Vec<_>>();
    for document in documents("sums", Split::Test, 3, 1000) {
        let results: Vec<_> = document.marked(Mark::Result).map(|range| &document.text[range.clone()]).collect();
        let parts: Vec<&str> = document.text.trim_end_matches(';').split("; ").collect();
        assert_eq!(results.len(), parts.len());
        for (part, marked) in parts.into_iter().zip(results) {
            let (left, right) = part.split_once(" = ").unwrap();
            let mut expected = match left.split_once(' ').unwrap() {
                ("sort", list) => numbers(list),
                ("max", list) => vec![numbers(list).into_iter().max().unwrap()],
                (x, rest) if rest.starts_with("+ ") => vec![numbers(x)[0] + numbers(&rest[2..])[0]],
                (x, rest) => vec![numbers(x)[0] - numbers(&rest[2..])[0]],
            };
            expected.sort_unstable();
            assert_eq!((numbers(right), marked), (expected.clone(), right), "{part}");
            assert!(expected.iter().all(|n| (0..=9).contains(n)));
        }
    }
}

#[test]
fn words_are_aligned_where_languages_order_them_differently() {
    let aligned = |parts: &[&str]| {
        let t = with("parallel", parts).translation.expect("a translation");
        let end = |range: &Range<usize>, text: &str| range.end == text.len();
        let (to, from) = t.aligned.last().expect("the full stop");
        assert!(end(to, &t.target) && end(from, &t.source));
        let words = t.aligned.iter().map(|(to, from)| format!("{}<{}", &t.target[to.clone()], &t.source[from.clone()]));
        words.collect::<Vec<_>>()
    };
    // The adjective goes behind the noun, the article loses its vowel.
    assert_eq!(aligned(&["English to French: The white bird "])[..3], ["L'<The", "oiseau<bird", "blanc<white"]);
    assert_eq!(aligned(&["French to German: L'oiseau noir "])[..3], ["Der<L'", "schwarze<noir", "Vogel<oiseau"]);
    // The place goes before the verb, between two words that say where.
    let chinese = aligned(&["English to Chinese: Anna ", " in the park."]);
    assert_eq!(chinese[..4], ["安娜<Anna", "在<in", "公园<park", "里<in"]);
    let german = aligned(&["French to German: ", " dans le parc."]);
    assert_eq!(german[german.len() - 4..], ["im<dans", "im<le", "Park<parc", ".<."]);
}

#[test]
fn what_is_wrong_in_a_file_is_said() {
    let lexicon = "classes: {letter: {entries: [a, b]}}";
    for (rules, said) in [
        ("{start: a}", "document"),
        ("{document: '{y}'}", "`y`"),
        ("{document: [{text: '{x}', choose: {x: word}}]}", "no class `word`"),
        ("{document: [{text: '{x}', choose: {x: 3..2 of letter}}]}", "3..2"),
        ("{document: [{text: a, weight: -1}]}", "-1"),
        ("{document: '{x', x: a}", "`{x`"),
        ("{document: []}", "no alternative"),
        ("{document: [{text: '{document}', choose: {document: letter}}]}", "also chosen"),
        ("{document: '{#bold}a{/bold}'}", "`bold`"),
    ] {
        let error = small(lexicon, rules).unwrap_err().to_string();
        assert!(error.contains(said) && error.starts_with("g:"), "{rules}: {error}");
    }
    assert!(matches!(World::parse(("l", "classes: ["), &[]), Err(WorldError::Yaml { .. })));
}

#[test]
fn tokens_of_unseen_words_are_told() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/models/bert");
    let tokenizer = Tokenizer::open(dir).unwrap();
    let texts = ["The giraffe saw[MASK]Kalo.", "Zebra!"];
    let encoding = tokenizer.encode(texts[0], Some(texts[1]), true).unwrap();
    let unseen = World::shipped().unseen(&encoding, texts, &[Language::English]);
    let told: String =
        encoding.tokens.iter().zip(unseen).filter(|(_, unseen)| *unseen).map(|(t, _)| t.text.as_str()).collect();
    assert_eq!(told, "giraffeZebra");
}

#[test]
fn the_shipped_examples_speak_of_the_world() {
    let world = World::shipped();
    for id in ["gpt-2", "bert", "t5"] {
        let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/models").join(id);
        let examples = Examples::parse(&std::fs::read_to_string(dir.join("examples.yaml")).unwrap()).unwrap();
        let tokenizer = Tokenizer::open(dir).unwrap();
        assert!(examples.examples.len() >= 6, "{id}");
        for Example { text, pair, note } in &examples.examples {
            let encoding = tokenizer.encode(text, pair.as_deref(), true).unwrap();
            let unseen = world.unseen(&encoding, [text, pair.as_deref().unwrap_or_default()], &examples.languages);
            assert!(!unseen.contains(&true), "{id}: {text}");
            assert!(encoding.len() <= 64, "{id}: {} tokens: {text}", encoding.len());
            assert!(!note.en.is_empty() && !note.zh.is_empty());
        }
    }
    assert!(Examples::parse("languages: [xx]").is_err());
}
