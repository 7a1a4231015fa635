//! How a mini is made: the numbers and names of `assets/models/ID/recipe.yaml`.

use serde::{Deserialize, Serialize};

use super::adamw::Constants;
use super::evaluate::Promise;
use super::guide::Guide;
use super::objective::{Objective, check, objective};
use super::schedule::Schedule;
use crate::models::Loaded;
use crate::tape::{Kind, Parameters};
use crate::tensor::Tensor;
use crate::world::World;

/// Everything that decides what a training run gives, beside the configuration, the tokenizer and the world.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Decides the initial values and the documents.
    pub seed: u64,
    /// Steps in all.
    pub steps: usize,
    /// Examples of a step.
    pub batch: usize,
    /// How the parameters start.
    #[serde(default)]
    pub start: Start,
    /// How fast to learn when.
    pub schedule: Schedule,
    /// The optimiser's constants.
    #[serde(default)]
    pub optimiser: Constants,
    /// What is learned, each with its share of the examples.
    pub tasks: Vec<Task>,
    /// One after another; the last one ends with the steps.
    pub phases: Vec<Phase>,
    /// Heads that are taught a job.
    #[serde(default)]
    pub guides: Vec<Guide>,
    /// What is promised of the result, on documents that were never learned from.
    #[serde(default)]
    pub claims: Vec<Promise>,
}

/// How parameters start where the architecture's own way is not wanted.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Start {
    /// The standard deviation of matrices and tables.
    pub deviation: Option<f32>,
    /// The amplitude of sine waves in the tables of positions.
    pub sinusoids: Option<f32>,
}

/// An objective and the texts that it is given.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// The objective's id.
    pub objective: String,
    /// The share of the examples.
    pub share: f64,
    /// Genres of the world, with their shares.
    pub genres: Vec<(String, f64)>,
}

/// A part of the run.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// The share of the steps after which it ends.
    pub until: f64,
    /// The longest example, in tokens.
    pub length: usize,
    /// Where given, parameters alone are trained whose names begin with one of these.
    #[serde(default)]
    pub trainable: Option<Vec<String>>,
}

impl Recipe {
    /// Reads a recipe and holds it against the model that it is for; `file` is what messages call it.
    ///
    /// # Errors
    /// Where it is no recipe, or names what there is not.
    pub fn parse(file: &str, text: &str, loaded: &Loaded) -> Result<Self, RecipeError> {
        let recipe: Self = serde_yaml::from_str(text)
            .map_err(|source| RecipeError { file: file.to_owned(), problem: source.to_string() })?;
        recipe.check(loaded).map_err(|problem| RecipeError { file: file.to_owned(), problem })?;
        Ok(recipe)
    }

    fn check(&self, loaded: &Loaded) -> Result<(), String> {
        let sizes = loaded.model.sizes();
        if self.steps == 0 || self.batch == 0 {
            return Err("steps and batch must be at least 1".to_owned());
        }
        if self.tasks.is_empty() || self.phases.is_empty() {
            return Err("at least one task and one phase are needed".to_owned());
        }
        for task in &self.tasks {
            let known: Vec<&str> = super::objective::objectives().iter().map(|o| o.id()).collect();
            let found = objective(&task.objective).ok_or_else(|| {
                format!("tasks: there is no objective {:?}. Known: {}", task.objective, known.join(", "))
            })?;
            check(found, &*loaded.model).map_err(|error| format!("tasks: {error}"))?;
            let genres: Vec<&str> = World::shipped().genres().map(|(name, ..)| name).collect();
            if let Some((genre, _)) = task.genres.iter().find(|(genre, _)| !genres.contains(&genre.as_str())) {
                return Err(format!("tasks: there is no genre {genre:?}. Known: {}", genres.join(", ")));
            }
            if task.genres.iter().all(|(_, share)| *share <= 0.0) || task.share <= 0.0 {
                return Err(format!("tasks: {} needs a share and a genre with a share above 0", task.objective));
            }
        }
        if let Some(phase) = self.phases.iter().find(|phase| phase.length < 2 || !sizes.holds(phase.length)) {
            let limits = match sizes.context {
                Some(context) => format!("not within 2 and {context}"),
                None => "less than 2".to_owned(),
            };
            return Err(format!("phases: length {} is {limits}", phase.length));
        }
        if let Some(guide) = self.guides.iter().find(|g| g.layer >= sizes.layers || g.head >= sizes.heads) {
            let Guide { layer, head, .. } = guide;
            return Err(format!("guides: head {layer}.{head} of {} layers with {} heads", sizes.layers, sizes.heads));
        }
        Ok(())
    }

    /// The phase of a step.
    pub fn phase(&self, step: usize) -> &Phase {
        let done = step as f64 / self.steps as f64;
        self.phases.iter().find(|phase| done < phase.until).unwrap_or(&self.phases[self.phases.len() - 1])
    }

    /// The objective of a task, which [`Recipe::parse`] has seen to.
    pub(super) fn objective(task: &Task) -> &'static dyn Objective {
        objective(&task.objective).expect("an objective that the recipe was checked for")
    }
}

/// A recipe that cannot be followed.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct RecipeError {
    /// The file.
    pub file: String,
    /// What is wrong.
    pub problem: String,
}

impl Start {
    /// The initial values.
    pub(super) fn apply(&self, parameters: &mut Parameters) {
        let ids: Vec<_> = parameters.iter().map(|(id, entry)| (id, entry.axes.clone())).collect();
        for (id, axes) in ids {
            let positions = axes[0].kind == Kind::Position;
            match (self.sinusoids, self.deviation) {
                (Some(amplitude), _) if positions => {
                    parameters.set(id, Tensor::new(sinusoids(axes[0].len, axes[1].len, amplitude), &axes.shape()));
                }
                (_, Some(deviation)) if axes.rank() > 1 => {
                    let values = parameters.value(id).to_vec();
                    let square = values.iter().map(|x| f64::from(x * x)).sum::<f64>() / values.len() as f64;
                    let factor = deviation / square.sqrt().max(1e-12) as f32;
                    let values = values.into_iter().map(|x| x * factor).collect();
                    parameters.set(id, Tensor::new(values, &axes.shape()));
                }
                _ => {}
            }
        }
    }
}

/// A table (position, feature) of waves: half sines, half cosines, from the shortest to one about 200 positions long.
fn sinusoids(positions: usize, features: usize, amplitude: f32) -> Vec<f32> {
    const LONGEST: f32 = 200.0;
    let half = features.div_ceil(2);
    let wave = |position: usize, feature: usize| {
        let angle = position as f32 / LONGEST.powf((feature % half) as f32 / half as f32);
        amplitude * if feature < half { angle.sin() } else { angle.cos() }
    };
    (0..positions * features).map(|place| wave(place / features, place % features)).collect()
}
