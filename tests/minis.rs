//! The minis that ship: every promise of their recipes holds on test documents, and fails when the weights are spoilt.

use std::sync::Arc;

use headscope::explore::{Pass, Prompt, Subject};
use headscope::minis::{self, Mini};
use headscope::tape::Parameters;
use headscope::tensor::{Pool, Tensor};
use headscope::train::{Card, Examination, HeadScore, Learner, Promise, Recipe};
use headscope::world::Split;

/// Documents behind each number; fewer than behind the card's, so that all of this takes seconds.
const DOCUMENTS: usize = 60;
/// The most that the weights of a mini may take, in bytes.
const LARGEST: usize = 600_000;

fn shipped() -> impl Iterator<Item = (Mini, Subject, Recipe, Card)> {
    minis::all().map(|mini| {
        let subject = Subject::mini(&mini).expect("a mini that opens");
        let recipe = subject.recipe().expect("its recipe");
        let card = serde_json::from_str(mini.text("card.json").expect("its card")).expect("a card");
        (mini, subject, recipe, card)
    })
}

fn examined(subject: &Subject, recipe: &Recipe, parameters: &Arc<Parameters>) -> (Vec<HeadScore>, Vec<(Promise, f32)>) {
    let pool = Arc::new(Pool::default());
    let examination = Examination {
        learner: Learner { model: subject.model(), parameters, pool: &pool },
        tokenizer: subject.tokenizer().expect("its tokenizer"),
        recipe,
        split: Split::Test,
        documents: DOCUMENTS,
    };
    let heads = examination.heads().expect("documents that it reads");
    let claims = recipe
        .claims
        .iter()
        .map(|&promise| (promise, examination.measure(promise.claim, &heads).expect("documents that it reads")));
    let claims = claims.collect();
    (heads, claims)
}

/// The same weights, each matrix's numbers turned around.
fn spoilt(parameters: &Parameters) -> Arc<Parameters> {
    let mut spoilt = parameters.clone();
    for (id, entry) in parameters.iter() {
        let mut values = parameters.value(id).to_vec();
        values.reverse();
        spoilt.set(id, Tensor::new(values, &entry.axes.shape()));
    }
    Arc::new(spoilt)
}

#[test]
fn three_families_and_an_untaught_twin_ship() {
    let ids: Vec<&str> = minis::all().map(|mini| mini.id).collect();
    for id in ["bert", "gpt-2", "gpt-2-untaught", "t5"] {
        assert!(ids.contains(&id), "{id} is not among {ids:?}");
    }
}

#[test]
fn what_is_promised_holds_and_needs_the_weights() {
    for (mini, subject, recipe, card) in shipped() {
        let (heads, claims) = examined(&subject, &recipe, subject.parameters());
        for (promise, measured) in &claims {
            assert!(promise.kept(*measured), "{}: {promise:?} came to {measured}", mini.id);
        }
        for head in card.heads.iter().take(6) {
            let same =
                |h: &&HeadScore| (h.stream, h.layer, h.head, h.job) == (head.stream, head.layer, head.head, head.job);
            let now = heads.iter().find(same).unwrap_or_else(|| panic!("{}: {head:?}", mini.id));
            assert!((now.score - head.score).abs() < 0.1 && now.taught == head.taught, "{}: {head:?} {now:?}", mini.id);
        }
        if claims.is_empty() {
            continue;
        }
        let (_, claims) = examined(&subject, &recipe, &spoilt(subject.parameters()));
        for (promise, measured) in claims {
            assert!(!promise.kept(measured), "{}: {promise:?} came to {measured} with spoilt weights", mini.id);
        }
    }
}

#[test]
fn what_the_world_knows_of_a_text_is_measured_on_it() {
    for (id, pattern, stream) in
        [("gpt-2", "coreference", "decoder"), ("bert", "coreference", "encoder"), ("t5", "alignment", "cross")]
    {
        let subject = Subject::mini(&minis::find(id).expect("a mini")).expect("trained");
        assert!(!subject.documents().is_empty(), "{id}");
        let prompt = subject.prompt_of(&subject.documents()[0]);
        let run = || headscope::tape::Run::new(subject.pool());
        let pass = Pass::run_whole(&subject, &prompt, 64, run()).expect("a text that it reads").expect("not cancelled");
        let best = pass.measured().ranked(None).into_iter().find(|ranked| ranked.score.pattern.id() == pattern);
        let best = best.unwrap_or_else(|| panic!("{id}: no head is measured for {pattern}"));
        assert!(best.score.score > 0.8 && best.score.is_clear(), "{id}: {:?}", best.score);
        assert_eq!(pass.attentions[best.index].stream(), stream, "{id}");
        // Of a text that nobody made, nothing is known.
        let other = Prompt::of("Anna went to the park. She was happy.");
        let other = Pass::run_whole(&subject, &other, 64, run()).expect("a text").expect("not cancelled");
        assert!(other.known().is_empty());
    }
}

#[test]
fn cards_say_how_the_minis_were_made() {
    for (mini, subject, recipe, card) in shipped() {
        assert_eq!((card.id.as_str(), card.class.as_str()), (mini.id, subject.class()));
        assert_eq!(card.parameters, subject.parameters().count(), "{}", mini.id);
        assert_eq!((card.seed, card.steps), (recipe.seed, recipe.steps), "{}: made by another recipe", mini.id);
        assert!(mini.file("model.safetensors").expect("weights").len() <= LARGEST, "{} is too large", mini.id);
        assert!(card.validation_loss < card.unigram_loss / 2.0, "{}", mini.id);
        let promised: Vec<_> = card.claims.iter().map(|kept| (kept.claim, kept.promised)).collect();
        let recipes: Vec<_> = recipe.claims.iter().map(|promise| (promise.claim, promise.value)).collect();
        assert_eq!(promised, recipes, "{}", mini.id);
        for guide in &recipe.guides {
            let head = card
                .heads
                .iter()
                .find(|h| (h.stream, h.layer, h.head, h.job) == (guide.stream, guide.layer, guide.head, guide.job));
            assert!(head.is_some_and(|head| head.taught), "{}: {guide:?} stands on the card as taught", mini.id);
        }
    }
}

#[test]
fn the_twin_differs_in_the_guides_alone() {
    let recipe = |id: &str| {
        let subject = Subject::mini(&minis::find(id).expect("a mini")).expect("trained");
        subject.recipe().expect("a recipe")
    };
    let (taught, untaught) = (recipe("gpt-2"), recipe("gpt-2-untaught"));
    assert!(untaught.guides.is_empty() && !taught.guides.is_empty());
    assert_eq!(Recipe { guides: Vec::new(), claims: Vec::new(), ..taught }, untaught);
}
