use std::collections::BTreeSet;

use proptest::prelude::*;

use super::spots::{SPOTS, at};
use super::{Address, AddressError, Expects, Key, Spot};
use crate::app::trial::{app, arrived, gpt2, press};
use crate::app::{Language, Place, Screen};

/// Any value that a key can have.
fn value(expects: Expects) -> BoxedStrategy<String> {
    match expects {
        Expects::Number => (0usize..100_000).prop_map(|n| n.to_string()).boxed(),
        Expects::Signed => (-99i32..99).prop_map(|n| n.to_string()).boxed(),
        Expects::Decimal => (-9.0f32..9.0).prop_map(|n| n.to_string()).boxed(),
        Expects::Numbers => prop::collection::vec(0usize..999, 1..5)
            .prop_map(|all| all.iter().map(usize::to_string).collect::<Vec<_>>().join(" "))
            .boxed(),
        Expects::On => Just("on".to_owned()).boxed(),
        Expects::Words(words) => prop::sample::select(words).prop_map(str::to_owned).boxed(),
        Expects::Text => any::<String>().boxed(),
    }
}

fn address(spot: &'static Spot) -> BoxedStrategy<Address> {
    let keys: Vec<Key> = spot.keys().copied().collect();
    let values: Vec<_> = keys.iter().map(|key| prop::option::of(value(key.expects))).collect();
    let model = prop::option::of("[^\\PC]{1,12}|\\PC{1,12}");
    (model, values)
        .prop_map(move |(model, values)| {
            let mut address = Address::of(spot, model);
            for (key, value) in keys.iter().zip(values) {
                if let Some(value) = value {
                    address.set(key.name, value);
                }
            }
            address
        })
        .boxed()
}

fn any_address() -> impl Strategy<Value = Address> {
    (0..SPOTS.len()).prop_flat_map(|spot| address(&SPOTS[spot]))
}

proptest! {
    #[test]
    fn printing_and_reading_are_inverse(address in any_address()) {
        let line = address.to_string();
        prop_assert_eq!(line.parse::<Address>(), Ok(address));
        // Nothing in it means anything to a shell.
        let special = |c: char| c.is_whitespace() || c.is_control() || "\"'`$&|;<>()[]{}*?!~#\\^".contains(c);
        prop_assert!(!line.contains(special), "{}", line);
    }

    #[test]
    fn whatever_is_typed_is_read_or_refused(line in "headscope:(steps|attention|catalogue)?[/,?&=%+a-z0-9 é我]{0,40}") {
        if let Ok(address) = line.parse::<Address>() {
            prop_assert_eq!(address.to_string().parse::<Address>(), Ok(address));
        }
    }
}

#[test]
fn both_forms_are_read() {
    let form = "headscope:attention/gpt-2?text=Anna%20and%20Tom, here&layer=2&head=0&query=5&key=3&view=lines";
    let address: Address = form.parse().unwrap();
    assert_eq!(address.get("text"), Some("Anna and Tom, here"));
    assert_eq!(
        address.to_string(),
        "headscope:attention/gpt-2,text=Anna+and+Tom%2C+here,layer=2,head=0,view=lines,query=5,key=3"
    );
    assert_eq!(" headscope:steps/./a+b\n".parse::<Address>().unwrap().model.as_deref(), Some("./a b"));
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let fault = |line: &str| line.parse::<Address>().unwrap_err().to_string();
    assert!(fault("gpt-2").contains("\"gpt-2\" is no address: expected headscope:PLACE"));
    assert!(
        fault("headscope:atention/gpt-2").starts_with(
            "the address names the place \"atention\" (character 11); there are catalogue, compare, survey"
        )
    );
    assert!(fault("headscope:steps/").contains("no model behind the slash (character 17)"));
    assert!(fault("headscope:steps/我,table").contains("\"table\" in the address (character 19) sets nothing"));
    let key = fault("headscope:model/gpt-2,layer=2");
    assert!(key.contains("sets \"layer\" (character 23), which model does not have; it has text, pair"), "{key}");
    assert!(fault("headscope:steps,query=1,query=2").contains("\"query\" twice (character 25)"));
    assert!(
        fault("headscope:steps,query=-1").contains("query to \"-1\" (character 23); expected a whole number from 0")
    );
    assert!(fault("headscope:attention,view=nap").ends_with("expected one of map, lines, mask"));
    assert!(fault("headscope:steps,text=a%2").contains("\"%2\" in the address (character 23) is no code"));
    assert_eq!("headscope:steps/%".parse::<Address>(), Err(AddressError::Code { code: "%".to_owned(), at: 17 }));
}

