//! Who claims which order? Claims that overlap, claims nobody can confirm, and each order's value divided once.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::error::{ReportedError, ReportedRefused};
use super::rows::{Claim, Order, Sharing, Volume};
use crate::attribution::credit::apportion_whole;
use crate::customer::journey::MAX_NAME_BYTES;
use crate::numeric::{Sum, from_i64, from_u64};
use crate::vocabulary::{Currency, Money, Platform};

const PLATFORMS: usize = Platform::ALL.len();

/// What one platform claims, and what is left of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformClaims {
    /// Who.
    pub platform: Platform,
    /// All it claims, at its own values, each order once.
    pub claimed: Volume,
    /// The part of that which the independent record does not hold.
    pub unknown: Volume,
    /// Orders of the record that it alone claims, at the values of the record.
    pub alone: Volume,
    /// Its part of the orders it claims: those it shares count in parts.
    pub deduplicated_orders: f64,
    /// Its part of their value in the record. The parts of all platforms are the value of all claimed orders.
    pub deduplicated_minor: i64,
}

/// What two platforms both claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overlap {
    /// One of them.
    pub one: Platform,
    /// The other.
    pub other: Platform,
    /// Orders of the record that both claim, at the values of the record.
    pub both: Volume,
}

/// The claims of all platforms, order by order.
///
/// ```
/// use stratum_core::attribution::claims::reported::{Claim, Deduplication, Order, Sharing};
/// use stratum_core::vocabulary::{Money, Platform};
/// let euros = |amount| Money::parse(amount, "EUR").unwrap();
/// let claim = |platform, order: &str| Claim { platform, order: order.into(), value: euros("90.00") };
/// let claims = [
///     claim(Platform::Meta, "1"),
///     claim(Platform::Google, "1"),
///     claim(Platform::Google, "2"),
/// ];
/// let orders = ["1", "3"].map(|order| Order { order: order.into(), value: euros("100.01") });
/// let answer = Deduplication::of(&claims, &orders, &Sharing::Equally).unwrap();
/// assert_eq!((answer.claimed.orders, answer.claimed.value_minor), (3, 27_000));
/// assert_eq!((answer.known.orders, answer.known.value_minor), (1, 10_001));
/// assert_eq!(answer.unknown_orders, 1);
/// assert_eq!(answer.unclaimed.orders, 1);
/// let parts: Vec<_> = answer.platforms.iter().map(|row| row.deduplicated_minor).collect();
/// assert_eq!(parts, [5001, 5000]);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deduplication {
    /// The currency of every value; none without rows.
    pub currency: Option<Currency>,
    /// All claims, at the platforms' own values.
    pub claimed: Volume,
    /// The part of them about orders that the record does not hold.
    pub claimed_unknown: Volume,
    /// Second claims of a platform to the same order: the smallest counts, the others are here and nowhere else.
    pub repeated: Volume,
    /// Orders of the record that somebody claims, at the values of the record.
    pub known: Volume,
    /// Distinct orders somebody claims that the record does not hold.
    pub unknown_orders: u64,
    /// Orders of the record that nobody claims.
    pub unclaimed: Volume,
    /// Claims about orders of the record, over the orders: 1 if no order is claimed twice. None without such an order.
    pub over_claim_orders: Option<f64>,
    /// The same for values: claimed over recorded. None where the record holds no value.
    pub over_claim_value: Option<f64>,
    /// Every platform that claims something.
    pub platforms: Vec<PlatformClaims>,
    /// Every pair of them.
    pub overlaps: Vec<Overlap>,
}

/// What is known about one order on the way.
#[derive(Default)]
struct Gathered {
    recorded: Option<i64>,
    claims: [Option<i64>; PLATFORMS],
}

impl Gathered {
    /// Which platforms claim it, as bits.
    fn claimants(&self) -> usize {
        let bits = self.claims.iter().enumerate();
        bits.map(|(place, claim)| usize::from(claim.is_some()) << place)
            .sum()
    }
}

/// What all rows must have in common.
#[derive(Default)]
struct Intake {
    currency: Option<Currency>,
    value_minor: i64,
}

