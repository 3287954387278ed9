//! Does a real series move platform stability and the gate? Costs of a real ad exchange with labelled anomalies, imported as a
//! person would, beside a simulated shop in which nothing else is wrong.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use stratum_core::signal::Status;
use stratum_core::simulation::{World, WorldPlan};
use stratum_core::trust::{Action, Policy, Proposal, Proposer, ProposerKind};
use stratum_core::vocabulary::{AccountId, CampaignId, Platform, ProposalId, Timestamp};
use stratum_core::wire::VerdictKind;
use stratum_server::clock::Clock;
use stratum_server::demo::rows::Scribe;
use stratum_server::desk::Desk;
use stratum_server::jobs::adopt_policy::adopt_policy;
use stratum_server::jobs::evaluate_health::evaluate_in;
use stratum_server::jobs::review_proposal::review_new;
use stratum_store::metrics::Granularity;
use stratum_store::{Account, Campaign, Store, Tenant};

use crate::cli::{set_up as set_up_north, stratum};
use crate::stage::{actor, euros, tenant};

const START: &str = "2011-07-10T00:00:00Z";
const HOURS: u32 = 8 * 24;
/// The labelled window of the series, as its makers give it.
const ANOMALY: (&str, &str) = ("2011-07-15T06:15:01Z", "2011-07-17T12:15:01Z");

