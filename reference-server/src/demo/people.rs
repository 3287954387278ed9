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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_lives_within_the_history_and_the_truth_is_about_all_of_them() {
        let end = "2026-11-25T11:00:00Z".parse().unwrap();
        for (days, persons, begins) in [
            (14, 3_122, "2026-10-28T11:00:00Z"),
            (90, 20_070, "2026-08-27T11:00:00Z"),
            (366, 20_070, "2026-08-27T11:00:00Z"),
        ] {
            let plan = DemoPlan::ending_at(end, 7, days).unwrap();
            let mut planned = people_of(&plan).unwrap();
            assert_eq!(planned.persons, persons);
            assert_eq!(planned.start.to_rfc3339(), begins.replace('Z', "+00:00"));
            planned.persons = 500;
            let people = planned.simulate();
            assert!(people.touchpoints.iter().all(|touch| touch.at <= end));
            assert!(people.conversions.iter().all(|sale| sale.at <= end));
        }
    }
}
