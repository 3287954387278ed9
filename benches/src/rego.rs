//! How does Rego decide it? `regorus`, once with its interpreter and once with its register machine.

use std::collections::BTreeMap;
use std::sync::Arc;

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, Rc, Value};
use stratum_core::wire::VerdictKind;

use crate::SetUpError;
use crate::question::Question;

const POLICY: &str = include_str!("../peers/rego/gate.rego");
const RULE: &str = "data.gate.verdict";

/// The policy, compiled once for both ways of running it.
#[derive(Debug)]
pub struct Rego {
    engine: Engine,
    machine: RegoVM,
}

impl Rego {
    /// Compiles the policy.
    ///
    /// # Errors
    /// When the policy file is wrong.
    pub fn new() -> Result<Self, SetUpError> {
        let mut engine = Engine::new();
        engine.add_policy("gate.rego".to_owned(), POLICY.to_owned())?;
        let rule: Rc<str> = RULE.into();
        let compiled = engine.compile_with_entrypoint(&rule)?;
        let program = Compiler::compile_from_policy(&compiled, &[RULE])?;
        let mut machine = RegoVM::new();
        machine.load_program(Arc::clone(&program));
        Ok(Self { engine, machine })
    }

    /// Decides with the interpreter. Nothing that is no verdict counts as a pass.
    pub fn interpret(&mut self, input: Value) -> VerdictKind {
        self.engine.set_input(input);
        verdict(self.engine.eval_rule(RULE.to_owned()).ok().as_ref())
    }

    /// Decides with the register machine.
    pub fn execute(&mut self, input: Value) -> VerdictKind {
        self.machine.set_input(input);
        verdict(self.machine.execute().ok().as_ref())
    }
}

fn verdict(value: Option<&Value>) -> VerdictKind {
    let text = value.and_then(|value| value.as_string().ok());
    match text.map(|text| &**text) {
        Some("pass") => VerdictKind::Pass,
        Some("hold") => VerdictKind::Hold,
        _ => VerdictKind::Block,
    }
}

/// The input as a value of the engine, built from values of Rust.
#[must_use]
pub fn input(q: &Question) -> Value {
    let texts = |texts: &[String]| {
        let texts: Vec<Value> = texts.iter().map(|t| Value::from(t.as_str())).collect();
        Value::from(texts)
    };
    let [tenant, platform, account] = &q.scope;
    let [evidence_tenant, evidence_platform, evidence_account] = &q.evidence_scope;
    let [currency_before, currency_after] = &q.currencies;
    let components: Vec<Value> = q
        .components
        .iter()
        .map(|c| object([("low", c.low.into()), ("floor", c.floor.into())]))
        .collect();
    let known = [
        ("tenant", tenant.as_str().into()),
        ("platform", platform.as_str().into()),
        ("account", account.as_str().into()),
        ("evidence_tenant", evidence_tenant.as_str().into()),
        ("evidence_platform", evidence_platform.as_str().into()),
        ("evidence_account", evidence_account.as_str().into()),
        ("proposer", q.proposer.into()),
        ("after", q.after.into()),
        ("currency_before", currency_before.as_str().into()),
        ("currency_after", currency_after.as_str().into()),
        ("now", q.now.into()),
        ("health_at", q.health_at.into()),
        ("status", q.status.into()),
        ("low", q.low.into()),
        ("coverage", q.coverage.into()),
        ("required", q.required.into()),
        ("components", components.into()),
        ("frozen", texts(&q.frozen)),
        ("freezable", texts(&q.freezable)),
        ("changes_today", q.changes_today.into()),
        ("seconds_since_change", q.seconds_since_change.into()),
        ("budget_at_window_start", q.budget_at_window_start.into()),
        ("confirmed", q.confirmed.into()),
    ];
    let before = q.before.map(|before| ("before", before.into()));
    let expires = q.expires_at.map(|at| ("expires_at", at.into()));
    object(known.into_iter().chain(before).chain(expires))
}

fn object(pairs: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let map: BTreeMap<Value, Value> = pairs
        .into_iter()
        .map(|(name, value)| (Value::from(name), value))
        .collect();
    Value::from(map)
}
