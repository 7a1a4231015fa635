//! Every place by its address: what is opened by it looks as it looked, and has the same address.

use crate::app::trial::{arrived, exploring, mini, press};
use crate::app::{App, Language};
use crate::ui::screens::trial::glyphs;
use crate::ui::testing::{dark, drawn};

/// Takes the address, opens it in an explorer that has just begun, and compares both.
fn same_again(app: &mut App) -> String {
    app.shell.notice = None;
    let address = app.address().unwrap().to_string();
    let again = arrived(&address, app.shell.language);
    assert_eq!(again.address().unwrap().to_string(), address);
    assert_eq!(again.shell.notice, None, "{address}");
    assert_eq!(again.place(), app.place(), "{address}");
    for size in [(120, 36), (80, 24), (200, 60)] {
        let picture =
            |app: &App| drawn(size, &dark(), app.shell.language, |canvas, area| super::draw_on(canvas, area, app)).0;
        if picture(&again) != picture(app) {
            assert_eq!(glyphs(&again, size), glyphs(app, size), "{address}");
            panic!("colours differ: {address}");
        }
    }
    address
}

/// After each group of keys.
fn walk(model: &str, text: &str, keys: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for language in [Language::En, Language::Zh] {
        let mut app = exploring(mini(model), language, text);
        found = vec![same_again(&mut app)];
        for keys in keys {
            press(&mut app, keys);
            found.push(same_again(&mut app));
        }
    }
    found
}

const STORY: &str = "Anna and Tom went to the park. Anna found a red ball. She gave it to Tom.";

#[test]
fn steps() {
    let keys = ["n n n", "Down Down n n j l l", "d", "j Enter", "Esc Esc Esc", "f", "t [ >", "End h"];
    let found = walk("gpt-2", STORY, &keys);
    assert!(found[2].contains("step=layer."), "{}", found[2]);
    assert!(found[4].contains("derivation=1+0"), "{}", found[4]);
}

#[test]
fn attention() {
    let keys = ["4", "l j Up Left", "v ] ]", "v m", "m a i z [ [", "a o", "O", "Enter", "j Enter", "Esc Esc Esc f"];
    let found = walk("gpt-2", STORY, &keys);
    assert!(found[3].contains("view=lines,threshold=0.2"), "{}", found[3]);
    assert!(found[6].contains(",off=1.1,"), "{}", found[6]);
}

#[test]
fn changed_by_hand() {
    let found = walk("gpt-2", "Anna found a red ball.", &["4 p", "Up Left space", "a a x", "b", "Esc s", "3 n n"]);
    assert!(found[2].contains("masks=all/"), "{}", found[2]);
    assert!(found[5].contains(",positions="), "{}", found[5]);
}

#[test]
fn streams() {
    let found = walk(
        "t5",
        "translate English to French: the red ball => le ballon rouge",
        &["4", "Tab j l Up", "Tab o", "3 n n"],
    );
    assert!(found[1].contains("target=le+ballon+rouge,stream=encoder"), "{}", found[1]);
    assert!(found[3].contains("off=cross:"), "{}", found[3]);
    // A target that the model writes itself is not part of the address.
    let found = walk("t5", "translate English to French: the red ball", &["4", "Tab"]);
    assert!(!found[1].contains("target"), "{}", found[1]);
}

#[test]
fn panels() {
    let keys = ["4", "H", "j j j l", "P", "j h h", "A", "h j", "A 4"];
    let found = walk("gpt-2", STORY, &keys);
    assert!(found[3].contains("panel=heads,pattern="), "{}", found[3]);
    assert!(found[5].contains("panel=lens"), "{}", found[5]);
    assert!(found[7].contains("panel=attribution"), "{}", found[7]);
}

#[test]
fn followed() {
    let keys = ["4", "l F", "j j j h h", "C", "Down Left", "j l h", "l", "R", "h h", "k", "Esc 6 F"];
    let found = walk("gpt-2", STORY, &keys);
    assert!(found[3].contains("panel=follow,position="), "{}", found[3]);
    assert!(found[5].contains("panel=contributions,position="), "{}", found[5]);
    assert!(found[8].contains("panel=rollout,position="), "{}", found[8]);
    let found = walk(
        "t5",
        "translate English to French: the red ball => le ballon rouge",
        &["4 Tab", "l C", "F", "Tab", "j Up l l l l l l", "R", "Tab", "h k"],
    );
    assert!(found[3].contains("panel=follow,panel_stream="), "{}", found[3]);
    assert!(found[6].contains("panel=rollout,panel_stream="), "{}", found[6]);
}

