//! Does what is kept beside the ledger still say what the ledger says? Decisions, executions, freezes and the policy in force,
//! which lists, limits and the gate read, compared with the entries they come from.
//!
//! The chain itself is checked elsewhere (`ledger::Verifier`). What the ledger does not record, such as names and the truth of a
//! simulation, is not compared. Kept in memory: what is still open, never the whole history.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::Deserialize;
use stratum_core::ledger::{
    Body, Entry, EntryKind, ExecutionRecord, ReceiptOutcome, ReceiptRecord,
};
use stratum_core::trust::{Action, Freeze, Reason};
use stratum_core::vocabulary::{AccountId, Digest, FreezeId, ProposalId, Timestamp};
use stratum_core::wire::VerdictKind;
use stratum_store::trust::{Decision, Execution, ExecutionState};

use super::decision::{DecisionState, DecisionSummary};

/// Something that is not what the ledger says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// From which entry it comes.
    pub seq: u64,
    /// What differs.
    pub what: Kept,
}

/// What is kept beside the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// A decision in the index.
    Decision,
    /// An execution.
    Execution,
    /// A freeze.
    Freeze,
    /// The policy in force.
    Policy,
}

impl Kept {
    /// The name used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Execution => "execution",
            Self::Freeze => "freeze",
            Self::Policy => "policy",
        }
    }
}

/// What a review says that its decision repeats.
#[derive(Debug, Deserialize)]
struct Reviewed {
    now: Timestamp,
    proposal: Proposed,
    answer: Answered,
}

#[derive(Debug, Deserialize)]
struct Proposed {
    id: ProposalId,
    account: AccountId,
    action: Action,
}

#[derive(Debug, Deserialize)]
struct Answered {
    verdict: VerdictKind,
    reasons: Vec<Reason>,
    #[serde(default)]
    permit: Option<String>,
}

/// What an entry is about, read once.
#[derive(Debug)]
enum About {
    Review(Box<Reviewed>),
    Execution(ExecutionRecord),
    Receipt(ReceiptRecord),
    Freeze(Freeze),
    Lift(FreezeId),
    Policy(Digest),
}

/// Some consecutive entries, before what is kept of them was loaded.
#[derive(Debug)]
pub struct Page {
    entries: Vec<(u64, About)>,
    range: RangeInclusive<u64>,
}

impl Page {
    /// Reads entries that are known to be intact. A record of another shape than today's is left out.
    #[must_use]
    pub fn read(entries: &[Entry]) -> Option<Self> {
        let range = entries.first()?.seq..=entries.last()?.seq;
        let read = |entry: &Entry| Some((entry.seq, about(entry)?));
        Some(Self {
            entries: entries.iter().filter_map(read).collect(),
            range,
        })
    }

    /// Which entries it covers: their decisions are needed.
    #[must_use]
    pub fn range(&self) -> RangeInclusive<u64> {
        self.range.clone()
    }

    /// The permits it names: their executions are needed.
    #[must_use]
    pub fn permits(&self) -> Vec<String> {
        let named = self.entries.iter().filter_map(|(_, about)| match about {
            About::Review(reviewed) => reviewed.answer.permit.clone(),
            About::Execution(record) => Some(record.permit.to_string()),
            About::Receipt(record) => Some(record.permit.to_string()),
            About::Freeze(_) | About::Lift(_) | About::Policy(_) => None,
        });
        named.collect()
    }
}

fn about(entry: &Entry) -> Option<About> {
    // A review is long, and little of it is repeated elsewhere.
    if entry.kind == EntryKind::Review {
        let reviewed = serde_json::from_str(&entry.body).ok()?;
        return Some(About::Review(Box::new(reviewed)));
    }
    match Body::read(entry).ok()? {
        Body::Execution(record) => Some(About::Execution(record)),
        Body::Receipt(record) => Some(About::Receipt(record)),
        Body::Freeze(freeze) => Some(About::Freeze(freeze)),
        Body::Lift(record) => Some(About::Lift(record.freeze)),
        Body::Policy(record) => Some(About::Policy(record.digest)),
        Body::Review(_) | Body::Approval(_) => None,
    }
}

