use std::os::unix::fs::symlink;
use std::sync::atomic::AtomicBool;

use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::local::Hub;

const REVISION: &str = "0123456789abcdef0123456789abcdef01234567";

/// A cache of the hub with one repository, whose files lie behind links as the hub's own library puts them.
struct Cache(TempDir);

impl Cache {
    fn of(files: &[(&str, &str)]) -> Self {
        let cache = Self(tempfile::tempdir().unwrap());
        let repository = cache.repository();
        for dir in ["blobs", "refs", &format!("snapshots/{REVISION}")] {
            fs::create_dir_all(repository.join(dir)).unwrap();
        }
        fs::write(repository.join("refs/main"), REVISION).unwrap();
        for (number, (name, content)) in files.iter().enumerate() {
            fs::write(repository.join(format!("blobs/{number}")), content).unwrap();
            symlink(format!("../../blobs/{number}"), cache.snapshot().join(name)).unwrap();
        }
        cache
    }

    fn repository(&self) -> PathBuf {
        self.0.path().join("models--org--tiny")
    }

    fn snapshot(&self) -> PathBuf {
        self.repository().join("snapshots").join(REVISION)
    }

    fn hub(&self) -> Hub {
        let root = self.0.path().as_os_str().to_owned();
        Hub::find(|name| (name == "HF_HUB_CACHE").then(|| root.clone()), None)
    }

    fn found(&self) -> Found {
        self.hub().repository("org/tiny").expect("it is there")
    }

    fn why(&self) -> &'static str {
        self.found().why.expect("a reason").id()
    }
}

fn gpt2() -> String {
    json!({"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": 24, "n_positions": 12, "n_embd": 8,
        "n_layer": 2, "n_head": 2})
    .to_string()
}

#[test]
fn a_whole_checkpoint_can_be_opened() {
    let config = gpt2();
    let cache = Cache::of(&[("config.json", &config), ("model.safetensors", "12345")]);
    let found = cache.found();
    assert_eq!((found.why, found.name.as_str(), found.dir), (None, "org/tiny", cache.snapshot()));
    assert_eq!((found.model_type.as_deref(), found.class.as_deref()), (Some("gpt2"), Some("GPT2LMHeadModel")));
    // 24×8 tokens, 12×8 positions; a layer 2·16 norms, 8×24+24, 8×8+8, 8×32+32, 32×8+8; and 16 of the last norm.
    assert_eq!(found.parameters, Some(192 + 96 + 2 * (32 + 216 + 72 + 288 + 264) + 16));
    assert_eq!(found.bytes, config.len() as u64 + 5);
    assert_eq!(found.revision.as_deref(), Some(REVISION));
    assert_eq!(cache.hub().repository("org/other"), None);
}