#[test]
fn every_place_has_an_address_and_keys_of_one_meaning() {
    // What lies on top of a place, and what only has keys of its own.
    let others =
        [Place::Global, Place::Paint, Place::Derivation, Place::Prompt, Place::Palette, Place::Help, Place::OtherText];
    for place in Place::ALL.into_iter().filter(|place| !others.contains(place)) {
        let panel = crate::app::address::parts::panel::PANELS.iter().any(|known| known.place == place);
        let over_all =
            place == Place::Tokenization && SPOTS.iter().all(|spot| spot.keys().any(|key| key.name == "tokenization"));
        assert!(at(place).is_some() || panel || over_all, "{place:?} has no address: add it to SPOTS or PANELS");
    }
    for spot in SPOTS {
        let names: Vec<&str> = spot.keys().map(|key| key.name).collect();
        let set: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(set.len(), names.len(), "{}: a key twice in {names:?}", spot.name);
    }
}

#[test]
fn what_does_not_fit_is_said_and_the_nearest_is_shown() {
    let mut app = app(gpt2(), Language::En, "1 2 3");
    let go = |app: &mut crate::app::App, line: &str| {
        let effects = app.go(line.parse().unwrap());
        crate::app::trial::settled(app, effects);
        app.shell.notice.take().map(|notice| notice.text)
    };
    let said = go(&mut app, "headscope:attention,text=1+2+3,layer=9,head=1,query=7,key=0");
    assert_eq!(said.as_deref(), Some("layer 9: there are only 2, counted from 0 (and 1 more)"));
    assert_eq!((app.attention.index, app.attention.head, app.cursor.query, app.cursor.key), (1, 1, 2, 0));
    assert_eq!(
        go(&mut app, "headscope:steps,step=layer.0/attention/nothing").as_deref(),
        Some("this pass has no step layer.0/attention/nothing")
    );
    let line = app.pass.as_ref().unwrap().tree.line_of_path("layer.0/attention");
    assert_eq!(Some(app.steps.line), line);
    let said = go(&mut app, "headscope:filling").unwrap();
    assert!(said.contains("filling"), "{said}");
    // A text that cannot be run is still that of the address.
    go(&mut app, "headscope:attention,text=nonsense,query=1,key=0");
    assert!(app.fault.is_some());
    assert_eq!(app.address().unwrap().get("text"), Some("nonsense"));
    // A model that cannot be opened leaves everything as it was.
    let before = app.address();
    go(&mut app, "headscope:attention/nowhere,text=1");
    assert_eq!(app.address(), before);
}

#[test]
fn a_key_copies_it_and_it_can_be_seen_whole() {
    let mut app = app(gpt2(), Language::En, "1 2 3");
    press(&mut app, "4");
    let effects = app.update(crate::app::Input::Key("y".parse().unwrap()));
    let address = app.address().unwrap().to_string();
    assert!(matches!(effects.as_slice(), [crate::app::Effect::Copy(copied)] if *copied == address));
    assert_eq!(app.shell.notice.as_ref().unwrap().verbatim.as_ref(), Some(&address));
    press(&mut app, "l");
    assert_eq!(app.shell.notice, None);
}

#[test]
fn whoever_goes_elsewhere_meanwhile_is_not_led_away() {
    let mut app = app(gpt2(), Language::En, "1 2 3");
    let effects = app.go("headscope:attention/bert,text=4+5,layer=1,head=1".parse().unwrap());
    press(&mut app, "6");
    crate::app::trial::settled(&mut app, effects);
    assert_eq!(app.shell.screen, Screen::Timeline);
}

#[test]
fn a_model_comes_first_then_its_text_then_the_cursor() {
    let app = arrived("headscope:attention/gpt-2,text=Anna+and+Tom,layer=2,head=1,query=2,key=0", Language::En);
    assert_eq!(app.subject.as_ref().unwrap().name, "gpt-2");
    assert_eq!(app.pass.as_ref().unwrap().prompt.text, "Anna and Tom");
    assert_eq!((app.attention.index, app.attention.head, app.cursor.query, app.cursor.key), (2, 1, 2, 0));
}
