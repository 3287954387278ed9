//! What would another policy have decided? Flips and money over a whole ledger, in one pass with bounded memory.
//!
//! Judging anew is the core's (`ledger::Replay`); this file counts what came of it.

use std::collections::{BTreeMap, VecDeque};

use rust_decimal::Decimal;
use serde::Serialize;
use stratum_core::ledger::{Entry, NotComputable, Replay, ReplayError, Replayed};
use stratum_core::trust::{Policy, Reason};
use stratum_core::vocabulary::{AccountId, CampaignId, Currency, Money, Timestamp};
use stratum_core::wire::VerdictKind;

use crate::decisions::decision::Truth;
use crate::decisions::truth_table::{COUNTED, TruthTable, TruthTableAnswer, increase_of};

/// The most flips that are listed; all are counted. The newest are kept.
pub const MOST_FLIPS: usize = 1000;

/// A decision that the other policy turns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flip {
    /// The number of its ledger entry.
    pub seq: u64,
    /// When it was decided.
    pub at: Timestamp,
    /// In which account.
    pub account: AccountId,
    /// About which campaign.
    pub campaign: CampaignId,
    /// What was said then.
    pub from: VerdictKind,
    /// What the other policy says.
    pub to: VerdictKind,
    /// Why it was said then.
    pub reasons_from: Vec<Reason>,
    /// Why the other policy says it.
    pub reasons_to: Vec<Reason>,
    /// By how much a daily budget would have risen.
    pub increase: Option<Money>,
    /// Whether that would have done harm: known in a simulation only.
    pub truth: Option<Truth>,
}

/// Money of increases that the other policy would let through, or stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MoneyAtStake {
    /// Increases it would pass that were not passed.
    pub newly_passed: Money,
    /// Increases it would not pass that were passed.
    pub newly_stopped: Money,
}

/// The table before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TruthBeforeAndAfter {
    /// As it was decided.
    pub before: TruthTableAnswer,
    /// As the other policy would have decided.
    pub after: TruthTableAnswer,
    /// What is counted.
    pub note: &'static str,
}

/// What the other policy asks about the past, and in how many decisions it was not recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotRecorded {
    /// What is asked for.
    pub what: NotComputable,
    /// In how many decisions it is missing.
    pub count: u64,
}

/// What the trial came to. Each review keeps its verdict, flips, or cannot be computed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrialAnswer {
    /// How many reviews the ledger holds.
    pub reviews: u64,
    /// How many keep their verdict.
    pub same: u64,
    /// Those that do not, oldest first; the newest [`MOST_FLIPS`] of them.
    pub flips: VecDeque<Flip>,
    /// How many that is in all.
    pub flip_count: u64,
    /// How many the other policy cannot judge, because what it asks about the past was not recorded then.
    pub not_computable_count: u64,
    /// What was not recorded.
    pub not_computable: Vec<NotRecorded>,
    /// Money in the currency of most of it.
    pub money: MoneyAtStake,
    /// Money in each currency.
    pub money_by_currency: Vec<MoneyAtStake>,
    /// Harm and good, where the truth is known.
    pub truth: Option<TruthBeforeAndAfter>,
}

/// A trial in progress.
#[derive(Debug)]
pub struct Trial<'p> {
    replay: Replay<'p>,
    main_currency: Currency,
    reviews: u64,
    flips: VecDeque<Flip>,
    flip_count: u64,
    not_computable_count: u64,
    not_computable: BTreeMap<NotComputable, u64>,
    money: BTreeMap<Currency, (Decimal, Decimal)>,
    tables: Option<(TruthTable, TruthTable)>,
}

impl<'p> Trial<'p> {
    /// Begins a trial of a policy. `main_currency` is what sums are answered in when nothing flips.
    #[must_use]
    pub const fn of(policy: &'p Policy, main_currency: Currency) -> Self {
        Self {
            replay: Replay::under(policy),
            main_currency,
            reviews: 0,
            flips: VecDeque::new(),
            flip_count: 0,
            not_computable_count: 0,
            not_computable: BTreeMap::new(),
            money: BTreeMap::new(),
            tables: None,
        }
    }