#[test]
fn every_reason_is_told_apart() {
    let config = gpt2();
    let with = |files: &[(&str, &str)]| Cache::of(&[&[("config.json", config.as_str())], files].concat()).found().why;
    assert_eq!(with(&[]), Some(Why::NoSafetensors(None)));
    let pickled = Some(Why::NoSafetensors(Some("pytorch_model.bin".into())));
    assert_eq!(with(&[("pytorch_model.bin", ""), ("a.bin", "")]), pickled);
    assert_eq!(with(&[("tiny.gguf", "")]), Some(Why::NoSafetensors(Some("tiny.gguf".into()))));
    let index = ("model.safetensors.index.json", "{}");
    assert_eq!(with(&[index]), Some(Why::Shards(1, 1)));
    let [first, second] = [("model-00001-of-00003.safetensors", ""), ("model-00002-of-00003.safetensors", "")];
    assert_eq!(with(&[index, first, second]), Some(Why::Shards(1, 3)));
    assert_eq!(with(&[index, first, second, ("model-00003-of-00003.safetensors", "")]), None);

    let config = |config: &str| Cache::of(&[("config.json", config), ("model.safetensors", "")]).found().why;
    assert_eq!(config(r#"{"model_type": "llama7"}"#), Some(Why::Architecture(Some("llama7".into()))));
    assert_eq!(config("{}"), Some(Why::Architecture(None)));
    let Some(Why::Class(class, known)) = config(r#"{"model_type": "gpt2", "architectures": ["GPT2ForX"]}"#) else {
        panic!("no class")
    };
    assert!(class == "GPT2ForX" && known.contains(&"GPT2LMHeadModel"));
    for (fields, says) in [
        ("[", "EOF"),
        (r#"{"model_type": "gpt2", "n_layer": 268435456}"#, "n_layer is 268435456"),
        (r#"{"model_type": "gpt2", "quantization_config": {"bits": 4}}"#, "quantization_config"),
        (r#"{"model_type": "gpt2", "n_head": 5}"#, "not divisible"),
    ] {
        let Some(Why::Config(text)) = config(fields) else { panic!("{fields}") };
        assert!(text.contains(says) && !text.contains("config.json") && !text.starts_with("the conf"), "{text}");
    }
    assert_eq!(Cache::of(&[("model.safetensors", "")]).why(), "no_config");
}

#[test]
fn the_reference_decides_and_leads_nowhere_else() {
    let config = gpt2();
    let cache = Cache::of(&[("config.json", &config), ("model.safetensors", "")]);
    let other = cache.repository().join("snapshots/ffff");
    fs::create_dir(&other).unwrap();
    let main = cache.repository().join("refs/main");
    fs::write(&main, "ffff\n").unwrap();
    assert_eq!((cache.found().dir, cache.why()), (other.clone(), "no_config"));
    fs::remove_dir(&other).unwrap();
    for reference in ["../../..", "/", "", "absent", "a\0b", &"f".repeat(300)] {
        fs::write(&main, reference).unwrap();
        assert_eq!(cache.found().dir, cache.snapshot(), "{reference:?}: the newest that is there");
    }
    fs::remove_dir_all(cache.repository().join("snapshots")).unwrap();
    assert_eq!(cache.why(), "no_snapshot");
}

#[test]
fn links_that_lead_nowhere_or_in_circles_are_named() {
    let config = gpt2();
    let cache = Cache::of(&[("config.json", &config), ("model.safetensors", "")]);
    fs::remove_file(cache.repository().join("blobs/1")).unwrap();
    assert_eq!(cache.found().why, Some(Why::BrokenLink("model.safetensors".into())));
    let file = cache.snapshot().join("config.json");
    fs::remove_file(&file).unwrap();
    symlink("config.json", &file).unwrap();
    assert_eq!(cache.found().why, Some(Why::BrokenLink("config.json".into())));
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert_eq!(cache.why(), "config");
    // A snapshot that is itself the cache, and so holds itself.
    fs::remove_dir_all(cache.snapshot()).unwrap();
    symlink(cache.0.path(), cache.snapshot()).unwrap();
    assert_eq!(cache.why(), "no_config");
}

#[test]
fn a_cache_full_of_other_things_is_listed_all_the_same() {
    let config = gpt2();
    let cache = Cache::of(&[("config.json", &config), ("model.safetensors", "")]);
    for index in 0..300 {
        fs::create_dir(cache.0.path().join(format!("models--many--n{index:03}"))).unwrap();
        fs::create_dir(cache.0.path().join(format!("datasets--many--n{index:03}"))).unwrap();
    }
    symlink(cache.0.path(), cache.0.path().join("models--loop--loop")).unwrap();
    symlink("nowhere", cache.0.path().join("models--broken--link")).unwrap();
    fs::write(cache.0.path().join("models--a--file"), "").unwrap();
    let scan = cache.hub().scan(&AtomicBool::new(false));
    let names: Vec<&str> = scan.found.iter().map(|found| found.name.as_str()).collect();
    assert_eq!((names.len(), &names[..3]), (302, &["org/tiny", "loop/loop", "many/n000"][..]));
    assert!(!scan.more && scan.fault.is_none());
    assert!(cache.hub().scan(&AtomicBool::new(true)).found.is_empty(), "cancelled");
}

#[test]
fn texts_of_files_cannot_act_on_the_terminal() {
    let config = json!({"model_type": format!("\u{1b}[2J\n{}", "x".repeat(1000))}).to_string();
    let Some(Why::Architecture(Some(name))) = Cache::of(&[("config.json", &config)]).found().why else { panic!() };
    assert!(!name.contains(char::is_control) && name.chars().count() == SHOWN + 1);
}
