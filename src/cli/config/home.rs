//! Where the files of the user are: what is set, and what is remembered.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// The two directories of the program in the user's home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// `config.yaml`, `keys.yaml`, `themes/`.
    Config,
    /// What the program remembers of the last time.
    State,
}

impl Home {
    /// The directory, whether or not it is there; none where there is no home.
    pub fn dir(self) -> Option<PathBuf> {
        self.find(|name| env::var_os(name), env::home_dir())
    }

    /// The directory by these variables: the program's own, the desktop's, the habit of the platform.
    fn find(self, variable: impl Fn(&str) -> Option<OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
        let set = |name| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let (own, desktop) = match self {
            Self::Config => ("HEADSCOPE_CONFIG_HOME", "XDG_CONFIG_HOME"),
            Self::State => ("HEADSCOPE_STATE_HOME", "XDG_STATE_HOME"),
        };
        // As the specification has it, a path that is not absolute is not used.
        let desktop = || set(desktop).filter(|path| path.is_absolute());
        set(own).or_else(|| {
            let base = desktop().or_else(|| self.habit(&set, home));
            base.map(|base| base.join("headscope"))
        })
    }

    #[cfg(not(any(windows, target_os = "macos")))]
    fn habit(self, _: &dyn Fn(&'static str) -> Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
        home.map(|home| match self {
            Self::Config => home.join(".config"),
            Self::State => home.join(".local").join("state"),
        })
    }

    #[cfg(target_os = "macos")]
    fn habit(self, _: &dyn Fn(&'static str) -> Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
        home.map(|home| home.join("Library").join("Application Support"))
    }

    #[cfg(windows)]
    fn habit(self, set: &dyn Fn(&'static str) -> Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
        let (name, below) = match self {
            Self::Config => ("APPDATA", "Roaming"),
            Self::State => ("LOCALAPPDATA", "Local"),
        };
        set(name).or_else(|| home.map(|home| home.join("AppData").join(below)))
    }
}

#[cfg(all(test, not(any(windows, target_os = "macos"))))]
mod tests {
    use super::*;

    fn found(home: Home, variables: &[(&str, &str)]) -> Option<String> {
        let get = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| OsString::from(value));
        home.find(get, Some("/home/a".into())).map(|path| path.display().to_string())
    }

    #[test]
    fn the_programs_own_variable_then_the_desktops_then_the_home() {
        let all = [("HEADSCOPE_CONFIG_HOME", "/own"), ("XDG_CONFIG_HOME", "/xdg"), ("XDG_STATE_HOME", "/state")];
        for (from, path) in ["/own", "/xdg/headscope", "/home/a/.config/headscope"].iter().enumerate() {
            assert_eq!(found(Home::Config, &all[from..]).as_deref(), Some(*path));
        }
        assert_eq!(found(Home::State, &all).as_deref(), Some("/state/headscope"));
        assert_eq!(found(Home::State, &[]).as_deref(), Some("/home/a/.local/state/headscope"));
        assert_eq!(
            found(Home::State, &[("HEADSCOPE_STATE_HOME", "")]).as_deref(),
            Some("/home/a/.local/state/headscope")
        );
        let relative = [("XDG_CONFIG_HOME", "not/absolute")];
        assert_eq!(found(Home::Config, &relative).as_deref(), Some("/home/a/.config/headscope"));
        assert_eq!(Home::State.find(|_| None, None), None);
    }
}
