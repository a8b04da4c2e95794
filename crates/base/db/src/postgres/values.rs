use std::error::Error as StdError;

use bytes::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::statement::Rows;
use crate::{Batch, Column, Error, Result, Row, Value};

/// A parameter of a batch: mostly a whole column of it.
pub(super) type Parameter = Box<dyn ToSql + Sync + Send>;

/// The rows of a batch turned on their side: one array a column.
pub(super) fn column_arrays(batch: &Batch, rows: Rows) -> Result<Vec<Parameter>> {
    let mut columns: Vec<Vec<Value>> = batch.columns.iter().map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    columns
        .into_iter()
        .zip(batch.columns)
        .map(|(values, (_, column))| array(batch, *column, values))
        .collect()
}

fn array(batch: &Batch, column: Column, values: Vec<Value>) -> Result<Parameter> {
    macro_rules! collect {
        ($variant:ident, $type:ty) => {{
            let values = values.into_iter().map(|value| match value {
                Value::Null => Ok(None),
                Value::$variant(inner) => Ok(Some(inner)),
                other => Err(Error::Refused {
                    statement: batch.name,
                    reason: format!("{other:?} is not of the column's type"),
                }),
            });
            let values: Vec<Option<$type>> = values.collect::<Result<_>>()?;
            Ok(Box::new(values) as Parameter)
        }};
    }
    match column {
        Column::Int => collect!(Int, i64),
        Column::Real => collect!(Real, f64),
        Column::Bool => collect!(Bool, bool),
        Column::Text => collect!(Text, String),
        Column::Bytes => collect!(Bytes, Vec<u8>),
    }
}

/// A row of the driver in the house's form.
pub(super) fn decode(row: &tokio_postgres::Row) -> Result<Row> {
    let columns = row.columns().iter().enumerate();
    columns.map(|(at, column)| value(row, at, column.type_())).collect::<Result<_>>().map(Row)
}

fn value(row: &tokio_postgres::Row, at: usize, kind: &Type) -> Result<Value> {
    let found = match *kind {
        Type::INT8 => row.try_get::<_, Option<i64>>(at).map(Value::from),
        Type::INT4 => row.try_get::<_, Option<i32>>(at).map(Value::from),
        Type::FLOAT8 => row.try_get::<_, Option<f64>>(at).map(Value::from),
        Type::BOOL => row.try_get::<_, Option<bool>>(at).map(Value::from),
        Type::TEXT | Type::VARCHAR | Type::NAME => row.try_get::<_, Option<String>>(at).map(Value::from),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(at).map(Value::from),
        _ => return Err(Error::Column { column: at, found: "another type", expected: "a portable type" }),
    };
    found.map_err(|_| Error::Column { column: at, found: "an unreadable value", expected: "its type" })
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Self::Int(number) => number.to_sql(&Type::INT8, out),
            Self::Real(number) => number.to_sql(kind, out),
            Self::Bool(flag) => flag.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
