use std::fmt::Write as _;

use anyhow::Result;

use crate::asleep::Asleep;
use crate::curve::Point;
use crate::database::Kind;
use crate::durable::TwoNodes;
use crate::load::Load;
use crate::measure::Measured;
use crate::{Program, machine};

/// What the name of a figure takes, and each column.
const NAME: usize = 54;
const COLUMN: usize = 16;

/// Everything as one table of plain text.
pub(crate) fn table(program: &Program, echo: &Load, columns: &[Measured]) -> Result<String> {
    let mut table = Table::begin(&format!(
        "bloxserver, release build; the load runs on the same machine: {}\n\n",
        machine::description()
    ));
    let column = |value: fn(&Measured) -> String| columns.iter().map(value).collect::<Vec<_>>();
    let names = column(|it| match it.kind {
        Kind::Sqlite => "SQLite".to_owned(),
        Kind::Postgres => "PostgreSQL".to_owned(),
    });
    table.row("", "", &names);
    let echoed = [format!("{:.0} /s", echo.per_second())];
    table.row("echo, 64 connections", "", &echoed);
    table.row("journal alone, 64 executions a commit", "", &column(|it| format!("{:.0} /s", it.raw)));
    table.row(
        "webhook > set > branch > output, 64 connections",
        "8,000; 6,000 /s",
        &column(|it| format!("{:.0} /s", it.many.per_second())),
    );
    let of_echo: Vec<String> =
        columns.iter().map(|it| ratio(it.many.per_second(), echo.per_second())).collect();
    table.row("  of echo", "", &of_echo);
    table.row("  of the journal alone", "", &column(|it| ratio(it.many.per_second(), it.raw)));
    table.row("  p50", "", &column(|it| ms(it.many.quantile_ms(0.5))));
    table.row("  p99", "30 ms", &column(|it| ms(it.many.quantile_ms(0.99))));
    table.row("  max", "", &column(|it| ms(it.many.quantile_ms(1.0))));
    table.row("one connection", "", &column(|it| format!("{:.0} /s", it.one.per_second())));
    table.row("  p50", "2 ms + fsync", &column(|it| ms(it.one.quantile_ms(0.5))));
    table.row("  p99", "", &column(|it| ms(it.one.quantile_ms(0.99))));
    table.row("  max", "", &column(|it| ms(it.one.quantile_ms(1.0))));
    table.row("one fsync of 4 KiB, p50", "", &column(|it| ms(it.fsync_ms)));
    table.row("executions answered", "", &column(|it| it.acknowledged.to_string()));
    table.row("  in the database after SIGKILL", "the same", &column(|it| it.found.to_string()));
    table.row("start to first answer", "300 ms", &column(|it| ms(it.start_ms)));
    table.row("memory, idle", "60 MB", &column(|it| format!("{:.0} MB", it.idle_mb)));
    table.row(
        "memory after each quarter of the load",
        "200 MB",
        &column(|it| it.load_mb.iter().map(|mb| format!("{mb:.0}")).collect::<Vec<_>>().join(" ") + " MB"),
    );
    let bytes = std::fs::metadata(&program.server)?.len();
    table.row("binary, stripped", "80 MB", &[format!("{:.1} MB", bytes as f64 / 1e6)]);
    curve(&mut table, columns);
    durable(&mut table, columns);
    asleep(&mut table, columns);
    Ok(table.text())
}

type Question = fn(&Point) -> f64;

/// A line a question and number of past executions; medians of one connection.
fn curve(table: &mut Table, columns: &[Measured]) {
    let Some(first) = columns.first() else { return };
    let questions: [(&str, Question); 7] = [
        ("list, first page", |it| it.first.quantile_ms(0.5)),
        ("list, last page up to 2000", |it| it.deep.quantile_ms(0.5)),
        ("list, failed ones", |it| it.failed.quantile_ms(0.5)),
        ("statistics", |it| it.stats.quantile_ms(0.5)),
        ("new run", |it| it.run.quantile_ms(0.5)),
        ("new run, p99", |it| it.run.quantile_ms(0.99)),
        ("start to first answer", |it| it.start_ms),
    ];
    for (name, question) in questions {
        for (number, point) in first.curve.iter().enumerate() {
            let values: Vec<String> = columns
                .iter()
                .filter_map(|it| it.curve.get(number))
                .map(|point| ms(question(point)))
                .collect();
            table.row(&format!("{name}, {} past executions", point.past), "", &values);
        }
    }
}

