use super::{Beside, EASY_PER_SECOND, Found, Models};
use crate::load::Load;
use crate::report::{Table, ms, ratio};

/// Past the gateway, through it, and what is between the two.
pub(crate) fn table(models: &Models) -> String {
    let apart = match models.is_apart {
        true => "the server on one core, load and provider on the others",
        false => "no core for the server alone",
    };
    let mut table =
        Table::begin(&format!("\nCalls of models on SQLite, a provider that answers at once; {apart}\n"));
    table.row("", "", &["direct", "only copied", "through", "added"].map(str::to_owned));
    let easy = format!("16 connections, {EASY_PER_SECOND} /s");
    for (name, goal, beside) in [
        ("1 connection", "", &models.one),
        (&easy, "", &models.easy),
        ("16 connections, as fast as it goes", "8,000 /s", &models.many),
    ] {
        rate(&mut table, name, goal, beside);
        added(&mut table, "  p50", "0.15 ms added", beside, |found| found.whole.quantile_ms(0.5));
        added(&mut table, "  p99", "1 ms added", beside, |found| found.whole.quantile_ms(0.99));
    }
    table.row(
        "  processor, a call",
        "0.1 ms",
        &[String::new(), String::new(), format!("{:.3} ms", models.processor_ms)],
    );
    for (name, beside) in [("1 stream", &models.streams_one), ("16 streams", &models.streams_many)] {
        rate(&mut table, name, "", beside);
        added(&mut table, "  first token, p50", "0.3 ms added", beside, |found| found.first.quantile_ms(0.5));
        added(&mut table, "  first token, p99", "", beside, |found| found.first.quantile_ms(0.99));
    }
    let per_second = |load: &Load| load.per_second();
    let Beside { direct, copied, through } = &models.streams_many;
    let share = |of: &Found| ratio(per_second(&of.whole), per_second(&direct.whole));
    table.row("  of direct, 16 streams", "0.50", &[String::new(), share(copied), share(through)]);
    let hits = format!("{:.0} /s", per_second(&models.hits.whole));
    table.row("answers from the cache, 16 connections", "15,000 /s", &[String::new(), String::new(), hits]);
    let memory = models.memory_mb.map(|mb| format!("{mb:.0}")).join(" ");
    table.row(
        "memory: idle, after calls, streams, hits",
        "60 MB",
        &[String::new(), String::new(), format!("{memory} MB")],
    );
    table.text()
}

fn rate(table: &mut Table, name: &str, goal: &str, beside: &Beside) {
    let rate = |found: &Found| format!("{:.0} /s", found.whole.per_second());
    table.row(name, goal, &[rate(&beside.direct), rate(&beside.copied), rate(&beside.through)]);
}

fn added(table: &mut Table, name: &str, goal: &str, beside: &Beside, of: fn(&Found) -> f64) {
    let (direct, copied, through) = (of(&beside.direct), of(&beside.copied), of(&beside.through));
    table.row(name, goal, &[ms(direct), ms(copied), ms(through), format!("{:+.3} ms", through - direct)]);
}
