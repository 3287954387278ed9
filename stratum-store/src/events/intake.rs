//! When may a sender be told that its events are safe? After the commit that contains them, which they share with others.
//!
//! One task writes. Whatever has queued up while the last commit was on its way to the disk goes into the next one, so that
//! the load decides how many events share a sync and a lone event waits for nobody.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::Submission;
use super::write::write_group;
use crate::{Store, StoreError};

pub use super::write::Stored;

/// How much the intake takes at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntakeSettings {
    /// Events in one transaction, at most; a submission is never split.
    pub events_per_commit: usize,
    /// Bytes of payload waiting to be written, at most; beyond it the intake says that it is busy.
    pub waiting_bytes: u32,
}

impl Default for IntakeSettings {
    fn default() -> Self {
        Self {
            events_per_commit: 4_000,
            waiting_bytes: 64 * 1024 * 1024,
        }
    }
}

struct Job {
    submission: Submission,
    answer: oneshot::Sender<Result<Stored, StoreError>>,
    _room: OwnedSemaphorePermit,
}

/// The way in for events. Cloning it is cheap; it ends when the last clone is dropped.
#[derive(Debug, Clone)]
pub struct EventIntake {
    queue: mpsc::UnboundedSender<Job>,
    room: Arc<Semaphore>,
    settings: IntakeSettings,
}

impl EventIntake {
    /// Starts the writing task on the current runtime.
    #[must_use]
    pub fn start(store: Store, settings: IntakeSettings) -> Self {
        // INVARIANT: the queue is bounded by `room`: every job in it holds permits for its bytes.
        let (queue, jobs) = mpsc::unbounded_channel();
        tokio::spawn(write_all(store, jobs, settings.events_per_commit.max(1)));
        let room = Semaphore::new(usize::try_from(settings.waiting_bytes).unwrap_or(usize::MAX));
        Self {
            queue,
            room: Arc::new(room),
            settings,
        }
    }

    /// Hands events over and waits until they are on the disk.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when too much is waiting, [`StoreError::TooHeavy`] when it would never fit, any other when the events could not be written; then none of them is
    /// stored.
    pub async fn submit(&self, submission: Submission) -> Result<Stored, StoreError> {
        if submission.events.is_empty() {
            return Ok(Stored::default());
        }
        let size = weight(&submission);
        if size > self.settings.waiting_bytes {
            return Err(StoreError::TooHeavy);
        }
        let room = Arc::clone(&self.room)
            .try_acquire_many_owned(size)
            .map_err(|_| StoreError::Busy)?;
        let (answer, written) = oneshot::channel();
        let job = Job {
            submission,
            answer,
            _room: room,
        };
        self.queue.send(job).map_err(|_| StoreError::Closed)?;
        written.await.map_err(|_| StoreError::Closed)?
    }
}

/// About how many bytes a submission takes while it waits.
fn weight(submission: &Submission) -> u32 {
    const PER_EVENT: usize = 400;
    let bytes = submission
        .events
        .iter()
        .map(|event| event.payload.len() + PER_EVENT)
        .sum::<usize>();
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

async fn write_all(store: Store, mut jobs: mpsc::UnboundedReceiver<Job>, most: usize) {
    while let Some(first) = jobs.recv().await {
        let mut events = first.submission.events.len();
        let mut group = vec![first];
        while events < most {
            let Ok(next) = jobs.try_recv() else { break };
            events += next.submission.events.len();
            group.push(next);
        }
        settle(&store, group).await;
    }
}

/// Writes a group and answers everyone in it. When the group cannot be written, each is tried alone, so that one bad
/// submission does not take the others with it.
async fn settle(store: &Store, group: Vec<Job>) {
    let submissions: Vec<&Submission> = group.iter().map(|job| &job.submission).collect();
    let together = commit(store, &submissions).await;
    match together {
        Ok(stored) => {
            for (job, stored) in group.into_iter().zip(stored) {
                // Whoever hung up meanwhile will send again; the message ids make that harmless.
                let _ = job.answer.send(Ok(stored));
            }
        }
        Err(error) if group.len() == 1 => {
            for job in group {
                let _ = job
                    .answer
                    .send(Err(StoreError::NotWritten(error.to_string())));
            }
        }
        Err(_) => {
            for job in group {
                let alone = commit(store, &[&job.submission]).await;
                let answer = alone
                    .map(|stored| stored.first().copied().unwrap_or_default())
                    .map_err(|error| StoreError::NotWritten(error.to_string()));
                let _ = job.answer.send(answer);
            }
        }
    }
}

async fn commit(store: &Store, group: &[&Submission]) -> Result<Vec<Stored>, StoreError> {
    let mut transaction = store.writer().begin_with("BEGIN IMMEDIATE").await?;
    let stored = write_group(&mut transaction, group).await?;
    transaction.commit().await?;
    Ok(stored)
}