impl Intake {
    fn check(
        &mut self,
        path: impl Fn(&str) -> String,
        order: &str,
        value: &Money,
    ) -> Result<i64, ReportedError> {
        let sound = !order.is_empty() && order.len() <= MAX_NAME_BYTES;
        if !sound || order.chars().any(char::is_control) {
            return Err(ReportedError::about(
                path("order"),
                ReportedRefused::BadName,
            ));
        }
        let refused = |why| ReportedError::about(path("value"), why);
        let found = value.currency();
        if let Some(expected) = self.currency.filter(|expected| *expected != found) {
            return Err(refused(ReportedRefused::OtherCurrency { expected, found }));
        }
        self.currency = Some(found);
        // Money is kept with exactly the decimal places of its currency, so this is the amount in the smallest unit.
        let minor = value.amount().mantissa();
        if minor < 0 {
            return Err(refused(ReportedRefused::Negative { value: *value }));
        }
        let minor = i64::try_from(minor).ok();
        let sum = minor.and_then(|minor| self.value_minor.checked_add(minor));
        let (Some(minor), Some(sum)) = (minor, sum) else {
            return Err(refused(ReportedRefused::TooMuchValue));
        };
        self.value_minor = sum;
        Ok(minor)
    }
}

impl Deduplication {
    /// Counts who claims what and divides each claimed order of the record once. The rows may come in any order.
    ///
    /// Orders with the same claimants are divided together, so that the odd cents of many orders do not all go to one platform.
    ///
    /// # Errors
    /// [`ReportedError`] with the path to a wrong field, such as `claims[3].value`.
    pub fn of(
        claims: &[Claim],
        orders: &[Order],
        sharing: &Sharing,
    ) -> Result<Self, ReportedError> {
        let mut repeated = Volume::default();
        let (gathered, currency) = gather(claims, orders, &mut repeated)?;
        let mut groups = [Volume::default(); 1 << PLATFORMS];
        let mut of_platforms = [(Volume::default(), Volume::default()); PLATFORMS];
        let (mut claimed, mut claimed_unknown) = (Volume::default(), Volume::default());
        let mut unknown_orders = 0;
        for (order, of_order) in &gathered {
            let claimants = of_order.claimants();
            check_weights(order, of_order, sharing)?;
            if let (Some(value), Some(group)) = (of_order.recorded, groups.get_mut(claimants)) {
                group.add(value);
            } else {
                unknown_orders += 1;
            }
            for (claim, (all, unknown)) in of_order.claims.iter().zip(&mut of_platforms) {
                let Some(value) = claim else { continue };
                all.add(*value);
                claimed.add(*value);
                if of_order.recorded.is_none() {
                    unknown.add(*value);
                    claimed_unknown.add(*value);
                }
            }
        }
        let total = |keep: &dyn Fn(usize) -> bool| total(&groups, keep);
        let known = total(&|claimants| claimants != 0);
        let claims_known = claimed.orders.saturating_sub(claimed_unknown.orders);
        let value_known = claimed
            .value_minor
            .saturating_sub(claimed_unknown.value_minor);
        let over_claim_orders =
            (known.orders > 0).then(|| from_u64(claims_known) / from_u64(known.orders));
        let over_claim_value =
            (known.value_minor > 0).then(|| from_i64(value_known) / from_i64(known.value_minor));
        let (parts, orders) = divided(&groups, sharing);
        let mut platforms = Vec::new();
        let per_platform = Platform::ALL.into_iter().zip(of_platforms).enumerate();
        for ((place, (platform, (all, unknown))), (part, orders)) in
            per_platform.zip(parts.into_iter().zip(orders))
        {
            if all.orders > 0 {
                platforms.push(PlatformClaims {
                    platform,
                    claimed: all,
                    unknown,
                    alone: total(&|claimants| claimants == 1 << place),
                    deduplicated_orders: orders.value(),
                    deduplicated_minor: part,
                });
            }
        }
        let overlaps = overlaps(&platforms, &groups);
        Ok(Self {
            currency,
            claimed,
            claimed_unknown,
            repeated,
            known,
            unknown_orders,
            unclaimed: total(&|claimants| claimants == 0),
            over_claim_orders,
            over_claim_value,
            platforms,
            overlaps,
        })
    }
}

