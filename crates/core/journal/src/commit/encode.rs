use std::io::Write;

use db::Value;
use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::{Birth, Claim, Commit, Progress, Snapshot};
use crate::{ApprovalStatus, Error, ExecutionStatus, KvWrite, Result, TriggerKind, month_start};

/// Events over this size lie deflated in a table of their own.
const INLINE_MAX_BYTES: usize = 32 * 1024;

/// The word for what stands in a queue; statements find it by that word.
const QUEUE: &str = "queue";

/// A commit as rows, made where it was decided: the one that writes only writes.
#[derive(Debug)]
pub(super) struct Encoded {
    pub(super) execution: String,
    pub(super) flow: String,
    pub(super) owner: String,
    pub(super) runs_limit: Option<u64>,
    /// Whether it counts as one of its owner's runs.
    pub(super) is_run: bool,
    pub(super) month_ms: i64,
    /// What a birth needs of its flow.
    pub(super) needs: Option<Needs>,
    /// What no other birth may stand for.
    pub(super) claim: Option<Claim>,
    /// The row of `ADD_EXECUTIONS` or of `MOVE_EXECUTIONS`.
    pub(super) row: Vec<Value>,
    pub(super) events: Vec<Vec<Value>>,
    pub(super) payloads: Vec<Vec<Value>>,
    pub(super) kv_sets: Vec<Vec<Value>>,
    pub(super) kv_deletes: Vec<Vec<Value>>,
    pub(super) letters_taken: Vec<Vec<Value>>,
    /// Rows of `ADD_APPROVALS` and of `END_APPROVALS`.
    pub(super) asked: Vec<Vec<Value>>,
    pub(super) asked_over: Vec<Vec<Value>>,
    pub(super) snapshot: Option<Vec<Value>>,
    /// The row of `FORGET_SNAPSHOTS`, when it ends and may have one.
    pub(super) forgets: Option<Vec<Value>>,
    /// The row of `LOOK_AGAIN`, when the node gives the execution back.
    pub(super) look_again: Option<Vec<Value>>,
    pub(super) input_tokens: i64,
    pub(super) output_tokens: i64,
    pub(super) started_ms: i64,
    /// How it ended, and how long it took in milliseconds.
    pub(super) end: Option<(ExecutionStatus, i64)>,
}

pub(super) fn encode(commit: &Commit) -> Result<Encoded> {
    let usage = commit.events.iter().filter_map(|recorded| recorded.event.usage());
    let (input_tokens, output_tokens) =
        usage.fold((0, 0), |sum, usage| (sum.0 + usage.input_tokens, sum.1 + usage.output_tokens));
    let (input_tokens, output_tokens) = (int(input_tokens), int(output_tokens));
    let started_ms = commit.started_at.as_millis();
    let end = match &commit.progress {
        Progress::Ended { status, at, .. } => Some((*status, at.as_millis() - started_ms)),
        Progress::Leased | Progress::Parked { .. } | Progress::Queued { .. } => None,
    };
    let execution = commit.execution.to_string();
    let taken = commit.letters_taken.iter().map(|id| db::params![&execution, id].to_vec()).collect();
    let mut encoded = Encoded {
        execution,
        flow: commit.flow.to_string(),
        owner: commit.owner.to_string(),
        runs_limit: commit.birth.as_ref().and_then(|birth| birth.runs_limit),
        is_run: commit.birth.as_ref().is_some_and(|birth| birth.is_run),
        month_ms: month_start(commit.started_at, 0).as_millis(),
        needs: commit.birth.as_ref().map(|birth| needs(commit, birth)),
        claim: commit.birth.as_ref().and_then(|birth| birth.claim.clone()),
        row: row(commit, input_tokens, output_tokens),
        events: Vec::with_capacity(commit.events.len()),
        payloads: Vec::new(),
        kv_sets: Vec::new(),
        kv_deletes: Vec::new(),
        letters_taken: taken,
        asked: asked(commit),
        asked_over: asked_over(commit),
        snapshot: snapshot(commit)?,
        forgets: forgets(commit),
        look_again: look_again(commit),
        input_tokens,
        output_tokens,
        started_ms,
        end,
    };
    encoded.encode_events(commit)?;
    encoded.encode_kv(commit);
    Ok(encoded)
}

/// What persons are asked from now on.
fn asked(commit: &Commit) -> Vec<Vec<Value>> {
    let rows = commit.approvals.asked.iter().map(|new| {
        db::params![
            new.id,
            commit.execution,
            new.wait.0,
            commit.owner,
            commit.flow,
            &new.listener,
            &new.message,
            new.default.as_str(),
            new.asked_at,
            new.deadline
        ]
        .to_vec()
    });
    rows.collect()
}

/// What they are not asked any more.
fn asked_over(commit: &Commit) -> Vec<Vec<Value>> {
    let rows = commit.approvals.over.iter().map(|end| {
        let status = if end.word.is_some() { ApprovalStatus::Decided } else { ApprovalStatus::Closed };
        let word = end.word.as_ref();
        db::params![
            commit.execution,
            end.wait.0,
            status.as_str(),
            word.map(|word| word.verdict.as_str()),
            word.and_then(|word| word.by.clone()),
            word.map(|word| word.at),
            word.and_then(|word| word.comment.clone())
        ]
        .to_vec()
    });
    rows.collect()
}