/// A comparison in progress.
#[derive(Debug, Default)]
pub struct Agreement {
    first: Option<Difference>,
    executions: u64,
    /// Executions without a certain outcome so far, by permit, with the entry that says so.
    open: BTreeMap<String, (u64, ExecutionState)>,
    /// Decisions that passed and whose execution the ledger has not told the end of: by permit, with their entry and state.
    passed: BTreeMap<String, (u64, String)>,
    /// Each freeze with the entry that set or lifted it, and what it says while it is in force.
    freezes: BTreeMap<FreezeId, (u64, Option<Freeze>)>,
    policy: Option<(u64, Digest)>,
}

/// What is kept at the end of the ledger.
#[derive(Debug)]
pub struct Rest {
    /// The newest entry.
    pub newest: u64,
    /// The freezes in force.
    pub freezes: Vec<Freeze>,
    /// The executions without a certain outcome so far, among those that [`Agreement::open`] names.
    pub open: Vec<Execution>,
    /// How many executions there are.
    pub executions: u64,
    /// The policy in force.
    pub policy: Option<Digest>,
}

impl Agreement {
    /// Compares a page with what is kept of it.
    pub fn take(&mut self, page: Page, decisions: &[Decision], executions: &[Execution]) {
        let executions: BTreeMap<&str, &Execution> = executions
            .iter()
            .map(|one| (one.permit.as_str(), one))
            .collect();
        let mut kept = decisions.iter().peekable();
        for (seq, about) in page.entries {
            // What stands before the next review and was not asked for belongs to no review.
            while let Some(stray) = kept.next_if(|decision| decision.seq < seq) {
                self.differs(stray.seq, Kept::Decision);
            }
            let decision = kept.next_if(|decision| decision.seq == seq);
            match about {
                About::Review(reviewed) => {
                    self.was_decided(seq, &reviewed, decision, &executions);
                    continue;
                }
                About::Execution(record) => self.begins(seq, &record, &executions),
                About::Receipt(record) => self.ends(seq, &record, &executions),
                About::Freeze(freeze) => {
                    self.freezes.insert(freeze.id.clone(), (seq, Some(freeze)));
                }
                About::Lift(freeze) => {
                    self.freezes.insert(freeze, (seq, None));
                }
                About::Policy(digest) => self.policy = Some((seq, digest)),
            }
            if decision.is_some() {
                self.differs(seq, Kept::Decision);
            }
        }
        for stray in kept {
            self.differs(stray.seq, Kept::Decision);
        }
    }

    /// The permits of the executions whose outcome the ledger does not tell yet.
    #[must_use]
    pub fn open(&self) -> Vec<String> {
        self.open.keys().cloned().collect()
    }

    /// The first difference, after the whole ledger.
    #[must_use]
    pub fn end(mut self, rest: &Rest) -> Option<Difference> {
        for (permit, (seq, kept)) in std::mem::take(&mut self.passed) {
            let state = self.open.get(&permit).map(|(_, state)| *state);
            if kept != became(state).as_str() {
                self.differs(seq, Kept::Decision);
            }
        }
        for (permit, (seq, state)) in std::mem::take(&mut self.open) {
            let kept = rest.open.iter().find(|kept| kept.permit == permit);
            if kept.is_none_or(|kept| kept.state != state) {
                self.differs(seq, Kept::Execution);
            }
        }
        if rest.executions != self.executions {
            self.differs(rest.newest, Kept::Execution);
        }
        for kept in &rest.freezes {
            if !self.freezes.contains_key(&kept.id) {
                self.differs(rest.newest, Kept::Freeze);
            }
        }
        for (id, (seq, said)) in std::mem::take(&mut self.freezes) {
            let kept = rest.freezes.iter().find(|kept| kept.id == id);
            if kept != said.as_ref() {
                self.differs(seq, Kept::Freeze);
            }
        }
        if let Some((seq, digest)) = self.policy
            && rest.policy != Some(digest)
        {
            self.differs(seq, Kept::Policy);
        }
        self.first
    }

