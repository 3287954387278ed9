//! Which model? All of them under one name, for whoever lets a user choose.

use serde::{Deserialize, Serialize};

use super::credit::Attribution;
use super::error::AttributionError;
use super::markov::{MarkovModel, Transitions};
use super::paths::Paths;
use super::rules::RuleModel;
use super::shapley::ShapleyModel;

/// A model of attribution.
///
/// ```
/// use stratum_core::attribution::{AttributionModel, Counts, PathTable};
/// let model: AttributionModel = serde_json::from_str(r#"{"markov":{"order":1}}"#).unwrap();
/// let mut table = PathTable::new();
/// table.add_text("search > email", ">", Counts::converted(1, 100))?;
/// assert_eq!(model.attribute(&table)?.of("search").unwrap().share, 0.5);
/// # Ok::<(), stratum_core::attribution::AttributionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AttributionModel {
    /// A rule that weighs touches by place or time.
    Rule(RuleModel),
    /// Removal effects of a Markov chain.
    Markov {
        /// How many touches back it remembers, 1 to 4.
        order: usize,
    },
    /// Removal effects of a Markov chain, path by path: what each path came to goes to its own channels only.
    MarkovByPath {
        /// How many touches back it remembers, 1 to 4.
        order: usize,
    },
    /// Shapley values of a game.
    Shapley(ShapleyModel),
}

impl AttributionModel {
    /// Shares out what the paths came to.
    ///
    /// # Errors
    /// What the model gives.
    pub fn attribute(&self, paths: &impl Paths) -> Result<Attribution, AttributionError> {
        match self {
            Self::Rule(rule) => rule.attribute(paths),
            Self::Markov { order } => {
                let transitions = Transitions::count(paths, *order)?;
                Ok(MarkovModel::fit(&transitions)?.attribute())
            }
            Self::MarkovByPath { order } => {
                let transitions = Transitions::count(paths, *order)?;
                MarkovModel::fit(&transitions)?.attribute_paths(paths)
            }
            Self::Shapley(game) => Ok(game.attribute(paths)?.attribution),
        }
    }
}
