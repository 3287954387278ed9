//! `stratum tenant`: who advertises, where, with what, and where do events come from? Until there are screens for it.

mod add;

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use stratum_core::autopilot::ReturnRule;
use stratum_core::signal::MeasurementPlan;
use stratum_core::vocabulary::{AccountId, CampaignId, EventName, Money};
use stratum_store::{Account, Campaign, Channel, Source, Store, StoreError, Tenant};

use super::serve::{runtime, unopened};
use super::verify::tenants;
use super::{Failure, Streams, exit};
use crate::chance;
use crate::clock::Clock;
use crate::jobs::run_rules::{RETURN_RULE, ReturnRuleSettings};
use crate::running::data_folder;

/// What `stratum tenant` takes.
#[derive(Debug, Args)]
pub(super) struct TenantArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Args)]
struct Of {
    /// The folder with the database; made where it is not there
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The id of the tenant
    #[arg(long, value_name = "ID")]
    tenant: String,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Add a tenant under the baseline policy
    Add {
        #[command(flatten)]
        of: Of,
        /// Its name
        #[arg(long)]
        name: String,
        /// Who adopts the baseline policy for it
        #[arg(long, default_value = "operator")]
        by: String,
        /// Give a tenant that is there already this name
        #[arg(long)]
        rename: bool,
    },
    /// List the tenants
    List {
        /// The folder with the database
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// Add an advertising account, or change it
    Account(AccountWords),
    /// Add a campaign, or say how it is on the platform now
    Campaign(CampaignWords),
    /// Add a source of events; prints its write key
    Source(SourceWords),
    /// Let the first rule propose budget changes
    Rule {
        #[command(flatten)]
        of: Of,
        /// The return on ad spend it aims at, such as 3.2
        #[arg(long, value_name = "RATIO")]
        target_return: f64,
    },
}

#[derive(Debug, Args)]
struct CampaignWords {
    #[command(flatten)]
    of: Of,
    /// In which account
    #[arg(long, value_name = "ID")]
    account: String,
    /// Its id
    #[arg(long, value_name = "ID")]
    id: String,
    /// Its name
    #[arg(long)]
    name: String,
    /// Its daily budget in the account's currency, such as 120.00; as it was when left out
    #[arg(long, value_name = "AMOUNT")]
    daily_budget: Option<String>,
    /// Whether it does not deliver; as it was when left out
    #[arg(long, value_name = "true|false", num_args = 0..=1, default_missing_value = "true")]
    paused: Option<bool>,
}

#[derive(Debug, Args)]
struct SourceWords {
    #[command(flatten)]
    of: Of,
    /// Its id
    #[arg(long, value_name = "ID")]
    id: String,
    /// Its name
    #[arg(long)]
    name: String,
    /// From which side its events come: browser, server or mobile
    #[arg(long)]
    channel: Channel,
    /// The account it speaks for; all of them when left out
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// Its write key; one that nobody can guess is made when left out
    #[arg(long, value_name = "KEY")]
    write_key: Option<String>,
}

#[derive(Debug, Args)]
struct AccountWords {
    #[command(flatten)]
    of: Of,
    /// Its id
    #[arg(long, value_name = "ID")]
    id: String,
    /// Its name
    #[arg(long)]
    name: String,
    /// meta, google, tiktok, snapchat or exchange
    #[arg(long)]
    platform: stratum_core::vocabulary::Platform,
    /// What it pays in, such as EUR
    #[arg(long)]
    currency: stratum_core::vocabulary::Currency,
    /// Where its days begin, such as Europe/Berlin
    #[arg(long, default_value = "UTC")]
    time_zone: String,
    /// The conversion event it optimises for
    #[arg(long, default_value = "purchase")]
    event: String,
    /// What its set-up delivers, separated by commas: browser, server, orders, confirmation, headroom
    #[arg(long, value_delimiter = ',', default_value = "browser,server,orders")]
    delivers: Vec<Delivers>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Delivers {
    /// Conversion events from the browser
    Browser,
    /// Conversion events from the server
    Server,
    /// Orders counted independently
    Orders,
    /// The platform's word on how much it matched
    Confirmation,
    /// The platform's word on how much of the call allowance is left
    Headroom,
}

fn failed(error: &StoreError) -> Failure {
    Failure::outside(error.code(), error)
}

fn id<T>(
    text: &str,
    option: &str,
    make: fn(&str) -> Result<T, stratum_core::vocabulary::IdError>,
) -> Result<T, Failure> {
    make(text).map_err(|e| Failure::bad_input("input.invalid_id", e.to_string()).at(option))
}

pub(super) fn run(arguments: &TenantArguments, streams: &mut Streams) -> Result<u8, Failure> {
    runtime()?.block_on(async {
        match &arguments.what {
            What::Add {
                of,
                name,
                by,
                rename,
            } => add::add(of, name, by, add::Existing::of(*rename)).await?,
            What::List { data } => list(data, streams).await?,
            What::Account(words) => put_account(words).await?,
            What::Campaign(words) => put_campaign(words).await?,
            What::Source(words) => put_source(words, streams).await?,
            What::Rule { of, target_return } => put_rule(of, *target_return).await?,
        }
        Ok(exit::OK)
    })
}

async fn put_campaign(words: &CampaignWords) -> Result<(), Failure> {
    let (store, tenant) = existing(&words.of).await?;
    let account = id(&words.account, "--account", AccountId::new)?;
    let mut scope = store
        .tenant(&tenant.id)
        .begin()
        .await
        .map_err(|e| failed(&e))?;
    let known = scope.account(&account).await.map_err(|e| failed(&e))?;
    let currency = known
        .ok_or_else(|| unknown_account(&words.account))?
        .currency;
    let budget = words.daily_budget.as_deref().map(|amount| {
        Money::parse(amount, currency.as_str()).map_err(|error| {
            Failure::bad_input("input.invalid_amount", error.to_string()).at("--daily-budget")
        })
    });
    let name = id(&words.id, "--id", CampaignId::new)?;
    let all = scope.campaigns(None).await.map_err(|e| failed(&e))?;
    let before = all.into_iter().find(|campaign| campaign.id == name);
    if before
        .as_ref()
        .is_some_and(|campaign| campaign.account != account)
    {
        let detail = format!("the campaign `{name}` belongs to another account");
        return Err(Failure::bad_input("campaign.of_another_account", detail).at("--account"));
    }
    let campaign = Campaign {
        id: name,
        account,
        name: words.name.clone(),
        // Only what is said is changed.
        daily_budget: budget
            .transpose()?
            .or(before.as_ref().and_then(|campaign| campaign.daily_budget)),
        paused: words
            .paused
            .unwrap_or(before.is_some_and(|campaign| campaign.paused)),
    };
    scope
        .put_campaign(&campaign)
        .await
        .map_err(|e| failed(&e))?;
    scope.commit().await.map_err(|e| failed(&e))?;
    store.close().await;
    Ok(())
}

async fn put_source(words: &SourceWords, streams: &mut Streams) -> Result<(), Failure> {
    let (store, tenant) = existing(&words.of).await?;
    let key = match &words.write_key {
        Some(key) => key.clone(),
        None => chance::write_key()
            .map_err(|error| Failure::outside("chance.unavailable", &error).at("--write-key"))?,
    };
    let account = words
        .account
        .as_deref()
        .map(|text| id(text, "--account", AccountId::new));
    let account = account.transpose()?;
    if let Some(account) = &account {
        let mut scope = store
            .tenant(&tenant.id)
            .read()
            .await
            .map_err(|e| failed(&e))?;
        let known = scope.account(account).await.map_err(|e| failed(&e))?;
        known.ok_or_else(|| unknown_account(account.as_str()))?;
    }
    let source = Source {
        tenant: tenant.id,
        id: words.id.clone(),
        name: words.name.clone(),
        channel: words.channel,
        account,
    };
    store
        .operator()
        .put_source(&source, &key)
        .await
        .map_err(|e| failed(&e))?;
    store.close().await;
    writeln!(streams.out, "{key}")?;
    Ok(())
}

fn unknown_account(account: &str) -> Failure {
    let detail = format!("there is no account `{account}`");
    Failure::not_found("account.unknown", detail).at("--account")
}

async fn existing(of: &Of) -> Result<(Store, Tenant), Failure> {
    let store = data_folder::open(&of.data)
        .await
        .map_err(|error| unopened(&of.data, &error))?;
    let found = tenants(&store, Some(&of.tenant)).await?;
    let tenant = found.into_iter().next();
    let missing = || Failure::not_found("tenant.unknown", "there is no such tenant").at("--tenant");
    Ok((store, tenant.ok_or_else(missing)?))
}

async fn list(data: &std::path::Path, streams: &mut Streams) -> Result<(), Failure> {
    let store = data_folder::open(data)
        .await
        .map_err(|error| unopened(data, &error))?;
    for tenant in tenants(&store, None).await? {
        let simulation = if tenant.simulation {
            "  (simulation)"
        } else {
            ""
        };
        writeln!(streams.out, "{}  {}{simulation}", tenant.id, tenant.name)?;
    }
    store.close().await;
    Ok(())
}

async fn put_account(words: &AccountWords) -> Result<(), Failure> {
    let (store, tenant) = existing(&words.of).await?;
    if words.time_zone.parse::<chrono_tz::Tz>().is_err() {
        let detail = format!(
            "`{}` is no time zone, such as Europe/Berlin",
            words.time_zone
        );
        return Err(Failure::bad_input("input.unknown_time_zone", detail).at("--time-zone"));
    }
    let delivers = |what| words.delivers.contains(&what);
    let account = Account {
        id: id(&words.id, "--id", AccountId::new)?,
        platform: words.platform,
        name: words.name.clone(),
        currency: words.currency,
        time_zone: words.time_zone.clone(),
        conversion_event: id(&words.event, "--event", EventName::new)?,
        plan: MeasurementPlan {
            browser_events: delivers(Delivers::Browser),
            server_events: delivers(Delivers::Server),
            independent_orders: delivers(Delivers::Orders),
            match_confirmation: delivers(Delivers::Confirmation),
            throttle_headroom: delivers(Delivers::Headroom),
        },
    };
    let mut scope = store
        .tenant(&tenant.id)
        .begin()
        .await
        .map_err(|e| failed(&e))?;
    scope.put_account(&account).await.map_err(|e| failed(&e))?;
    scope.commit().await.map_err(|e| failed(&e))?;
    store.close().await;
    Ok(())
}

async fn put_rule(of: &Of, target_return: f64) -> Result<(), Failure> {
    let (store, tenant) = existing(of).await?;
    ReturnRule::aiming_at(target_return).map_err(|error| {
        Failure::bad_input("input.invalid_rule", error.to_string()).at("--target-return")
    })?;
    let mut scope = store
        .tenant(&tenant.id)
        .begin()
        .await
        .map_err(|e| failed(&e))?;
    let settings = ReturnRuleSettings { target_return };
    let now = Clock::System.now();
    scope
        .put_rule_state(RETURN_RULE, &settings, now)
        .await
        .map_err(|e| failed(&e))?;
    scope.commit().await.map_err(|e| failed(&e))?;
    store.close().await;
    Ok(())
}