#[expect(
    clippy::disallowed_methods,
    reason = "where the data lies is the machine's business"
)]
fn data_folder() -> Option<PathBuf> {
    std::env::var_os("STRATUM_TEST_DATA")
        .map(|folder| PathBuf::from(folder).join("nab/realAdExchange"))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

async fn set_up(file: &std::path::Path, world: &World) -> Desk {
    let desk = Desk::new(Store::open(file).await.unwrap(), Clock::by_hand(at(START)));
    let about = Tenant {
        id: tenant(),
        name: "North".into(),
        simulation: false,
    };
    desk.store
        .operator()
        .put_tenant(&about, at(START))
        .await
        .unwrap();
    let policy = Policy::baseline_2026_11().unwrap();
    adopt_policy(&desk, &tenant(), &policy, &actor("ana"))
        .await
        .unwrap();
    let mut scope = desk.store.tenant(&tenant()).begin().await.unwrap();
    for plan in &world.plan().accounts {
        let account = Account {
            id: AccountId::new(&plan.id).unwrap(),
            platform: plan.platform,
            name: plan.name.clone(),
            currency: "EUR".parse().unwrap(),
            time_zone: plan.time_zone.clone(),
            conversion_event: stratum_core::vocabulary::EventName::new("purchase").unwrap(),
            plan: plan.measurement,
        };
        scope.put_account(&account).await.unwrap();
        for campaign in &plan.campaigns {
            let campaign = Campaign {
                id: CampaignId::new(&campaign.id).unwrap(),
                account: account.id.clone(),
                name: campaign.name.clone(),
                daily_budget: Some(euros("100")),
                paused: false,
            };
            scope.put_campaign(&campaign).await.unwrap();
        }
    }
    scope.commit().await.unwrap();
    desk
}

/// Lives one hour of the world; the platform's own hourly costs are left to the imported series.
async fn live(desk: &Desk, world: &mut World, scribe: &mut Scribe) -> Status {
    world.step(&[]);
    desk.clock.advance(Duration::from_secs(3600));
    let newest = world.newest().unwrap().clone();
    let mut scope = desk.store.tenant(&tenant()).begin().await.unwrap();
    scribe.write(&mut scope, world, &newest).await.unwrap();
    let account = AccountId::new("act_meta").unwrap();
    let (from, to) = (newest.began, newest.ended());
    let mut rows = scope
        .metrics(&account, Granularity::Hour, from, to)
        .await
        .unwrap();
    for row in &mut rows {
        (row.impressions, row.clicks) = (0, 0);
    }
    scope.put_metrics(&rows).await.unwrap();
    let evaluated = evaluate_in(&mut scope, desk, desk.now()).await.unwrap();
    scope.commit().await.unwrap();
    evaluated
        .iter()
        .find(|(account, _)| account.id.as_str() == "act_meta")
        .unwrap()
        .1
        .status()
}

async fn asks_for_more(desk: &Desk, id: &str) -> (VerdictKind, String) {
    let proposal = Proposal {
        id: ProposalId::new(id).unwrap(),
        tenant: tenant(),
        platform: Platform::Meta,
        account: AccountId::new("act_meta").unwrap(),
        action: Action::SetDailyBudget {
            campaign: CampaignId::new("act_meta_c1").unwrap(),
            before: Some(euros("100")),
            after: euros("110"),
        },
        proposer: Proposer {
            kind: ProposerKind::Agent,
            id: actor("spend-agent"),
        },
        made_at: desk.now(),
        expires_at: None,
    };
    let reviewed = review_new(desk, &tenant(), proposal).await.unwrap();
    (
        reviewed.answer.verdict,
        serde_json::to_string(&reviewed.answer.reasons).unwrap(),
    )
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "STRATUM_TEST_DATA: a folder with the exchange series of the Numenta benchmark in nab/"]
async fn an_anomaly_of_a_real_exchange_holds_the_agent() {
    let series = data_folder().expect("STRATUM_TEST_DATA is not set");
    let folder = tempfile::tempdir().unwrap();
    let mut plan = WorldPlan::demo(3, at(START), 60);
    plan.incidents.clear();
    let mut world = World::new(plan);
    let mut scribe = Scribe::new(world.plan().accounts.len()).unwrap();
    let file = folder.path().join("stratum.db");
    let desk = set_up(&file, &world).await;
    let data = folder.path().display().to_string();
    for metric in ["cpc", "cpm"] {
        let csv = series
            .join(format!("exchange-4_{metric}_results.csv"))
            .display()
            .to_string();
        let words = [
            "import",
            "series",
            &csv,
            "--data",
            &data,
            "--account",
            "act_meta",
            "--metric",
        ];
        let words: Vec<&str> = words.into_iter().chain([metric]).collect();
        let (code, out, err) =
            std::thread::scope(|scope| scope.spawn(|| stratum(&words)).join().unwrap());
        assert_eq!(code, 0, "{out}{err}");
    }
    let (mut quiet, mut quiet_healthy, mut held, mut passed) = (0, 0, None, None);
    for hour in 0..HOURS {
        let status = live(&desk, &mut world, &mut scribe).await;
        let now = desk.now();
        let inside = now > at(ANOMALY.0) && now < at(ANOMALY.1);
        if hour > 72 && now <= at(ANOMALY.0) {
            quiet += 1;
            quiet_healthy += u32::from(status == Status::Healthy);
            if passed.is_none() && hour > 100 {
                passed = Some(asks_for_more(&desk, "before").await);
            }
        }
        if inside && status != Status::Healthy && held.is_none() {
            held = Some(asks_for_more(&desk, "during").await);
        }
    }
    assert!(
        quiet_healthy * 100 >= quiet * 90,
        "healthy in {quiet_healthy} of {quiet} quiet hours"
    );
    assert_eq!(passed.unwrap().0, VerdictKind::Pass);
    let (verdict, reasons) = held.expect("the anomaly shows in the status");
    assert_eq!(verdict, VerdictKind::Hold);
    let reasons: Value = serde_json::from_str(&reasons).unwrap();
    let component = |reason: &Value| reason["params"]["component"] == "platform_stability";
    assert!(
        reasons.as_array().unwrap().iter().any(component),
        "{reasons}"
    );
}

#[test]
#[ignore = "STRATUM_TEST_DATA: a folder with the exchange series of the Numenta benchmark in nab/"]
fn every_series_of_the_real_exchange_is_imported() {
    let series = data_folder().expect("STRATUM_TEST_DATA is not set");
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    set_up_north(&data);
    let (mut files, mut refused) = (0, 0);
    for file in std::fs::read_dir(series).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "csv") {
            continue;
        }
        files += 1;
        let metric = format!("series_{files}");
        let csv = path.display().to_string();
        let place = ["--data", &data, "--account", "act_1", "--metric", &metric];
        let words: Vec<&str> = ["import", "series", &csv]
            .into_iter()
            .chain(place)
            .collect();
        let (code, _, err) = stratum(&words);
        if code != 0 {
            refused += 1;
            assert!(err.contains("--repeated last"), "{err}");
        }
        let words: Vec<&str> = words.into_iter().chain(["--repeated", "last"]).collect();
        let (code, out, err) = stratum(&words);
        assert_eq!(code, 0, "{csv}: {out}{err}");
    }
    assert_eq!((files, refused), (6, 2));
}