/// Steps that are committed one by one: beside them, what the same number of commits costs the journal alone.
fn durable(table: &mut Table, columns: &[Measured]) {
    let Some(first) = columns.first() else { return };
    for (at, (connections, _)) in first.durable.steps.iter().enumerate() {
        let loads: Vec<&Load> = columns.iter().map(|it| &it.durable.steps[at].1).collect();
        let each = |value: fn(&Load) -> String| loads.iter().map(|load| value(load)).collect::<Vec<_>>();
        let name = format!("three durable steps, {connections} connections");
        let goal = if *connections == 64 { "6,000; 4,000 /s" } else { "" };
        table.row(&name, goal, &each(|load| format!("{:.0} /s", load.per_second())));
        table.row("  p50", "", &each(|load| ms(load.quantile_ms(0.5))));
        table.row("  p99", "", &each(|load| ms(load.quantile_ms(0.99))));
        table.row("  a step", "", &each(|load| ms(load.quantile_ms(0.5) / 3.0)));
    }
    let nodes = columns.iter().map(|it| it.durable.two_nodes.as_ref());
    let rate = |it: &TwoNodes| format!("{:.0} /s", it.loads.iter().map(Load::per_second).sum::<f64>());
    let told = |of: fn(&TwoNodes) -> String| {
        nodes.clone().map(|it| it.map_or_else(|| "-".to_owned(), of)).collect::<Vec<_>>()
    };
    table.row("  two nodes, 32 connections each", "", &told(rate));
    table.row("  executions that changed nodes", "0", &told(|it| it.moved.to_string()));
    for (at, (items, _)) in first.durable.each.iter().enumerate() {
        let values: Vec<String> =
            columns.iter().map(|it| ms(it.durable.each[at].1.quantile_ms(0.5))).collect();
        table.row(&format!("each over {items} items, p50"), "", &values);
    }
}

/// A server beside which much sleeps.
fn asleep(table: &mut Table, columns: &[Measured]) {
    let Some(first) = columns.first() else { return };
    for (at, one) in first.asleep.iter().enumerate() {
        let name = match one.flows {
            0 => format!("{} executions asleep", one.executions),
            flows => format!("{flows} flows with a schedule"),
        };
        let each = |value: fn(&Asleep) -> String| {
            columns.iter().filter_map(|it| it.asleep.get(at)).map(value).collect::<Vec<_>>()
        };
        table.row(&format!("{name}: start"), "2 s", &each(|it| ms(it.start_ms)));
        table.row("  memory, idle", "", &each(|it| format!("{:.0} MB", it.idle_mb)));
        table.row("  of a core, idle", "5 %", &each(|it| format!("{:.1} %", it.idle_percent)));
        table.row("  latest of 200 that woke", "1 s", &each(|it| ms(it.late_ms)));
    }
}

/// Lines of a name, values and a goal.
pub(crate) struct Table(String);

impl Table {
    pub(crate) fn begin(title: &str) -> Self {
        Self(title.to_owned())
    }

    pub(crate) fn text(self) -> String {
        self.0
    }

    pub(crate) fn row(&mut self, name: &str, goal: &str, values: &[String]) {
        // Writing into a String cannot fail.
        let _ = write!(self.0, "{name:<NAME$}");
        for value in values {
            let _ = write!(self.0, "{value:>COLUMN$}");
        }
        if !goal.is_empty() {
            let _ = write!(self.0, "   goal {goal}");
        }
        self.0.push('\n');
    }
}

pub(crate) fn ms(value: f64) -> String {
    format!("{value:.2} ms")
}

pub(crate) fn ratio(value: f64, of: f64) -> String {
    format!("{:.2}", value / of)
}
