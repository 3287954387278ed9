//! How does a request reach a platform? One client with time-outs and limits; reads are tried again, writes never.
//!
//! Writing is declared by intent, not by method, and takes the redemption of a permit. Every call leaves a record (class
//! of failure and duration) for API health; nothing of an address or a body is kept.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stratum_core::trust::Redemption;

use crate::error::{Error, Kind, Retry};

/// How often a read is tried.
const TRIES: u32 = 3;
/// The largest answer accepted.
const LARGEST_ANSWER: usize = 8 * 1024 * 1024;
/// How many call records are kept until somebody takes them.
const MOST_RECORDS: usize = 10_000;

/// A request before it is sent: pure data.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What is being done, for errors and records.
    pub operation: &'static str,
    /// The HTTP method.
    pub method: reqwest::Method,
    /// The path below the platform's address.
    pub path: String,
    /// The body.
    pub body: Option<serde_json::Value>,
}

/// One call that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallRecord {
    /// What was being done.
    pub operation: &'static str,
    /// What kind of failure, none when it succeeded.
    pub failure: Option<Kind>,
    /// How long it took, in milliseconds.
    pub millis: u32,
}

/// The way to one platform.
#[derive(Debug, Clone)]
pub struct Transport {
    client: reqwest::Client,
    address: String,
    records: Arc<Mutex<VecDeque<CallRecord>>>,
}

impl Transport {
    /// A transport to `address`, such as `http://127.0.0.1:4010`; every call ends within `time_limit`.
    ///
    /// # Errors
    /// [`Kind::Unavailable`] when no client can be built.
    pub fn new(address: &str, time_limit: Duration) -> Result<Self, Error> {
        let client = reqwest::Client::builder()
            .timeout(time_limit)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|_| failure("build_client", Kind::Unavailable, None))?;
        let address = address.trim_end_matches('/').to_owned();
        Ok(Self {
            client,
            address,
            records: Arc::default(),
        })
    }

    /// Sends a request that changes nothing; tried again while that is worthwhile.
    ///
    /// # Errors
    /// The [`Error`] of the last try.
    pub async fn read(&self, request: &Request) -> Result<Vec<u8>, Error> {
        let mut tried = 1;
        loop {
            match self.send(request, None).await {
                Err(Error {
                    retry: Retry::After(pause),
                    ..
                }) if tried < TRIES => {
                    tokio::time::sleep(pause).await;
                    tried += 1;
                }
                answer => return answer,
            }
        }
    }

    /// Sends a request that changes something. Sent once: what became of it is read back, not guessed.
    ///
    /// # Errors
    /// The [`Error`]; [`Kind::is_certainly_not_applied`] says whether anything can have happened.
    pub async fn write(
        &self,
        redemption: &Redemption,
        request: &Request,
    ) -> Result<Vec<u8>, Error> {
        let key = redemption.permit().to_string();
        self.send(request, Some(&key)).await
    }

    /// The records of calls made since the last time, oldest first.
    #[must_use]
    pub fn take_records(&self) -> Vec<CallRecord> {
        self.records
            .lock()
            .map(|mut records| records.drain(..).collect())
            .unwrap_or_default()
    }

    async fn send(&self, request: &Request, key: Option<&str>) -> Result<Vec<u8>, Error> {
        let started = tokio::time::Instant::now();
        let answer = self.exchange(request, key).await;
        let millis = u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX);
        let failure = answer.as_ref().err().map(|error| error.kind);
        if let Ok(mut records) = self.records.lock() {
            if records.len() >= MOST_RECORDS {
                records.pop_front();
            }
            records.push_back(CallRecord {
                operation: request.operation,
                failure,
                millis,
            });
        }
        answer
    }

    async fn exchange(&self, request: &Request, key: Option<&str>) -> Result<Vec<u8>, Error> {
        let operation = request.operation;
        let address = format!("{}{}", self.address, request.path);
        let mut outgoing = self.client.request(request.method.clone(), address);
        if let Some(body) = &request.body {
            outgoing = outgoing.json(body);
        }
        if let Some(key) = key {
            outgoing = outgoing.header("idempotency-key", key);
        }
        let unsent = |error: reqwest::Error| {
            let kind = if error.is_timeout() {
                Kind::TimedOut
            } else {
                Kind::Unavailable
            };
            failure(operation, kind, None)
        };
        let mut answer = outgoing.send().await.map_err(unsent)?;
        let status = answer.status().as_u16();
        if let Some(kind) = kind_of(status) {
            return Err(failure(operation, kind, Some(status)));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unsent)? {
            if bytes.len() + chunk.len() > LARGEST_ANSWER {
                return Err(failure(operation, Kind::Malformed, Some(status)));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}

fn kind_of(status: u16) -> Option<Kind> {
    match status {
        200..=299 => None,
        401 | 403 => Some(Kind::Unauthorised),
        404 | 410 => Some(Kind::NotFound),
        408 | 504 => Some(Kind::TimedOut),
        429 => Some(Kind::RateLimited),
        400..=499 => Some(Kind::Rejected),
        _ => Some(Kind::Unavailable),
    }
}

pub(crate) fn failure(operation: &'static str, kind: Kind, status: Option<u16>) -> Error {
    let retry = match kind {
        Kind::RateLimited => Retry::After(Duration::from_millis(500)),
        Kind::Unavailable => Retry::After(Duration::from_millis(100)),
        Kind::TimedOut
        | Kind::Unauthorised
        | Kind::NotFound
        | Kind::Rejected
        | Kind::Malformed
        | Kind::Unsupported
        | Kind::NotPermitted => Retry::Never,
    };
    Error {
        kind,
        retry,
        operation,
        status,
    }
}
