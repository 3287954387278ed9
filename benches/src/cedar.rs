//! How does Cedar decide it? One authorization request; the strictest effect among the policies that forbid it.

use std::str::FromStr as _;

use cedar_policy::{
    Authorizer, Context, Decision, Effect, Entities, EntityUid, PolicySet, Request,
    RestrictedExpression,
};
use stratum_core::wire::VerdictKind;

use crate::SetUpError;
use crate::question::{AskedComponent, Question};

const POLICIES: &str = include_str!("../peers/cedar/gate.cedar");
const COMPONENTS: [&str; 5] = [
    "match_quality",
    "api_health",
    "event_loss",
    "platform_stability",
    "data_quality",
];

/// The policies, parsed once, with what stays the same from request to request.
#[derive(Debug)]
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    principal: EntityUid,
    action: EntityUid,
    resource: EntityUid,
}

impl Cedar {
    /// Parses the policies.
    ///
    /// # Errors
    /// When the policy file is wrong.
    pub fn new() -> Result<Self, SetUpError> {
        let parsed = PolicySet::from_str(POLICIES)?;
        let mut policies = PolicySet::new();
        for policy in parsed.policies() {
            // The name given in the file instead of a running number.
            let id = policy.annotation("id").unwrap_or_default().parse()?;
            policies.add(policy.new_id(id))?;
        }
        Ok(Self {
            authorizer: Authorizer::new(),
            policies,
            entities: Entities::empty(),
            principal: r#"Proposer::"scale-winners""#.parse()?,
            action: r#"Action::"act""#.parse()?,
            resource: r#"Campaign::"winter""#.parse()?,
        })
    }

    /// Builds the request from values of Rust, the cheapest way the library offers.
    ///
    /// # Errors
    /// When the context is refused.
    pub fn request(&self, question: &Question) -> Result<Request, SetUpError> {
        let context = Context::from_pairs(pairs(question)?)?;
        Ok(Request::new(
            self.principal.clone(),
            self.action.clone(),
            self.resource.clone(),
            context,
            None,
        )?)
    }

    /// Builds the request from JSON text.
    ///
    /// # Errors
    /// When the context is refused.
    pub fn request_from_json(&self, json: &str) -> Result<Request, SetUpError> {
        let context = Context::from_json_str(json, None)?;
        Ok(Request::new(
            self.principal.clone(),
            self.action.clone(),
            self.resource.clone(),
            context,
            None,
        )?)
    }

    /// Decides a request. An error while a policy is evaluated counts as a refusal.
    #[must_use]
    pub fn decide(&self, request: &Request) -> VerdictKind {
        let response = self
            .authorizer
            .is_authorized(request, &self.policies, &self.entities);
        if response.diagnostics().errors().next().is_some() {
            return VerdictKind::Block;
        }
        if response.decision() == Decision::Allow {
            return VerdictKind::Pass;
        }
        let blocks = response.diagnostics().reason().any(|id| {
            self.policies.policy(id).is_some_and(|policy| {
                policy.effect() == Effect::Forbid && policy.annotation("effect") == Some("block")
            })
        });
        if blocks {
            VerdictKind::Block
        } else {
            VerdictKind::Hold
        }
    }
}

fn pairs(q: &Question) -> Result<Vec<(String, RestrictedExpression)>, SetUpError> {
    let long = RestrictedExpression::new_long;
    let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
    let texts = |texts: &[String]| RestrictedExpression::new_set(texts.iter().map(|t| text(t)));
    let [tenant, platform, account] = &q.scope;
    let [evidence_tenant, evidence_platform, evidence_account] = &q.evidence_scope;
    let [currency_before, currency_after] = &q.currencies;
    let mut pairs = vec![
        ("tenant", text(tenant)),
        ("platform", text(platform)),
        ("account", text(account)),
        ("evidence_tenant", text(evidence_tenant)),
        ("evidence_platform", text(evidence_platform)),
        ("evidence_account", text(evidence_account)),
        ("proposer", text(q.proposer)),
        ("after", long(q.after)),
        ("currency_before", text(currency_before)),
        ("currency_after", text(currency_after)),
        ("now", long(q.now)),
        ("health_at", long(q.health_at)),
        ("status", text(q.status)),
        ("low", long(q.low)),
        ("coverage", long(q.coverage)),
        ("required", long(q.required)),
        ("frozen", texts(&q.frozen)),
        ("freezable", texts(&q.freezable)),
        ("changes_today", long(q.changes_today)),
        ("seconds_since_change", long(q.seconds_since_change)),
        ("budget_at_window_start", long(q.budget_at_window_start)),
        ("confirmed", RestrictedExpression::new_bool(q.confirmed)),
    ];
    pairs.extend(q.before.map(|before| ("before", long(before))));
    pairs.extend(q.expires_at.map(|at| ("expires_at", long(at))));
    for (name, component) in COMPONENTS.into_iter().zip(&q.components) {
        pairs.push((name, record(component)?));
    }
    Ok(pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect())
}

fn record(component: &AskedComponent) -> Result<RestrictedExpression, SetUpError> {
    Ok(RestrictedExpression::new_record([
        (
            "low".to_owned(),
            RestrictedExpression::new_long(component.low),
        ),
        (
            "floor".to_owned(),
            RestrictedExpression::new_long(component.floor),
        ),
    ])?)
}
