//! Who buys at the demo's shop, and what did they meet before? Persons with their touches and conversions, and what truly set
//! each conversion off.
//!
//! They are written through the same methods of the store as imported ones. They are another crowd than the orders of the world:
//! nothing here is added to those.

use chrono::TimeDelta;
use stratum_core::simulation::PeoplePlan;
use stratum_store::TenantScope;
use stratum_store::customers::CauseTruths;

use super::DemoError;
use super::plan::DemoPlan;

/// The most days over which people come by.
const MOST_DAYS: u32 = 90;
/// For how many days each is about, and the fewest days over which they come by.
const ABOUT_DAYS: u32 = 21;
const LEAST_DAYS: u32 = 7;
/// Some 20,000 persons in that time.
const PERSONS_PER_DAY: u64 = 223;

/// The plan of the demo's people. The last of them has left when the history ends, so that every journey but the newest has ended
/// too and the truth is about whole lives.
///
/// # Errors
/// None in practice.
pub fn people_of(plan: &DemoPlan) -> Result<PeoplePlan, DemoError> {
    let days = plan.days.min(MOST_DAYS);
    let persons = PERSONS_PER_DAY * u64::from(days);
    let mut people =
        PeoplePlan::outdoor_shop(plan.seed, persons, plan.start, DemoPlan::currency()?);
    // A demo that is shorter than a person stays about begins before its first hour.
    let arriving = days.saturating_sub(ABOUT_DAYS).max(LEAST_DAYS);
    people.days = f64::from(arriving);
    people.about_days = f64::from(ABOUT_DAYS);
    people.start = plan.end() - TimeDelta::days(i64::from(arriving + ABOUT_DAYS));
    Ok(people)
}

/// Draws everybody and writes down what they met, what they bought and why.
///
/// # Errors
/// [`DemoError`] when the store fails.
pub async fn put_people(scope: &mut TenantScope, plan: &DemoPlan) -> Result<(), DemoError> {
    let planned = people_of(plan)?;
    let people = planned.simulate();
    scope.put_touchpoints(&people.touchpoints).await?;
    scope.put_conversions(&people.conversions).await?;
    let truths = CauseTruths {
        from: planned.start,
        to: plan.end(),
        causes: people.truth,
    };
    Ok(scope.put_cause_truths(&truths).await?)
}
