//! Places: what has the keys.

use super::{action::Action, words::Word};
use serde::Deserialize;

/// A place with keys of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Everywhere, below the keys of the place itself.
    Global,
    /// The list of models.
    Catalogue,
    /// The card of a model.
    Model,
    /// The steps of a pass.
    Steps,
    /// Attention as maps.
    Attention,
    /// Attention as lines between tokens.
    AttentionLines,
    /// Writing token by token.
    Decode,
    /// Filling masks in.
    Fill,
    /// Models side by side.
    Compare,
    /// Lineage by date.
    Timeline,
    /// The text being edited.
    Prompt,
    /// The command palette.
    Palette,
    /// The list of keys.
    Help,
}

impl Place {
    /// Every place.
    pub const ALL: [Self; 13] = [
        Self::Global,
        Self::Catalogue,
        Self::Model,
        Self::Steps,
        Self::Attention,
        Self::AttentionLines,
        Self::Decode,
        Self::Fill,
        Self::Compare,
        Self::Timeline,
        Self::Prompt,
        Self::Palette,
        Self::Help,
    ];

    /// Whether letters are text here, so that only keys which write nothing keep their global meaning.
    pub fn is_typing(self) -> bool {
        matches!(self, Self::Prompt | Self::Palette)
    }

    /// Its name for people.
    pub fn word(self) -> Word {
        match self {
            Self::Global => Word::Everywhere,
            Self::Catalogue => Word::Catalogue,
            Self::Model => Word::Model,
            Self::Steps => Word::Steps,
            Self::Attention => Word::Attention,
            Self::AttentionLines => Word::Lines,
            Self::Decode => Word::Decode,
            Self::Fill => Word::Fill,
            Self::Compare => Word::Compare,
            Self::Timeline => Word::Timeline,
            Self::Prompt => Word::PromptLine,
            Self::Palette => Word::Palette,
            Self::Help => Word::Help,
        }
    }
}

/// The numbered tabs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Screen {
    /// 1
    Catalogue,
    /// 2
    Model,
    /// 3
    #[default]
    Steps,
    /// 4
    Attention,
    /// 5
    Compare,
    /// 6
    Timeline,
}

impl Screen {
    /// Every tab in order.
    pub const ALL: [Self; 6] =
        [Self::Catalogue, Self::Model, Self::Steps, Self::Attention, Self::Compare, Self::Timeline];

    /// Its number, from 1.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The tab of that number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// Its name for people.
    pub fn word(self) -> Word {
        match self {
            Self::Catalogue => Word::Catalogue,
            Self::Model => Word::Model,
            Self::Steps => Word::Steps,
            Self::Attention => Word::Attention,
            Self::Compare => Word::Compare,
            Self::Timeline => Word::Timeline,
        }
    }

    /// The tab an action opens.
    pub fn opened_by(action: Action) -> Option<Self> {
        match action {
            Action::ScreenCatalogue => Some(Self::Catalogue),
            Action::ScreenModel => Some(Self::Model),
            Action::ScreenSteps => Some(Self::Steps),
            Action::ScreenAttention => Some(Self::Attention),
            Action::ScreenCompare => Some(Self::Compare),
            Action::ScreenTimeline => Some(Self::Timeline),
            _ => None,
        }
    }
}
