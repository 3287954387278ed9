//! Which models can be asked, and what does each say? Credit with intervals where a model has them.

use stratum_core::attribution::hazard::{HazardError, HazardModel, HazardSettings, HazardShare};
use stratum_core::attribution::{
    Attribution, AttributionError, AttributionModel, Bootstrap, Credit, PathTotals, RuleModel,
    ShapleyModel, ShareInterval,
};
use stratum_core::customer::journey::Journeys;

use crate::http::Problem;

/// Half the credit for every week that a touch lies further back.
const WEEK_SECONDS: u32 = 7 * 86_400;

/// A model by the name it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Model {
    LastTouch,
    FirstTouch,
    Linear,
    PositionBased,
    TimeDecay,
    Markov,
    MarkovTwo,
    MarkovByPath,
    ShapleySum,
    ShapleyRate,
    Hazard,
}

/// Those that are asked when nobody says otherwise.
const USUAL: [Model; 7] = [
    Model::LastTouch,
    Model::FirstTouch,
    Model::Linear,
    Model::PositionBased,
    Model::Markov,
    Model::ShapleySum,
    Model::Hazard,
];

const ALL: [(&str, Model); 11] = [
    ("last_touch", Model::LastTouch),
    ("first_touch", Model::FirstTouch),
    ("linear", Model::Linear),
    ("position_based", Model::PositionBased),
    ("time_decay", Model::TimeDecay),
    ("markov", Model::Markov),
    ("markov_2", Model::MarkovTwo),
    ("markov_by_path", Model::MarkovByPath),
    ("shapley_sum", Model::ShapleySum),
    ("shapley_rate", Model::ShapleyRate),
    ("hazard", Model::Hazard),
];

/// What a model says.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) model: Model,
    /// Shares among channels.
    pub(super) answer: Attribution,
    /// The same shares with intervals; none where the model has none.
    pub(super) intervals: Option<Vec<ShareInterval>>,
    /// What the model leaves to no channel although it was touched: the part of its baseline.
    pub(super) baseline: Option<Credit>,
}

