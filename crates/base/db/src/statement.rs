use std::sync::OnceLock;

use crate::Value;

/// One SQL statement; `$1`, `$2`, … are its parameters on both databases.
#[derive(Debug)]
pub struct Statement {
    /// The name it is known by in messages.
    pub name: &'static str,
    /// The text.
    pub sql: &'static str,
    sqlite: OnceLock<String>,
}

/// One SQL statement that reads many rows at once, from the relation `rows r`.
#[derive(Debug)]
pub struct Batch {
    /// The name it is known by in messages.
    pub name: &'static str,
    /// The text.
    pub sql: &'static str,
    /// The columns of `rows`, in order.
    pub columns: &'static [(&'static str, Column)],
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
    each: OnceLock<String>,
}

/// The type of a column of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// `BIGINT`
    Int,
    /// `DOUBLE PRECISION`
    Real,
    /// `BOOLEAN`
    Bool,
    /// `TEXT`
    Text,
    /// `BYTEA`
    Bytes,
}

/// Either kind, for the test that prepares all of them.
#[derive(Debug, Clone, Copy)]
pub enum Prepared {
    /// A plain statement.
    Statement(&'static Statement),
    /// A batch.
    Batch(&'static Batch),
}

/// Names the statements of a room; stands in files named `sql.rs` only.
///
/// Each becomes a static, and `ALL` lists them for the test that prepares every one on both databases.
#[macro_export]
macro_rules! statements {
    (@one $vis:vis $name:ident $sql:literal) => {
        $vis static $name: $crate::Statement = $crate::Statement::new(stringify!($name), $sql);
    };
    (@parse [$($all:tt)*] $vis:vis batch $name:ident ( $($column:ident : $type:ident),+ $(,)? ) = $sql:literal; $($rest:tt)*) => {
        $vis static $name: $crate::Batch = $crate::Batch::new(
            stringify!($name), $sql, &[$((stringify!($column), $crate::Column::$type)),+],
        );
        $crate::statements!(@parse [$($all)* $crate::Prepared::Batch(&$name),] $($rest)*);
    };
    (@parse [$($all:tt)*] $vis:vis $name:ident = $sql:literal; $($rest:tt)*) => {
        $crate::statements!(@one $vis $name $sql);
        $crate::statements!(@parse [$($all)* $crate::Prepared::Statement(&$name),] $($rest)*);
    };
    (@parse [$($all:tt)*]) => {
        /// Every statement of this file.
        #[allow(unreachable_pub, clippy::allow_attributes, reason = "a room re-exports it, a test does not")]
        pub static ALL: &[$crate::Prepared] = &[$($all)*];
    };
    ($($all:tt)*) => { $crate::statements!(@parse [] $($all)*); };
}

impl Statement {
    /// For [`statements!`].
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql, sqlite: OnceLock::new() }
    }

    /// The text for SQLite, where `?1` is a numbered parameter and `$1` only a named one.
    pub(crate) fn sqlite(&'static self) -> &'static str {
        self.sqlite.get_or_init(|| numbered(self.sql))
    }
}

impl Batch {
    /// For [`statements!`].
    pub const fn new(
        name: &'static str,
        sql: &'static str,
        columns: &'static [(&'static str, Column)],
    ) -> Self {
        Self { name, sql, columns, sqlite: OnceLock::new(), postgres: OnceLock::new(), each: OnceLock::new() }
    }

    /// The text for SQLite, run once a row.
    pub(crate) fn sqlite(&'static self) -> &'static str {
        self.sqlite.get_or_init(|| {
            let columns = self.columns.iter().enumerate();
            let columns: Vec<_> = columns.map(|(at, (name, _))| format!("?{} AS {name}", at + 1)).collect();
            let sql = self.sql.replace("rows r", &format!("(SELECT {}) r", columns.join(", ")));
            without_locks(&sql)
        })
    }

    /// The text for PostgreSQL, run once with an array a column.
    pub(crate) fn postgres(&'static self) -> &'static str {
        self.postgres.get_or_init(|| {
            let arrays: Vec<_> = (self.columns.iter().enumerate())
                .map(|(at, (_, column))| format!("${}::{}[]", at + 1, column.postgres()))
                .collect();
            let names: Vec<_> = self.columns.iter().map(|(name, _)| *name).collect();
            self.sql.replace("rows r", &format!("unnest({}) AS r({})", arrays.join(", "), names.join(", ")))
        })
    }

    /// The same, divided by zero unless it answers as many rows as its last parameter says: a `COMMIT` that was sent
    /// right behind it is then a rollback.
    pub(crate) fn postgres_each(&'static self) -> &'static str {
        self.each.get_or_init(|| {
            let (sql, asked) = (self.postgres(), self.columns.len() + 1);
            format!("WITH answered AS MATERIALIZED ({sql}) SELECT 1 / (count(*) = ${asked}::bigint)::int FROM answered")
        })
    }
}

impl Column {
    fn postgres(self) -> &'static str {
        match self {
            Self::Int => "bigint",
            Self::Real => "double precision",
            Self::Bool => "boolean",
            Self::Text => "text",
            Self::Bytes => "bytea",
        }
    }
}

fn numbered(sql: &str) -> String {
    without_locks(&sql.replace('$', "?"))
}

/// SQLite has one writer at a time, who sees what is: there are no rows to lock, and none that others have locked.
fn without_locks(sql: &str) -> String {
    ROW_LOCKS.iter().fold(sql.to_owned(), |sql, lock| sql.replace(lock, ""))
}

const ROW_LOCKS: [&str; 3] = [" FOR UPDATE SKIP LOCKED", " FOR UPDATE", " FOR SHARE"];

/// Rows of a batch: as many values as it has columns.
pub(crate) type Rows = Vec<Vec<Value>>;

#[cfg(test)]
mod tests {
    statements! {
        ONE = "SELECT $1";
        LOCK = "SELECT id FROM things WHERE id IN (SELECT id FROM things LIMIT $1 FOR UPDATE SKIP LOCKED) FOR SHARE";
        pub(crate) batch MANY(id: Text, size: Int) = "INSERT INTO things SELECT r.id, r.size FROM rows r";
    }

    #[test]
    fn one_text_becomes_two_dialects() {
        assert_eq!(ONE.sqlite(), "SELECT ?1");
        assert_eq!(
            MANY.sqlite(),
            "INSERT INTO things SELECT r.id, r.size FROM (SELECT ?1 AS id, ?2 AS size) r"
        );
        assert_eq!(
            MANY.postgres(),
            "INSERT INTO things SELECT r.id, r.size FROM unnest($1::text[], $2::bigint[]) AS r(id, size)"
        );
        assert_eq!(
            MANY.postgres_each(),
            "WITH answered AS MATERIALIZED (INSERT INTO things SELECT r.id, r.size FROM unnest($1::text[], $2::bigint[]) \
             AS r(id, size)) SELECT 1 / (count(*) = $3::bigint)::int FROM answered"
        );
        assert_eq!(LOCK.sqlite(), "SELECT id FROM things WHERE id IN (SELECT id FROM things LIMIT ?1)");
        assert_eq!(ALL.len(), 3);
    }
}
