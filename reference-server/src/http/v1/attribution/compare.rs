//! `GET /v1/attribution?from=&to=&models=&replicates=`: what several models say about the same journeys.

use axum::Json;
use axum::extract::State;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use stratum_core::attribution::{
    Agreement, Attribution, Bootstrap, Credit, ShareRange, agreement, share_ranges,
};
use stratum_core::customer::journey::{JourneyRules, Journeys, Tally};
use stratum_core::numeric::from_u64;
use stratum_core::vocabulary::{Currency, Money, Timestamp};
use stratum_store::customers::CauseTruths;

use super::at_once;
use super::models::{Model, Said};
use super::range::{Range, Rows, Span};
use super::truth::{Distance, Given};
use crate::http::{AppState, OfTenant, Problem, Query};

const USUAL_REPLICATES: usize = 1_000;
const LEAST_REPLICATES: usize = 20;
const MOST_REPLICATES: usize = 5_000;
/// The same question gives the same intervals.
const SEED: u64 = 7;

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    models: Option<String>,
    replicates: Option<usize>,
}

/// What several models say.
#[derive(Debug, Serialize)]
pub(super) struct Compared {
    from: Timestamp,
    to: Timestamp,
    rules: JourneyRules,
    currency: Option<Currency>,
    counts: Counts,
    converted: Sold,
    untouched: Sold,
    duplicates: Sold,
    channels: Vec<String>,
    models: Vec<ModelAnswer>,
    agreement: Vec<Agreement>,
    share_ranges: Vec<ShareRange>,
    bootstrap: Bootstrap,
    truth: Option<TruthAnswer>,
}

/// Journeys by their end; and conversions that no touch counts for.
#[derive(Debug, Serialize)]
struct Counts {
    converted: u64,
    lapsed: u64,
    open: u64,
    untouched: u64,
    touches: u64,
    touches_without_window: u64,
}

#[derive(Debug, Serialize)]
struct Sold {
    conversions: u64,
    value: Option<Money>,
}

#[derive(Debug, Serialize)]
struct ModelAnswer {
    model: &'static str,
    credits: Vec<ChannelCredit>,
    baseline: Option<Baseline>,
    distance_from_truth: Option<Distance>,
}

#[derive(Debug, Serialize)]
struct ChannelCredit {
    channel: String,
    share: f64,
    low: Option<f64>,
    high: Option<f64>,
    conversions: f64,
    value: Option<Money>,
}

#[derive(Debug, Serialize)]
struct Baseline {
    conversions: f64,
    value: Option<Money>,
}

#[derive(Debug, Serialize)]
struct TruthAnswer {
    from: Timestamp,
    to: Timestamp,
    causes: Vec<CauseAnswer>,
}

#[derive(Debug, Serialize)]
struct CauseAnswer {
    channel: Option<String>,
    share: Option<f64>,
    share_of_all: f64,
    conversions: u64,
    value: Option<Money>,
}

/// The most channels that are compared: every replicate solves every model.
const MOST_CHANNELS: usize = 200;

pub(super) async fn handle(
    State(state): State<AppState>,
    tenant: OfTenant,
    Query(asked): Query<Asked>,
) -> Result<Json<Compared>, Problem> {
    let span = Range::new(asked.from, asked.to).within(state.now())?;
    let models = Model::named(asked.models.as_deref())?;
    let replicates = asked.replicates.unwrap_or(USUAL_REPLICATES);
    if !(LEAST_REPLICATES..=MOST_REPLICATES).contains(&replicates) {
        let detail = format!("replicates are {LEAST_REPLICATES} to {MOST_REPLICATES}");
        return Err(Problem::invalid("request.invalid_replicates", detail).at("replicates"));
    }
    // What was read is as large as what is computed, so that the place is taken before.
    let place = at_once::place().await?;
    let mut scope = state.store().tenant(tenant.id()).read().await?;
    let rows = Rows::read(&mut scope, span).await?;
    let truths = scope.cause_truths().await?;
    drop(scope);
    // The truth is about a time as a whole: a part of it has another one.
    let truths = truths.filter(|known| span.from <= known.from && known.to <= span.to);
    let bootstrap = Bootstrap {
        replicates,
        ..Bootstrap::usual(SEED)
    };
    let work = move || compare(&rows, span, &models, bootstrap, truths.as_ref());
    Ok(Json(place.compute(work).await??))
}

