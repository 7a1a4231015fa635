//! Places: what has the keys.

use super::{action::Action, words::Word};
use serde::Deserialize;

/// A place with keys of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Everywhere, below the keys of the place itself.
    Global,
    /// The catalogue.
    Catalogue,
    /// What is typed to filter the catalogue.
    CatalogueFilter,
    /// Models side by side.
    Compare,
    /// The card of an entry of the catalogue.
    Card,
    /// The estimates of an entry, worked out.
    Estimates,
    /// The card of a model.
    Model,
    /// The steps of a pass.
    Steps,
    /// Attention as maps.
    Attention,
    /// Attention as lines between tokens.
    AttentionLines,
    /// The mask being painted.
    Paint,
    /// Writing token by token.
    Decode,
    /// Filling masks in.
    Fill,
    /// A derivation that is open below the steps or a map.
    Derivation,
    /// The training objective, tried on the text.
    Objective,
    /// The text being edited.
    Prompt,
    /// The command palette.
    Palette,
    /// The list of keys.
    Help,
    /// All heads by what they do.
    Heads,
    /// What each layer would predict.
    Lens,
    /// What a prediction rests on.
    Attribution,
    /// One token followed through all layers.
    Follow,
    /// What each head adds to a logit.
    Contributions,
    /// Attention multiplied through the layers.
    Rollout,
    /// What of another text brings its answer.
    Patching,
    /// The way from the text to its tokens.
    Tokenization,
    /// That other text being typed.
    OtherText,
    /// Who came from whom.
    Timeline,
    /// The pages of the survey.
    Survey,
}

impl Place {
    /// Every place.
    pub const ALL: [Self; 29] = [
        Self::Global,
        Self::Catalogue,
        Self::CatalogueFilter,
        Self::Compare,
        Self::Card,
        Self::Estimates,
        Self::Model,
        Self::Steps,
        Self::Attention,
        Self::AttentionLines,
        Self::Paint,
        Self::Decode,
        Self::Fill,
        Self::Derivation,
        Self::Objective,
        Self::Prompt,
        Self::Palette,
        Self::Help,
        Self::Heads,
        Self::Lens,
        Self::Attribution,
        Self::Follow,
        Self::Contributions,
        Self::Rollout,
        Self::Patching,
        Self::Tokenization,
        Self::OtherText,
        Self::Timeline,
        Self::Survey,
    ];

    /// Whether letters are text here, so that only keys which write nothing keep their global meaning.
    pub fn is_typing(self) -> bool {
        matches!(self, Self::Prompt | Self::Palette | Self::OtherText | Self::CatalogueFilter)
    }

    /// Its name for people.
    pub fn word(self) -> Word {
        match self {
            Self::Global => Word::Everywhere,
            Self::Catalogue => Word::Catalogue,
            Self::CatalogueFilter => Word::CatalogueFilter,
            Self::Compare => Word::Compare,
            Self::Card => Word::Card,
            Self::Estimates => Word::EstimatesTitle,
            Self::Model => Word::Model,
            Self::Steps => Word::Steps,
            Self::Attention => Word::Attention,
            Self::AttentionLines => Word::Lines,
            Self::Paint => Word::PaintTitle,
            Self::Decode => Word::Decode,
            Self::Fill => Word::Fill,
            Self::Derivation => Word::DerivationTitle,
            Self::Objective => Word::ObjectiveTitle,
            Self::Prompt => Word::PromptLine,
            Self::Palette => Word::Palette,
            Self::Help => Word::Help,
            Self::Heads => Word::HeadsTitle,
            Self::Lens => Word::LensTitle,
            Self::Attribution => Word::AttributionTitle,
            Self::Follow => Word::FollowTitle,
            Self::Contributions => Word::ContributionsTitle,
            Self::Rollout => Word::RolloutTitle,
            Self::Patching => Word::PatchingTitle,
            Self::Tokenization => Word::TokenizationTitle,
            Self::OtherText => Word::OtherTextTitle,
            Self::Timeline => Word::Timeline,
            Self::Survey => Word::SurveyPages,
        }
    }
}

/// The numbered tabs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Screen {
    /// The catalogue.
    Catalogue,
    /// The card of the model.
    Model,
    /// The steps of the pass.
    #[default]
    Steps,
    /// Attention.
    Attention,
    /// Models side by side.
    Compare,
    /// Who came from whom.
    Timeline,
}

impl Screen {
    /// Every tab in order.
    pub const ALL: [Self; 6] =
        [Self::Catalogue, Self::Model, Self::Steps, Self::Attention, Self::Compare, Self::Timeline];

    /// Its number, which is its key.
    pub fn number(self) -> u8 {
        match self {
            Self::Catalogue => 1,
            Self::Model => 2,
            Self::Steps => 3,
            Self::Attention => 4,
            Self::Compare => 5,
            Self::Timeline => 6,
        }
    }

    /// The tab of that number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|screen| screen.number() == number)
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
