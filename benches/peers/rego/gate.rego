# The decision of the gate in Rego. Scores come in millionths of a point, amounts in cents.
# Numbers are those of the baseline of November 2026.
package gate

default verdict := "hold"

verdict := "block" if {
	count(blocks) > 0
}

verdict := "pass" if {
	count(blocks) == 0
	count(holds) == 0
}

# an amount that is not known may be an increase
increases if not input.before

increases if input.after > input.before

by_automation if input.proposer != "person"

# the proposal itself
holds contains "proposal_expired" if input.expires_at <= input.now

blocks contains "incomplete" if not complete

complete if {
	input.before >= 0
	input.after > 0
	input.currency_before == input.currency_after
}

# freezes stop increases only
blocks contains "frozen" if {
	increases
	some scope in input.freezable
	scope in input.frozen
}

# health is asked of automation only
holds contains "evidence_out_of_scope" if {
	by_automation
	not in_scope
}

in_scope if {
	input.tenant == input.evidence_tenant
	input.platform == input.evidence_platform
	input.account == input.evidence_account
	input.health_at == input.now
}

blocks contains "unhealthy" if {
	by_automation
	input.status == "unhealthy"
}

holds contains "insufficient_evidence" if {
	by_automation
	input.status != "healthy"
	input.coverage < 800000
}

holds contains "below_floor" if {
	by_automation
	some component in input.components
	component.low < component.floor
}

holds contains "below_healthy" if {
	by_automation
	input.low < 70000000
}

holds contains "recovering" if {
	by_automation
	input.status != "healthy"
}

holds contains "exposure_too_large" if {
	by_automation
	input.status == "healthy"
	input.low < input.required
}

# limits bind increases, and a second person may confirm what they hold
limited if {
	increases
	not input.confirmed
}

holds contains "increase_percent" if {
	limited
	input.before > 0
	input.after * 100 > input.before * 130
}

holds contains "changes_per_day" if {
	limited
	input.changes_today >= 3
}

holds contains "cooldown" if {
	limited
	input.seconds_since_change < 14400
}

holds contains "rolling_increase_percent" if {
	limited
	input.after * 100 > input.budget_at_window_start * 200
}