fn compare(
    rows: &Rows,
    span: Span,
    models: &[Model],
    bootstrap: Bootstrap,
    truths: Option<&CauseTruths>,
) -> Result<Compared, Problem> {
    let (journeys, history) = (rows.journeys(span)?, rows.history(span)?);
    if history.channel_names().count() > MOST_CHANNELS {
        let detail =
            format!("more than {MOST_CHANNELS} channels are not compared; group the rare ones");
        return Err(Problem::invalid("attribution.too_many_channels", detail).at("from"));
    }
    let said: Result<Vec<Said>, Problem> = models
        .iter()
        .map(|model| model.ask(&journeys, &history, &bootstrap))
        .collect();
    let mut said = said?;
    for one in &mut said {
        one.model.name().clone_into(&mut one.answer.model);
    }
    let answers: Vec<Attribution> = said.iter().map(|one| one.answer.clone()).collect();
    let (totals, currency) = (journeys.totals(), journeys.currency());
    let sold = |tally: Tally| Sold {
        conversions: tally.conversions,
        value: money(tally.value_minor, currency),
    };
    let answered = said.iter().map(|one| model_answer(one, &journeys, truths));
    Ok(Compared {
        from: span.from,
        to: span.to,
        rules: *journeys.rules(),
        currency,
        counts: Counts {
            converted: totals.journeys_converted,
            lapsed: totals.journeys_lapsed,
            open: totals.journeys_open,
            untouched: totals.untouched.conversions,
            touches: totals.touches,
            touches_without_window: totals.touches_without_window,
        },
        converted: sold(totals.converted),
        untouched: sold(totals.untouched),
        duplicates: sold(totals.duplicates),
        channels: journeys.channel_names().map(str::to_owned).collect(),
        models: answered.collect(),
        agreement: agreement(&answers),
        share_ranges: share_ranges(&answers),
        bootstrap,
        truth: truths.map(|truths| truth_answer(truths, currency)),
    })
}

fn model_answer(said: &Said, journeys: &Journeys, truths: Option<&CauseTruths>) -> ModelAnswer {
    let currency = journeys.currency();
    let untouched = from_u64(journeys.totals().untouched.conversions);
    let baseline = said.baseline.as_ref();
    let given = Given {
        channels: said
            .answer
            .credits
            .iter()
            .map(|credit| (credit.channel.as_str(), credit.conversions))
            .collect(),
        none: untouched + baseline.map_or(0.0, |credit| credit.conversions),
    };
    let distance = truths.and_then(|truths| given.distance(&Given::truth(truths)));
    let intervals = said.intervals.as_deref().unwrap_or_default();
    let interval = |credit: &Credit| intervals.iter().find(|one| one.channel == credit.channel);
    let credits = said.answer.credits.iter().map(|credit| ChannelCredit {
        channel: credit.channel.clone(),
        share: credit.share,
        low: interval(credit).map(|found| found.low),
        high: interval(credit).map(|found| found.high),
        conversions: credit.conversions,
        value: money(credit.value_minor, currency),
    });
    ModelAnswer {
        model: said.model.name(),
        credits: credits.collect(),
        baseline: baseline.map(|credit| Baseline {
            conversions: credit.conversions,
            value: money(credit.value_minor, currency),
        }),
        distance_from_truth: distance,
    }
}

fn truth_answer(truths: &CauseTruths, currency: Option<Currency>) -> TruthAnswer {
    let given = Given::truth(truths);
    let to_channels = given.to_channels();
    let all = to_channels + given.none;
    let part = |conversions: f64, of: f64| if of > 0.0 { conversions / of } else { 0.0 };
    let causes = truths.causes.iter().map(|cause| {
        let conversions = from_u64(cause.conversions);
        CauseAnswer {
            channel: cause.channel.clone(),
            share: cause
                .channel
                .as_ref()
                .map(|_| part(conversions, to_channels)),
            share_of_all: part(conversions, all),
            conversions: cause.conversions,
            value: money(cause.value_minor, currency),
        }
    });
    TruthAnswer {
        from: truths.from,
        to: truths.to,
        causes: causes.collect(),
    }
}

/// Smallest units as money; nothing has a value where nothing was sold.
fn money(minor: i64, currency: Option<Currency>) -> Option<Money> {
    let currency = currency?;
    Money::new(Decimal::new(minor, currency.exponent()), currency).ok()
}
