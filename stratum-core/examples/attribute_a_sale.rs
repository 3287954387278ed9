//! Which channels brought the sales, and how sure is that? Fifteen lines from touchpoints to a ranked answer with intervals.

use std::io::Write as _;

use stratum_core::attribution::{AttributionModel, Bootstrap};
use stratum_core::customer::journey::{Conversion, JourneyRules, Journeys, TouchKind, Touchpoint};
use stratum_core::vocabulary::{Money, MoneyError, Timestamp};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (touches, sales) = some_weeks("2026-11-01T12:00:00Z".parse()?)?;

    let rules = JourneyRules::baseline_2026_11();
    let journeys = Journeys::build(&touches, &sales, &rules, "2026-11-25T12:00:00Z".parse()?)?;
    let model = AttributionModel::Markov { order: 1 };
    let answer = model.attribute(&journeys)?;
    let intervals = Bootstrap::usual(7).intervals(&model, &journeys)?;

    let mut out = std::io::stdout();
    writeln!(out, "{} sales, by {}", sales.len(), answer.model)?;
    for credit in answer.ranked() {
        let (channel, euros) = (&credit.channel, credit.value_minor / 100);
        let mut shares = intervals.shares.iter();
        let sure = shares.find(|share| share.channel == *channel);
        let (low, high) = sure.map_or((0.0, 1.0), |sure| (sure.low, sure.high));
        let [share, low, high] = [credit.share, low, high].map(|part| 100.0 * part);
        writeln!(
            out,
            "{channel:7} {euros:4} EUR  {share:.0} % (90 %: {low:.0} to {high:.0})"
        )?;
    }
    Ok(())
}

/// Journeys as they might come in: so many persons of each path bought for 40.00, so many did not.
fn some_weeks(from: Timestamp) -> Result<(Vec<Touchpoint>, Vec<Conversion>), MoneyError> {
    let paths = [
        ("search mail", 18, 22),
        ("social search", 9, 31),
        ("social", 4, 56),
        ("mail", 12, 8),
        ("social social mail", 6, 14),
    ];
    let (mut touches, mut sales) = (Vec::new(), Vec::new());
    for (path, bought, left) in paths {
        for number in 0..bought + left {
            let person = format!("{path} {number}");
            let mut at = from;
            for channel in path.split(' ') {
                at += core::time::Duration::from_secs(86_400);
                let (person, channel) = (person.clone(), channel.to_owned());
                touches.push(Touchpoint {
                    person,
                    channel,
                    platform: None,
                    kind: TouchKind::Click,
                    at,
                });
            }
            if number < bought {
                let value = Money::parse("40.00", "EUR")?;
                sales.push(Conversion {
                    person,
                    at,
                    value,
                    order: None,
                });
            }
        }
    }
    Ok((touches, sales))
}