fn gather<'a>(
    claims: &'a [Claim],
    orders: &'a [Order],
    repeated: &mut Volume,
) -> Result<(BTreeMap<&'a str, Gathered>, Option<Currency>), ReportedError> {
    let mut gathered: BTreeMap<&str, Gathered> = BTreeMap::new();
    let mut intake = Intake::default();
    for (number, row) in orders.iter().enumerate() {
        let path = |field: &str| format!("orders[{number}].{field}");
        let value = intake.check(path, &row.order, &row.value)?;
        let of_order = gathered.entry(row.order.as_str()).or_default();
        if of_order.recorded.replace(value).is_some() {
            let order = row.order.clone();
            let why = ReportedRefused::RepeatedOrder { order };
            return Err(ReportedError::about(path("order"), why));
        }
    }
    // Claims and orders are two sums.
    intake.value_minor = 0;
    for (number, row) in claims.iter().enumerate() {
        let path = |field: &str| format!("claims[{number}].{field}");
        let value = intake.check(path, &row.order, &row.value)?;
        let of_order = gathered.entry(row.order.as_str()).or_default();
        let place = place_of(row.platform);
        let Some(claim) = of_order.claims.get_mut(place) else {
            continue;
        };
        *claim = Some(match *claim {
            Some(before) => {
                repeated.add(before.max(value));
                before.min(value)
            }
            None => value,
        });
    }
    Ok((gathered, intake.currency))
}

fn place_of(platform: Platform) -> usize {
    let place = Platform::ALL.iter().position(|one| *one == platform);
    place.unwrap_or(PLATFORMS)
}

fn claims_it(claimants: usize, platform: Platform) -> bool {
    (claimants >> place_of(platform)) & 1 == 1
}

/// An order of the record that is claimed must have somebody to go to.
fn check_weights(order: &str, of_order: &Gathered, sharing: &Sharing) -> Result<(), ReportedError> {
    let claimants = of_order.claimants();
    let weight = |platform: &Platform| sharing.weight(*platform) > 0;
    let mut claiming = Platform::ALL
        .into_iter()
        .filter(|one| claims_it(claimants, *one));
    if of_order.recorded.is_none() || claimants == 0 || claiming.any(|one| weight(&one)) {
        return Ok(());
    }
    let why = ReportedRefused::NoWeight {
        order: order.into(),
    };
    Err(ReportedError::about("sharing", why))
}

fn total(groups: &[Volume], keep: &dyn Fn(usize) -> bool) -> Volume {
    let mut sum = Volume::default();
    for (claimants, group) in groups.iter().enumerate() {
        if keep(claimants) {
            sum.orders = sum.orders.saturating_add(group.orders);
            sum.value_minor = sum.value_minor.saturating_add(group.value_minor);
        }
    }
    sum
}

/// The value and the orders of each group divided among those who claim them.
fn divided(groups: &[Volume], sharing: &Sharing) -> ([i64; PLATFORMS], [Sum; PLATFORMS]) {
    let mut parts = [0_i64; PLATFORMS];
    let mut orders = [Sum::new(); PLATFORMS];
    for (claimants, group) in groups.iter().enumerate() {
        let weights = Platform::ALL.map(|platform| {
            if claims_it(claimants, platform) {
                sharing.weight(platform)
            } else {
                0
            }
        });
        let all = from_u64(weights.iter().sum());
        let minor = apportion_whole(group.value_minor, &weights);
        let rows = parts.iter_mut().zip(&mut orders);
        for ((part, orders), (minor, weight)) in rows.zip(minor.into_iter().zip(weights)) {
            *part = part.saturating_add(minor);
            if weight > 0 {
                orders.add(from_u64(group.orders) * from_u64(weight) / all);
            }
        }
    }
    (parts, orders)
}

fn overlaps(platforms: &[PlatformClaims], groups: &[Volume]) -> Vec<Overlap> {
    let names = || platforms.iter().map(|row| row.platform);
    let pairs = names().flat_map(|one| names().map(move |other| (one, other)));
    pairs
        .filter(|(one, other)| one < other)
        .map(|(one, other)| Overlap {
            one,
            other,
            both: total(groups, &|claimants| {
                claims_it(claimants, one) && claims_it(claimants, other)
            }),
        })
        .collect()
}