impl Model {
    pub(super) fn name(self) -> &'static str {
        let found = ALL.iter().find(|(_, model)| *model == self);
        found.map_or("", |(name, _)| name)
    }

    /// Reads a list of names.
    ///
    /// # Errors
    /// `request.invalid_models` for a name that is unknown or there twice.
    pub(super) fn named(list: Option<&str>) -> Result<Vec<Self>, Problem> {
        let Some(list) = list else {
            return Ok(USUAL.into());
        };
        let refused = |detail: String| Problem::invalid("request.invalid_models", detail);
        let mut models = Vec::new();
        for name in list.split(',').map(str::trim) {
            let found = ALL.iter().find(|(known, _)| *known == name);
            let Some((_, model)) = found else {
                let known: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
                let shown: String = name.chars().take(40).collect();
                let detail = format!(
                    "there is no model `{shown}`; expected a list of {}",
                    known.join(", ")
                );
                return Err(refused(detail).at("models"));
            };
            if models.contains(model) {
                return Err(refused(format!("`{name}` is there twice")).at("models"));
            }
            models.push(*model);
        }
        Ok(models)
    }

    /// The model of the core; none for the hazard, which reads times instead of paths.
    fn of_paths(self) -> Option<AttributionModel> {
        Some(match self {
            Self::LastTouch => AttributionModel::Rule(RuleModel::LastTouch),
            Self::FirstTouch => AttributionModel::Rule(RuleModel::FirstTouch),
            Self::Linear => AttributionModel::Rule(RuleModel::Linear),
            Self::PositionBased => AttributionModel::Rule(RuleModel::PositionBased),
            Self::TimeDecay => AttributionModel::Rule(RuleModel::TimeDecay {
                half_life_seconds: WEEK_SECONDS,
            }),
            Self::Markov => AttributionModel::Markov { order: 1 },
            Self::MarkovTwo => AttributionModel::Markov { order: 2 },
            Self::MarkovByPath => AttributionModel::MarkovByPath { order: 1 },
            Self::ShapleySum => AttributionModel::Shapley(ShapleyModel::SumGame),
            Self::ShapleyRate => AttributionModel::Shapley(ShapleyModel::RateGame),
            Self::Hazard => return None,
        })
    }

    /// Asks the model.
    ///
    /// # Errors
    /// What the model refuses, such as more channels than it can be solved for.
    pub(super) fn ask(
        self,
        journeys: &Journeys,
        history: &Journeys,
        bootstrap: &Bootstrap,
    ) -> Result<Said, Problem> {
        match self.of_paths() {
            Some(model) => {
                let refused = |error: AttributionError| {
                    let detail = format!("{}: {error}", self.name());
                    Problem::invalid(error.code(), detail).at("models")
                };
                let answer = model.attribute(journeys).map_err(refused)?;
                let drawn = bootstrap.intervals(&model, journeys).map_err(refused)?;
                Ok(Said {
                    model: self,
                    answer,
                    intervals: Some(drawn.shares),
                    baseline: None,
                })
            }
            None => self.ask_hazard(journeys, history, bootstrap),
        }
    }

    /// Learns from everything that was read, and credits what was sold in the time.
    fn ask_hazard(
        self,
        journeys: &Journeys,
        history: &Journeys,
        bootstrap: &Bootstrap,
    ) -> Result<Said, Problem> {
        let said = |credits, baseline, intervals| Said {
            model: self,
            answer: Attribution {
                model: self.name().to_owned(),
                credits,
                totals: PathTotals::default(),
            },
            intervals,
            baseline,
        };
        let refused = |error: HazardError| Problem::invalid(error.code(), error.to_string());
        let model = match HazardModel::fit(history, &HazardSettings::baseline_2026_11()) {
            Ok(model) => model,
            Err(HazardError::NoJourneys) => return Ok(said(Vec::new(), None, None)),
            Err(error) => return Err(refused(error).at("models")),
        };
        let credit = model
            .credit(journeys)
            .map_err(|error| refused(error).at("models"))?;
        let to_channels: f64 = credit.channels.iter().map(|c| c.credit.conversions).sum();
        let part = |conversions: f64| {
            if to_channels > 0.0 {
                conversions / to_channels
            } else {
                0.0
            }
        };
        let credits = credit.channels.into_iter().map(|one| Credit {
            share: part(one.credit.conversions),
            conversions: one.credit.conversions,
            value_minor: one.credit.value_minor,
            channel: one.channel,
        });
        let baseline = Credit {
            channel: String::new(),
            share: 0.0,
            conversions: credit.baseline.conversions,
            value_minor: credit.baseline.value_minor,
        };
        let intervals = match model.intervals(history, journeys, bootstrap) {
            Ok(intervals) => Some(intervals.channels.into_iter().filter_map(known).collect()),
            // Rates that cannot be told apart still give credit; how sure it is is not known.
            Err(HazardError::NoIntervals { .. }) => None,
            Err(error) => return Err(refused(error).at("models")),
        };
        Ok(said(credits.collect(), Some(baseline), intervals))
    }
}

/// An interval where there is one: a channel that converts nobody has none.
fn known(share: HazardShare) -> Option<ShareInterval> {
    let (interval, standard_error) = (share.interval?, share.standard_error?);
    Some(ShareInterval {
        channel: share.channel?,
        share: share.share,
        low: interval.low,
        high: interval.high,
        standard_error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_named_once_and_known() {
        assert_eq!(Model::named(None).unwrap().len(), 7);
        let some = Model::named(Some("hazard, markov_2")).unwrap();
        assert_eq!(some, [Model::Hazard, Model::MarkovTwo]);
        for wrong in ["", "magic", "linear,linear", "linear,"] {
            let refused = Model::named(Some(wrong)).unwrap_err();
            assert_eq!(refused.code(), "request.invalid_models", "{wrong}");
        }
    }
}
