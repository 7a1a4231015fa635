//! The language of the interface.

/// English or Chinese.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

impl Language {
    /// Whichever of the two belongs to this language.
    pub fn pick<T>(self, en: T, zh: T) -> T {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        self.pick(Self::Zh, Self::En)
    }

    /// Its code, as `--lang` takes it.
    pub fn code(self) -> &'static str {
        self.pick("en", "zh")
    }

    /// The language of that code (`en`, `zh`), as `--lang` takes it.
    pub fn from_code(code: &str) -> Option<Self> {
        match code.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "zh" => Some(Self::Zh),
            _ => None,
        }
    }

    /// The language of a locale such as `zh_CN.UTF-8`; English for every locale not known here.
    pub fn from_locale(locale: &str) -> Self {
        let code = locale.split(['_', '.', '@', '-']).next().unwrap_or_default();
        Self::from_code(code).unwrap_or_default()
    }

    /// The language the environment asks for; `get` reads a variable.
    ///
    /// The first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set and not empty decides, as everywhere in POSIX.
    pub fn from_environment(get: impl Fn(&str) -> Option<String>) -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| get(name).filter(|value| !value.is_empty()));
        set.map_or(Self::default(), |locale| Self::from_locale(&locale))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales() {
        for (locale, language) in [
            ("zh_CN.UTF-8", Language::Zh),
            ("zh-TW", Language::Zh),
            ("zh", Language::Zh),
            ("C", Language::En),
            ("de_DE@euro", Language::En),
            ("", Language::En),
        ] {
            assert_eq!(Language::from_locale(locale), language, "{locale}");
        }
    }

    #[test]
    fn the_first_variable_that_says_something_decides() {
        let from = |pairs: &[(&str, &str)]| {
            Language::from_environment(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
        };
        assert_eq!(from(&[("LC_ALL", ""), ("LANG", "zh_CN.UTF-8")]), Language::Zh);
        assert_eq!(from(&[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")]), Language::En);
        assert_eq!(from(&[("LC_MESSAGES", "zh_CN"), ("LANG", "en_GB")]), Language::Zh);
        assert_eq!(from(&[]), Language::En);
    }
}