#[test]
fn tokenization() {
    let keys = ["K", "Home Down", "Right", "Tab", "Down Right", "a", "Down", "Esc Esc 1 K", "Esc 6 j K End"];
    let found = walk("gpt-2", STORY, &keys);
    assert!(found[1].contains("tokenization=steps,word="), "{}", found[1]);
    assert!(found[4].contains("tokenizer="), "{}", found[4]);
    assert!(found[6].contains("tokenization=all"), "{}", found[6]);
    let found = walk("bert", "Anna found a ball. || She gave it to Tom.", &["4 P K", "End Right"]);
    assert!(found[1].contains("panel=lens") && found[1].contains("tokenization="), "{}", found[1]);
}

#[test]
fn compared() {
    let keys = ["5", "Down Down", "Tab", "l j Down Right", "Tab", "n f", "f ] ]", "Tab Tab", "d", "s", "s Down Enter"];
    let found = walk("gpt-2", STORY, &keys);
    assert!(found[4].contains(",heads="), "{}", found[4]);
}

#[test]
fn patching() {
    let mut app = exploring(mini("gpt-2"), Language::En, "Anna found a red ball. She gave it to");
    press(&mut app, "4 X Home Del Del Del Del E m m a Enter");
    assert!(same_again(&mut app).contains("other=Emma+found+a+red+ball.+She+gave+it+to,row="));
    press(&mut app, "v k h");
    assert!(same_again(&mut app).contains("patched=heads,row="));
}

#[test]
fn writing() {
    let keys = ["w", "Right Right", "t t t k r", "Right 3", "Down Down", "Left"];
    let found = walk("gpt-2", "Anna found a red ball. She", &keys);
    assert!(found[1].starts_with("headscope:writing/gpt-2"), "{}", found[1]);
    assert!(found[4].contains("seed=8,setting=top_k,text="), "{}", found[4]);
    assert_eq!(found[4].split("written=").nth(1).unwrap().split('+').count(), 4, "{}", found[4]);
    walk("t5", "translate English to French: the red ball", &["w", "Right Right"]);
}

#[test]
fn filling() {
    let found = walk(
        "bert",
        "Anna found a red ball. She gave it to Tom.",
        &["w", "l l -", "j j", "Esc", "2", "o", "n n", "Tab j"],
    );
    assert!(found[3].contains("chosen=2"), "{}", found[3]);
    assert!(found[7].contains("epoch=2"), "{}", found[7]);
    walk("bert", "Anna found a ball. || She gave it to Tom.", &["4 m j l"]);
}

#[test]
fn the_catalogue() {
    let keys = [
        "1",
        "j j",
        "s o",
        "space space c",
        "j j",
        "Esc f j j space",
        "Esc / b e r t Enter",
        "Enter",
        "] > j",
        "Enter j Enter",
    ];
    let found = walk("gpt-2", STORY, &keys);
    assert!(found[4].starts_with("headscope:compare/gpt-2"), "{}", found[4]);
    assert!(found[7].contains("filter=bert"), "{}", found[7]);
    assert!(found[9].contains("variant=1,context="), "{}", found[9]);
    assert!(found[10].contains("worked=on"), "{}", found[10]);
    let found = walk("gpt-2", STORY, &["1 v", "l l j", "6", "j j j l p", "o z i", "f", "Enter"]);
    assert!(found[2].contains(",page="), "{}", found[2]);
    assert!(found[5].contains("lanes=section,ideas=off,zoom=2"), "{}", found[5]);
    assert!(found[7].contains("from=timeline"), "{}", found[7]);
}

#[test]
fn a_part_of_the_drawing() {
    let found = walk("gpt-2", "Anna found a red ball.", &["2", "Tab Tab", "j"]);
    assert!(found[2].contains("part=layer.0"), "{}", found[2]);
    assert!(!found[3].contains("part="), "{}", found[3]);
}