    fn differs(&mut self, seq: u64, what: Kept) {
        let difference = Difference { seq, what };
        self.first = Some(self.first.map_or(difference, |first| first.min(difference)));
    }

    fn was_decided(
        &mut self,
        seq: u64,
        reviewed: &Reviewed,
        kept: Option<&Decision>,
        executions: &BTreeMap<&str, &Execution>,
    ) {
        let Some(kept) = kept.filter(|kept| repeats(kept, reviewed)) else {
            return self.differs(seq, Kept::Decision);
        };
        if let Some(permit) = &reviewed.answer.permit
            && (executions.contains_key(permit.as_str())
                || kept.state != DecisionState::Recorded.as_str())
        {
            self.passed
                .insert(permit.clone(), (seq, kept.state.clone()));
        }
    }

    fn begins(&mut self, seq: u64, record: &ExecutionRecord, kept: &BTreeMap<&str, &Execution>) {
        let permit = record.permit.to_string();
        let same = |kept: &&Execution| {
            kept.proposal == record.proposal
                && kept.account == record.account
                && kept.action == record.action
        };
        if !kept.get(permit.as_str()).is_some_and(same) {
            self.differs(seq, Kept::Execution);
        }
        self.executions += 1;
        self.open.insert(permit, (seq, ExecutionState::Intent));
    }

    fn ends(&mut self, seq: u64, record: &ReceiptRecord, kept: &BTreeMap<&str, &Execution>) {
        let permit = record.permit.to_string();
        let state = match record.outcome {
            ReceiptOutcome::Applied => ExecutionState::Applied,
            ReceiptOutcome::NotApplied => ExecutionState::NotApplied,
            // A later receipt may tell more.
            ReceiptOutcome::Unconfirmed => {
                let state = ExecutionState::Unconfirmed;
                self.open.insert(permit, (seq, state));
                return;
            }
        };
        self.open.remove(&permit);
        if let Some((review, kept)) = self.passed.remove(&permit)
            && kept != became(Some(state)).as_str()
        {
            self.differs(review, Kept::Decision);
        }
        if kept
            .get(permit.as_str())
            .is_none_or(|kept| kept.state != state)
        {
            self.differs(seq, Kept::Execution);
        }
    }
}

/// What a decision that passed becomes with its execution.
const fn became(state: Option<ExecutionState>) -> DecisionState {
    match state {
        Some(ExecutionState::Applied) => DecisionState::Applied,
        Some(ExecutionState::Unconfirmed) => DecisionState::Unconfirmed,
        Some(ExecutionState::Intent | ExecutionState::NotApplied) | None => DecisionState::Recorded,
    }
}

/// Whether a decision repeats its review. What became of one that passed is compared when the ledger tells it; one that waits
/// for an approval waits for nobody any more after a time, or after the next review.
fn repeats(kept: &Decision, reviewed: &Reviewed) -> bool {
    use DecisionState::{Applied, AwaitingApproval, Blocked, Held, Recorded, Unconfirmed};
    let (proposal, answer) = (&reviewed.proposal, &reviewed.answer);
    let states: &[DecisionState] =
        match DecisionState::after_review(answer.verdict, &answer.reasons) {
            Recorded | Applied | Unconfirmed => &[Recorded, Applied, Unconfirmed],
            AwaitingApproval => &[AwaitingApproval, Held],
            Held => &[Held],
            Blocked => &[Blocked],
        };
    let listed = serde_json::from_value::<DecisionSummary>(kept.summary.clone());
    let is_listed = listed.is_ok_and(|listed| {
        listed.verdict == answer.verdict
            && listed.account == proposal.account
            && listed.campaign == *proposal.action.campaign()
            && listed.action == proposal.action.kind()
            && listed.before == proposal.action.before()
            && listed.after == proposal.action.after()
    });
    kept.at == reviewed.now
        && kept.account == proposal.account
        && kept.campaign == *proposal.action.campaign()
        && kept.proposal == proposal.id
        && kept.verdict == answer.verdict.as_str()
        && states.iter().any(|state| state.as_str() == kept.state)
        && is_listed
}
