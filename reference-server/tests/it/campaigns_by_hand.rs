//! Does `stratum tenant campaign` change what was said and nothing else?

use stratum_core::vocabulary::TenantId;
use stratum_store::{Campaign, Store};

use crate::cli::{about_north, set_up, stratum};
use crate::stage::euros;

fn stored(folder: &std::path::Path) -> Campaign {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(&folder.join("stratum.db")).await.unwrap();
        let north = TenantId::new("north").unwrap();
        let mut scope = store.tenant(&north).read().await.unwrap();
        let campaign = scope.campaigns(None).await.unwrap().remove(0);
        drop(scope);
        store.close().await;
        campaign
    })
}

#[test]
fn a_campaign_is_changed_only_in_what_was_said() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    set_up(&data);
    let campaign = |more: &[&str]| {
        let words = ["--account", "act_1", "--id", "c1"];
        let all: Vec<&str> = words.iter().chain(more).copied().collect();
        about_north(&data, &["tenant", "campaign"], &all);
        let now = stored(folder.path());
        (now.name, now.daily_budget, now.paused)
    };
    let budget = |amount: &str| Some(euros(amount));
    let told = campaign(&["--name", "Tents", "--paused"]);
    assert_eq!(told, ("Tents".into(), budget("100"), true));
    let told = campaign(&["--name", "Boots"]);
    assert_eq!(told, ("Boots".into(), budget("100"), true), "a new name");
    let told = campaign(&["--name", "Boots", "--daily-budget", "80"]);
    assert_eq!(told, ("Boots".into(), budget("80"), true));
    let told = campaign(&["--name", "Boots", "--paused", "false"]);
    assert_eq!(told, ("Boots".into(), budget("80"), false));
}

#[test]
fn a_campaign_of_another_account_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    set_up(&data);
    let account = [
        "--id",
        "act_2",
        "--name",
        "B",
        "--platform",
        "meta",
        "--currency",
        "USD",
    ];
    about_north(&data, &["tenant", "account"], &account);
    let of = ["tenant", "campaign", "--data", &data, "--tenant", "north"];
    let moved = ["--account", "act_2", "--id", "c1", "--name", "Tents"];
    let words: Vec<&str> = of.iter().chain(&moved).copied().collect();
    let (code, _, err) = stratum(&words);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("[campaign.of_another_account]"), "{err}");
    assert_eq!(stored(folder.path()).account.as_str(), "act_1");
}