    /// Takes the next entry of the ledger, with the truth about it where it is known.
    ///
    /// # Errors
    /// [`ReplayError`] when the entry cannot be replayed.
    pub fn take(&mut self, entry: &Entry, truth: Option<Truth>) -> Result<(), ReplayError> {
        if let Some(replayed) = self.replay.take(entry)? {
            self.count(replayed, truth);
        }
        Ok(())
    }

    fn count(&mut self, replayed: Replayed, truth: Option<Truth>) {
        self.reviews += 1;
        if !replayed.not_computable.is_empty() {
            self.not_computable_count += 1;
            for what in replayed.not_computable {
                *self.not_computable.entry(what).or_default() += 1;
            }
            return;
        }
        let increase = increase_of(&replayed.record.proposal.action);
        let (then, now) = (replayed.record.answer, replayed.answer);
        let passes = |verdict: VerdictKind| verdict == VerdictKind::Pass;
        if let (Some(truth), Some(increase)) = (truth, &increase) {
            let new = || TruthTable::new(increase.currency());
            let (before, after) = self.tables.get_or_insert_with(|| (new(), new()));
            before.add(increase, passes(then.verdict), truth);
            after.add(increase, passes(now.verdict), truth);
        }
        if then.verdict == now.verdict {
            return;
        }
        if let Some(increase) = &increase {
            let sums = self.money.entry(increase.currency()).or_default();
            if passes(now.verdict) {
                sums.0 = sums.0.saturating_add(increase.amount());
            } else if passes(then.verdict) {
                sums.1 = sums.1.saturating_add(increase.amount());
            }
        }
        self.flip_count += 1;
        if self.flips.len() >= MOST_FLIPS {
            self.flips.pop_front();
        }
        self.flips.push_back(Flip {
            seq: replayed.seq,
            at: replayed.record.now,
            account: replayed.record.proposal.account.clone(),
            campaign: replayed.record.proposal.action.campaign().clone(),
            from: then.verdict,
            to: now.verdict,
            reasons_from: then.reasons,
            reasons_to: now.reasons,
            increase,
            truth,
        });
    }

    /// What the trial came to.
    #[must_use]
    pub fn finish(self) -> TrialAnswer {
        let at_stake = |currency: Currency, (passed, stopped): (Decimal, Decimal)| MoneyAtStake {
            newly_passed: sum_of(passed, currency),
            newly_stopped: sum_of(stopped, currency),
        };
        let most = self
            .money
            .iter()
            .max_by_key(|(_, (passed, stopped))| passed.max(stopped));
        let main = most.map_or((self.main_currency, Default::default()), |(c, sums)| {
            (*c, *sums)
        });
        TrialAnswer {
            reviews: self.reviews,
            same: self.reviews - self.flip_count - self.not_computable_count,
            flips: self.flips,
            flip_count: self.flip_count,
            not_computable_count: self.not_computable_count,
            not_computable: self
                .not_computable
                .into_iter()
                .map(|(what, count)| NotRecorded { what, count })
                .collect(),
            money: at_stake(main.0, main.1),
            money_by_currency: self
                .money
                .iter()
                .map(|(c, sums)| at_stake(*c, *sums))
                .collect(),
            truth: self.tables.map(|(before, after)| TruthBeforeAndAfter {
                before: before.answer(),
                after: after.answer(),
                note: COUNTED,
            }),
        }
    }
}

/// A sum as money; beyond what counts as money it stays at the largest amount.
fn sum_of(amount: Decimal, currency: Currency) -> Money {
    Money::rounded(amount, currency).unwrap_or_else(|_| {
        let largest = Decimal::from(stratum_core::vocabulary::money::MAX_AMOUNT);
        Money::rounded(largest, currency).unwrap_or_else(|_| Money::zero(currency))
    })
}
