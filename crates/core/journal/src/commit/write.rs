use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use db::{Db, Op, Row, Tx, Value};

use super::claims::take_claims;
use super::encode::{Encoded, Needs};
use crate::executions::hours::{bucket, hour_ms};
use crate::{Error, ExecutionStatus, Result, sql};

/// Writes commits in one transaction; answers what became of each. Usually none is refused: then it is one hand-over.
///
/// A stale one drops out in the statement that moves its row, a birth whose flow does not run that version in the
/// one that holds flows, one over its owner's hard limit after the one that counts it, one whose claim is taken after
/// the one that takes it; none harms the others.
pub(super) async fn write(db: &Db, commits: &[Arc<Encoded>]) -> Result<Vec<Result<()>>> {
    let is_simple = |commit: &Arc<Encoded>| commit.runs_limit.is_none() && commit.claim.is_none();
    if commits.iter().all(is_simple) && write_at_once(db, commits).await? {
        return Ok(commits.iter().map(|_| Ok(())).collect());
    }
    let mut tx = db.begin().await?;
    let answers = tx
        .script(vec![
            Op::Batch(&sql::HOLD_FLOWS, flows_to_hold(commits)),
            Op::Batch(&sql::COUNT_RUNS, monthly(commits)),
            Op::Batch(&sql::MOVE_EXECUTIONS, moves(commits)),
        ])
        .await?;
    let held = answers[0]
        .iter()
        .map(|row| Ok(Needs { flow: row.get(0)?, version: row.get(1)?, is_test: row.get(2)? }));
    let held: Held = held.collect::<db::Result<_>>()?;
    let owned: HashSet<String> = answers[2].iter().map(|row| row.get(0)).collect::<db::Result<_>>()?;
    let mut outcomes = judge(commits, &answers[1], (&held, &owned))?;
    take_claims(&mut tx, commits, &mut outcomes).await?;
    take_back(&mut tx, commits, &outcomes).await?;
    let accepted: Vec<&Encoded> = commits
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| outcome.is_ok())
        .map(|(commit, _)| &**commit)
        .collect();
    tx.script(appends(&accepted)).await?;
    tx.script(shared(&accepted)).await?;
    tx.commit().await?;
    Ok(outcomes)
}