/// The row of a snapshot.
fn snapshot(commit: &Commit) -> Result<Option<Vec<Value>>> {
    let Some(Snapshot { version, body }) = &commit.snapshot else { return Ok(None) };
    let deflated = deflate(body.as_bytes()).map_err(|error| Error::Unreadable {
        execution: commit.execution.to_string(),
        seq: i64::from(commit.first_seq),
        reason: error.to_string(),
    })?;
    Ok(Some(db::params![commit.execution, *version, deflated].to_vec()))
}

/// An execution that was short has no snapshot to forget.
fn forgets(commit: &Commit) -> Option<Vec<Value>> {
    let is_long = commit.first_seq >= Snapshot::EVERY_EVENTS / 2;
    let is_over = matches!(commit.progress, Progress::Ended { .. });
    (is_over && is_long).then(|| db::params![commit.execution].to_vec())
}

/// The execution's row: whole for a birth, what changes otherwise.
fn row(commit: &Commit, input_tokens: i64, output_tokens: i64) -> Vec<Value> {
    let (status, error, completed) = match &commit.progress {
        Progress::Ended { status, error, at } => (*status, error.as_ref(), Some(*at)),
        _ => (ExecutionStatus::Running, None, None),
    };
    let code = error.map(|error| error.code.clone());
    let message = error.map(|error| error.message.clone());
    let (kind, until, wake, node) = match &commit.progress {
        Progress::Ended { .. } => (None, None, None, None),
        Progress::Leased => (None, None, None, Some(commit.node)),
        Progress::Parked { wake_at, waiting, .. } => {
            (Some(waiting.kind.as_str()), waiting.until, *wake_at, None)
        }
        Progress::Queued { .. } => (Some(QUEUE), None, None, None),
    };
    let last_seq = i64::from(commit.first_seq) + i64::try_from(commit.events.len()).unwrap_or(0) - 1;
    let (id, status) = (commit.execution, status.as_str());
    match &commit.birth {
        Some(birth) => db::params![
            id,
            commit.flow,
            commit.owner,
            birth.version,
            birth.trigger,
            birth.trigger_kind.as_str(),
            status,
            code,
            message,
            commit.started_at,
            completed,
            kind,
            until,
            wake,
            node,
            commit.epoch,
            last_seq,
            input_tokens,
            output_tokens,
            birth.caller
        ]
        .to_vec(),
        None => db::params![
            id,
            commit.epoch,
            status,
            code,
            message,
            completed,
            kind,
            until,
            wake,
            node,
            last_seq,
            input_tokens,
            output_tokens
        ]
        .to_vec(),
    }
}

/// What a birth needs of a flow: that it runs, in that version or in any; a test, that it is there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Needs {
    pub(super) flow: String,
    pub(super) version: Option<String>,
    pub(super) is_test: i64,
}

fn needs(commit: &Commit, birth: &Birth) -> Needs {
    Needs {
        flow: commit.flow.to_string(),
        version: birth.is_current.then(|| birth.version.to_string()),
        is_test: i64::from(birth.trigger_kind == TriggerKind::Test),
    }
}

/// A letter that comes while its execution is given back must find somebody to read it.
fn look_again(commit: &Commit) -> Option<Vec<Value>> {
    match &commit.progress {
        // Nobody can know a new execution's id before it is on disk.
        _ if commit.birth.is_some() => None,
        Progress::Parked { at, .. } | Progress::Queued { at } => {
            Some(db::params![commit.execution, *at].to_vec())
        }
        Progress::Leased | Progress::Ended { .. } => None,
    }
}

impl Encoded {
    pub(super) fn is_birth(&self) -> bool {
        self.needs.is_some()
    }

    /// Whether it changes what is counted for its owner or its flow.
    pub(super) fn moves_sums(&self) -> bool {
        self.is_birth() || self.end.is_some() || (self.input_tokens, self.output_tokens) != (0, 0)
    }

    fn encode_events(&mut self, commit: &Commit) -> Result<()> {
        for (seq, recorded) in (i64::from(commit.first_seq)..).zip(&commit.events) {
            let unreadable =
                |reason: String| Error::Unreadable { execution: self.execution.clone(), seq, reason };
            let body =
                serde_json::to_string(&recorded.event).map_err(|error| unreadable(error.to_string()))?;
            let inline = if body.len() <= INLINE_MAX_BYTES {
                Some(body)
            } else {
                let deflated = deflate(body.as_bytes()).map_err(|error| unreadable(error.to_string()))?;
                self.payloads.push(db::params![&self.execution, seq, deflated].to_vec());
                None
            };
            self.events.push(db::params![&self.execution, seq, recorded.at, inline].to_vec());
        }
        Ok(())
    }

    fn encode_kv(&mut self, commit: &Commit) {
        let now = commit.events.last().map_or(commit.started_at, |last| last.at);
        // The last write of a key counts: one statement cannot write a row twice.
        let mut keys: Vec<&str> = Vec::new();
        for write in commit.kv_writes.iter().rev() {
            let (KvWrite::Set { key, .. } | KvWrite::Delete { key }) = write;
            if keys.contains(&key.as_str()) {
                continue;
            }
            keys.push(key);
            match write {
                KvWrite::Set { key, value, ttl_ms } => {
                    let expires = ttl_ms.map(|ttl_ms| now.plus_ms(ttl_ms));
                    self.kv_sets.push(db::params![&self.flow, key, value.to_string(), expires].to_vec());
                }
                KvWrite::Delete { key } => self.kv_deletes.push(db::params![&self.flow, key].to_vec()),
            }
        }
    }
}

fn deflate(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body)?;
    encoder.finish()
}

fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
