//! `POST /v1/imports/…?tenant=`: one upload.
//!
//! Until there are accounts and permissions, the tenant is named in the address; where there is only one, it may be left out.

use std::pin::Pin;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use stratum_core::vocabulary::{AccountId, TenantId};

use super::answer::{refused, taken};
use crate::http::Problem;
use crate::http::extract::{Query, unreadable};
use crate::http::v1::ingest::{Inbound, store_problem};
use crate::imports::{
    CustomerKind, CustomerUpload, Format, ImportError, Known, Repeated, Table, Upload, UploadKind,
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfTenant {
    tenant: Option<TenantId>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfSeries {
    tenant: Option<TenantId>,
    account: AccountId,
    metric: String,
    #[serde(default)]
    repeated: Repeated,
}

type Answer = Pin<Box<dyn Future<Output = Result<Response, Problem>> + Send>>;
type Body = Result<Bytes, BytesRejection>;

/// The handler for one kind of rows.
pub(super) fn of_kind(
    kind: UploadKind,
) -> impl Fn(State<Inbound>, Query<OfTenant>, HeaderMap, Body) -> Answer + Clone + Send + Sync + 'static
{
    move |State(inbound), Query(query), headers, body| {
        Box::pin(take(inbound, query.tenant, kind.clone(), headers, body))
    }
}

/// The handler for one kind of rows about persons.
pub(super) fn of_customers(
    kind: CustomerKind,
) -> impl Fn(State<Inbound>, Query<OfTenant>, HeaderMap, Body) -> Answer + Clone + Send + Sync + 'static
{
    move |State(inbound), Query(query), headers, body| {
        Box::pin(take_customers(inbound, query.tenant, kind, headers, body))
    }
}

/// A further delivery metric; the account and the metric stand in the address.
pub(super) async fn delivery(
    State(inbound): State<Inbound>,
    Query(query): Query<OfSeries>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let kind = UploadKind::Delivery {
        account: query.account,
        metric: query.metric,
        repeated: query.repeated,
    };
    take(inbound, query.tenant, kind, headers, body).await
}

async fn take(
    inbound: Inbound,
    tenant: Option<TenantId>,
    kind: UploadKind,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let format = format(&headers)?;
    let body = body.map_err(unreadable)?;
    let tenant = tenant_of(&inbound, tenant).await?;
    let door = inbound.store.tenant(&tenant);
    let mut scope = door.read().await.map_err(store_problem)?;
    let accounts = scope.accounts().await.map_err(store_problem)?;
    let campaigns = scope.campaigns(None).await.map_err(store_problem)?;
    drop(scope);
    let (now, name) = (inbound.clock.now(), name(&kind));
    // A large file takes a while to read; requests of others go on meanwhile.
    let reading = tokio::task::spawn_blocking(move || -> Result<Upload, ImportError> {
        let known = Known::new(&accounts, &campaigns, now);
        Upload::read(&kind, &Table::read(&body, format)?, &known)
    });
    let upload = match reading.await.map_err(|error| Problem::internal(&error))? {
        Ok(upload) => upload,
        Err(error) => return Ok(refused(&error).into_response()),
    };
    let mut scope = door.begin().await.map_err(store_problem)?;
    upload.save(&mut scope).await.map_err(store_problem)?;
    scope.commit().await.map_err(store_problem)?;
    Ok(taken(name, upload.rows()))
}

async fn take_customers(
    inbound: Inbound,
    tenant: Option<TenantId>,
    kind: CustomerKind,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let format = format(&headers)?;
    let body = body.map_err(unreadable)?;
    let tenant = tenant_of(&inbound, tenant).await?;
    let now = inbound.clock.now();
    let reading = tokio::task::spawn_blocking(move || -> Result<CustomerUpload, ImportError> {
        CustomerUpload::read(kind, &Table::read(&body, format)?, now)
    });
    let upload = match reading.await.map_err(|error| Problem::internal(&error))? {
        Ok(upload) => upload,
        Err(error) => return Ok(refused(&error).into_response()),
    };
    let mut scope = inbound
        .store
        .tenant(&tenant)
        .begin()
        .await
        .map_err(store_problem)?;
    upload.save(&mut scope).await.map_err(store_problem)?;
    scope.commit().await.map_err(store_problem)?;
    Ok(taken(kind.as_str(), upload.rows()))
}

fn format(headers: &HeaderMap) -> Result<Format, Problem> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = kind
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    match essence.to_ascii_lowercase().as_str() {
        "text/csv" => Ok(Format::Csv),
        "application/json" => Ok(Format::Json),
        _ => Err(Problem::unsupported(
            "request.content_type",
            "this endpoint reads text/csv and application/json",
        )),
    }
}

async fn tenant_of(inbound: &Inbound, named: Option<TenantId>) -> Result<TenantId, Problem> {
    let tenants = inbound
        .store
        .operator()
        .tenants()
        .await
        .map_err(store_problem)?;
    match (named, tenants.as_slice()) {
        (Some(id), all) if all.iter().any(|tenant| tenant.id == id) => Ok(id),
        (Some(id), _) => {
            let detail = format!("there is no tenant `{id}`");
            Err(Problem::not_found("request.unknown_tenant", detail).at("tenant"))
        }
        (None, [only]) => Ok(only.id.clone()),
        (None, []) => Err(Problem::not_found(
            "request.unknown_tenant",
            "there is no tenant yet",
        )),
        (None, _) => Err(Problem::malformed(
            "request.tenant_needed",
            "there is more than one tenant; name one with `?tenant=`",
        )
        .at("tenant")),
    }
}

const fn name(kind: &UploadKind) -> &'static str {
    match kind {
        UploadKind::Metrics => "metrics",
        UploadKind::Orders => "orders",
        UploadKind::ApiCalls => "api_calls",
        UploadKind::PlatformStatus => "platform_status",
        UploadKind::Delivery { .. } => "delivery",
    }
}