/// All in one hand-over, as long as none is refused; `false` when one is, by its flow or its epoch, and nothing is
/// written.
async fn write_at_once(db: &Db, commits: &[Arc<Encoded>]) -> Result<bool> {
    let accepted: Vec<&Encoded> = commits.iter().map(AsRef::as_ref).collect();
    let mut ops = vec![
        Op::Each(&sql::HOLD_FLOWS, flows_to_hold(commits)),
        Op::Each(&sql::MOVE_EXECUTIONS, moves(commits)),
    ];
    ops.extend(appends(&accepted));
    ops.push(Op::Batch(&sql::COUNT_RUNS, monthly(commits)));
    ops.extend(shared(&accepted));
    match db.transact(ops).await {
        Ok(_) => Ok(true),
        Err(db::Error::Unmet { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn moves(commits: &[Arc<Encoded>]) -> Vec<Vec<Value>> {
    commits.iter().filter(|commit| !commit.is_birth()).map(|commit| commit.row.clone()).collect()
}

/// What flows are found to be.
type Held = HashSet<Needs>;

/// The flows of births, each once, with the version that is to run: whoever stops one waits for this commit.
fn flows_to_hold(commits: &[Arc<Encoded>]) -> Vec<Vec<Value>> {
    let flows: BTreeSet<_> = commits.iter().filter_map(|commit| commit.needs.as_ref()).collect();
    let row = |needs: &Needs| db::params![&needs.flow, needs.version.clone(), needs.is_test].to_vec();
    flows.into_iter().map(row).collect()
}

/// Which commits hold: births of running flows within their owner's limit, in order, and moves whose epoch was not
/// stale.
fn judge(
    commits: &[Arc<Encoded>],
    counted: &[Row],
    (held, owned): (&Held, &HashSet<String>),
) -> Result<Vec<Result<()>>> {
    let mut runs: BTreeMap<(String, i64), i64> = BTreeMap::new();
    for (row, values) in counted.iter().zip(monthly(commits)) {
        let (Value::Int(month_ms), Value::Int(added)) = (&values[1], &values[2]) else { continue };
        let (owner, total): (String, i64) = (row.get(0)?, row.get(1)?);
        runs.insert((owner, *month_ms), total - added);
    }
    let outcomes = commits.iter().map(|commit| {
        let Some(needs) = &commit.needs else {
            return if owned.contains(&commit.execution) { Ok(()) } else { Err(Error::StaleEpoch) };
        };
        if !held.contains(needs) {
            return Err(Error::FlowChanged);
        }
        let before = runs.entry((commit.owner.clone(), commit.month_ms)).or_default();
        match commit.runs_limit {
            Some(limit) if *before >= i64::try_from(limit).unwrap_or(i64::MAX) => {
                Err(Error::RunQuota { limit })
            }
            _ => {
                *before += i64::from(commit.is_run);
                Ok(())
            }
        }
    });
    Ok(outcomes.collect())
}

/// Takes what was counted for refused commits out of the month again.
async fn take_back(tx: &mut Tx, commits: &[Arc<Encoded>], outcomes: &[Result<()>]) -> Result<()> {
    let refused: Vec<Arc<Encoded>> = commits
        .iter()
        .zip(outcomes)
        .filter(|(_, outcome)| outcome.is_err())
        .map(|(c, _)| Arc::clone(c))
        .collect();
    let mut rows = monthly(&refused);
    for value in rows.iter_mut().flatten() {
        negate(value);
    }
    if !rows.is_empty() {
        tx.batch(&sql::COUNT_RUNS, rows).await?;
    }
    Ok(())
}

fn negate(value: &mut Value) {
    // The month stays what it is: it is the one number that is never small.
    if let Value::Int(number) = value
        && *number < SMALLEST_MONTH_MS
    {
        *number = -*number;
    }
}

/// Any month since 1971 lies beyond any count of one commit.
const SMALLEST_MONTH_MS: i64 = 31_536_000_000;

/// Runs and tokens by owner and month, in an order that every writer keeps, so that no two lock each other out.
pub(super) fn monthly(commits: &[Arc<Encoded>]) -> Vec<Vec<Value>> {
    let mut sums: BTreeMap<(&str, i64), [i64; 3]> = BTreeMap::new();
    for commit in commits {
        let sum = sums.entry((&commit.owner, commit.month_ms)).or_default();
        sum[0] += i64::from(commit.is_run);
        sum[1] += commit.input_tokens;
        sum[2] += commit.output_tokens;
    }
    // Nothing to add is nothing to lock.
    sums.into_iter()
        .filter(|(_, sum)| *sum != [0; 3])
        .map(|((owner, month_ms), [runs, input, output])| {
            db::params![owner, month_ms, runs, input, output].to_vec()
        })
        .collect()
}

/// The rows of accepted commits that nobody else writes: executions, events, large payloads.
pub(super) fn appends(commits: &[&Encoded]) -> Vec<Op> {
    let all = |rows: fn(&Encoded) -> &Vec<Vec<Value>>| {
        commits.iter().flat_map(|c| rows(c).iter().cloned()).collect()
    };
    let births = commits.iter().filter(|commit| commit.is_birth()).map(|commit| commit.row.clone()).collect();
    vec![
        Op::Batch(&sql::ADD_EXECUTIONS, births),
        Op::Batch(&sql::APPEND_EVENTS, all(|commit| &commit.events)),
        Op::Batch(&sql::ADD_PAYLOADS, all(|commit| &commit.payloads)),
        Op::Batch(&sql::ADD_APPROVALS, all(|commit| &commit.asked)),
        Op::Batch(&sql::END_APPROVALS, all(|commit| &commit.asked_over)),
        Op::Batch(&sql::TAKE_LETTERS, all(|commit| &commit.letters_taken)),
        Op::Batch(&sql::ADD_SNAPSHOTS, commits.iter().filter_map(|c| c.snapshot.clone()).collect()),
        Op::Batch(&sql::FORGET_SNAPSHOTS, commits.iter().filter_map(|c| c.forgets.clone()).collect()),
        Op::Batch(&sql::LOOK_AGAIN, commits.iter().filter_map(|c| c.look_again.clone()).collect()),
    ]
}

/// Rows that other commits write too, last: they are locked until the commit is on disk. Always in this order behind
/// the owners' sums, so that no two commits lock each other out.
pub(super) fn shared(commits: &[&Encoded]) -> Vec<Op> {
    vec![
        Op::Batch(&sql::COUNT_EXECUTIONS, flows(commits)),
        Op::Batch(&sql::COUNT_HOURS, hours(commits)),
        Op::Batch(&sql::KV_SET, by_key(commits.iter().flat_map(|commit| &commit.kv_sets))),
        Op::Batch(&sql::KV_DELETE, by_key(commits.iter().flat_map(|commit| &commit.kv_deletes))),
    ]
}

/// What changes in the sums of each flow.
fn flows(commits: &[&Encoded]) -> Vec<Vec<Value>> {
    let mut sums: BTreeMap<&str, [i64; 6]> = BTreeMap::new();
    for commit in commits {
        // A step between the first and the last changes no sum.
        if !commit.is_birth() && commit.end.is_none() {
            continue;
        }
        let sum = sums.entry(&commit.flow).or_default();
        sum[0] += i64::from(commit.is_birth());
        if let Some((status, duration_ms)) = commit.end {
            sum[1] += i64::from(status == ExecutionStatus::Success);
            sum[2] += i64::from(status == ExecutionStatus::Error);
            sum[3] += i64::from(status == ExecutionStatus::Timeout);
            sum[4] += duration_ms;
        }
        sum[5] = sum[5].max(commit.started_ms);
    }
    sums.into_iter()
        .map(|(flow, [started, succeeded, failed, timed_out, duration_ms, last_ms])| {
            db::params![flow, started, succeeded, failed, timed_out, duration_ms, last_ms].to_vec()
        })
        .collect()
}

/// What ended, by the hour of its start and by how long it took.
fn hours(commits: &[&Encoded]) -> Vec<Vec<Value>> {
    let mut sums: BTreeMap<(&str, i64, &str, i64), i64> = BTreeMap::new();
    for commit in commits {
        let Some((status, duration_ms)) = commit.end else { continue };
        let key = (commit.flow.as_str(), hour_ms(commit.started_ms), status.as_str(), bucket(duration_ms));
        *sums.entry(key).or_default() += 1;
    }
    let row =
        |((flow, hour_ms, status, bucket), runs)| db::params![flow, hour_ms, status, bucket, runs].to_vec();
    sums.into_iter().map(row).collect()
}

/// Each key once, in an order that every writer keeps; of writes of the same key by several commits the last one counts.
fn by_key<'a>(rows: impl Iterator<Item = &'a Vec<Value>>) -> Vec<Vec<Value>> {
    let text = |value: &'a Value| if let Value::Text(text) = value { text.as_str() } else { "" };
    let keyed: BTreeMap<_, _> = rows.map(|row| ((text(&row[0]), text(&row[1])), row)).collect();
    keyed.into_values().cloned().collect()
}
