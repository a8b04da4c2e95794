use crate::postgres::PostgresTx;
use crate::sqlite::WriterTurn;
use crate::statement::Rows;
use crate::{Batch, Error, Result, Row, Statement, Value};

/// A writing transaction; dropped without [`Tx::commit`] it never happened.
#[derive(Debug)]
pub struct Tx(pub(crate) Turn);

#[derive(Debug)]
pub(crate) enum Turn {
    Sqlite(WriterTurn),
    Postgres(Box<PostgresTx>),
}

/// One step of a transaction that is written in one go.
#[derive(Debug)]
pub enum Op {
    /// A plain statement.
    Run(&'static Statement, Vec<Value>),
    /// Many rows at once; nothing happens when there are none.
    Batch(&'static Batch, Rows),
    /// The same, but every row must be answered by one, which is not told: otherwise the transaction fails with `Unmet`.
    Each(&'static Batch, Rows),
}

/// Whether an [`Op::Each`] has its answers.
pub(crate) fn each_answered(batch: &'static Batch, asked: usize, answers: Vec<Row>) -> Result<Vec<Row>> {
    if answers.len() == asked { Ok(answers) } else { Err(Error::Unmet { statement: batch.name }) }
}

impl Tx {
    /// Runs a writing statement; answers the number of rows it touched.
    pub async fn run(&mut self, statement: &'static Statement, values: &[Value]) -> Result<u64> {
        match &mut self.0 {
            Turn::Sqlite(turn) => turn.run(statement, values).await,
            Turn::Postgres(tx) => tx.run(statement, values).await,
        }
    }

    /// All rows of a statement, reading or writing.
    pub async fn all(&mut self, statement: &'static Statement, values: &[Value]) -> Result<Vec<Row>> {
        match &mut self.0 {
            Turn::Sqlite(turn) => turn.all(statement, values).await,
            Turn::Postgres(tx) => tx.all(statement, values).await,
        }
    }

    /// The same as [`Tx::all`], for statements with `RETURNING`.
    pub async fn returning(&mut self, statement: &'static Statement, values: &[Value]) -> Result<Vec<Row>> {
        self.all(statement, values).await
    }

    /// The first row.
    pub async fn maybe(&mut self, statement: &'static Statement, values: &[Value]) -> Result<Option<Row>> {
        Ok(self.all(statement, values).await?.into_iter().next())
    }

    /// The row of a statement that always has one.
    pub async fn one(&mut self, statement: &'static Statement, values: &[Value]) -> Result<Row> {
        self.maybe(statement, values).await?.ok_or(Error::NoRow(statement.name))
    }

    /// Writes many rows with one statement; answers what its `RETURNING` says.
    pub async fn batch(&mut self, batch: &'static Batch, rows: Rows) -> Result<Vec<Row>> {
        let mut answers = self.script(vec![Op::Batch(batch, rows)]).await?;
        Ok(answers.pop().unwrap_or_default())
    }

    /// Several statements in order, in one hand-over or one pipeline; answers the rows of each.
    pub async fn script(&mut self, ops: Vec<Op>) -> Result<Vec<Vec<Row>>> {
        match &mut self.0 {
            Turn::Sqlite(turn) => turn.script(ops).await,
            Turn::Postgres(tx) => tx.script(ops).await,
        }
    }

    /// Makes it happen: on disk when this returns.
    pub async fn commit(self) -> Result<()> {
        match self.0 {
            Turn::Sqlite(turn) => turn.commit().await,
            Turn::Postgres(tx) => tx.commit().await,
        }
    }
}
