use std::collections::HashSet;

use flow::run::Event;
use journal::{AlertLevel, AlertRule, Recorded};
use kit::Timestamp;

use super::pattern::{Patterns, Repetition};
use super::{Finding, Watchdog};

/// What is known of one execution, from the events read so far.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) next_seq: u32,
    patterns: Patterns,
    worst: Option<Repetition>,
    tokens_used: u64,
    most_tokens: u64,
    last_at: Timestamp,
    told: HashSet<(AlertRule, AlertLevel)>,
}

impl Watch {
    /// Before the first event.
    pub(super) fn new(most_tokens: u64, now: Timestamp) -> Self {
        Self {
            next_seq: 0,
            patterns: Patterns::default(),
            worst: None,
            tokens_used: 0,
            most_tokens,
            last_at: now,
            told: HashSet::new(),
        }
    }

    /// Takes the next event in.
    pub(super) fn read(&mut self, recorded: &Recorded) {
        let event = &recorded.event;
        if let Event::Started { budget: Some(budget), .. } = event {
            self.most_tokens = self.most_tokens.min(budget.tokens);
        }
        self.tokens_used += tokens(event);
        let again = self.patterns.read(self.next_seq, event);
        let worst = self.worst.as_ref().map_or(0, |worst| worst.times);
        if let Some(again) = again.filter(|again| again.times > worst) {
            self.worst = Some(again);
        }
        self.last_at = recorded.at;
        self.next_seq += 1;
    }

    /// What somebody should know and was not told yet.
    pub(super) fn findings(&mut self, settings: &Watchdog, now: Timestamp) -> Vec<Finding> {
        let all = [self.repetition(settings), self.tokens(settings), self.stuck(settings, now)];
        let new = all.into_iter().flatten();
        new.filter(|finding| self.told.insert((finding.rule, finding.level))).collect()
    }

    fn repetition(&self, settings: &Watchdog) -> Option<Finding> {
        let worst = self.worst.as_ref()?;
        let level = settings.repeats.level(worst.times)?;
        let message = format!("{}: it seems to go in circles", worst.what);
        Some(Finding { rule: AlertRule::Repetition, level, message })
    }

    fn tokens(&self, settings: &Watchdog) -> Option<Finding> {
        let (used, most) = (self.tokens_used, self.most_tokens);
        let percent = used.saturating_mul(100).checked_div(most)?;
        let level = settings.tokens_percent.level(u32::try_from(percent).unwrap_or(u32::MAX))?;
        let message = format!(
            "{used} of {most} model tokens are used ({percent} %): raise organism.max_tokens if it is meant to"
        );
        Some(Finding { rule: AlertRule::Tokens, level, message })
    }

    fn stuck(&self, settings: &Watchdog, now: Timestamp) -> Option<Finding> {
        let (silent_ms, level) = (now.since_ms(self.last_at), AlertLevel::Warning);
        let minutes = silent_ms / 60_000;
        let message = format!(
            "nothing has happened for {minutes} min, and it waits neither for a time nor for a person: see its last \
             step, and cancel it if that is not wanted any more"
        );
        (silent_ms >= settings.stuck_ms).then_some(Finding { rule: AlertRule::Stuck, level, message })
    }
}

fn tokens(event: &Event) -> u64 {
    let asked = event.usage().map_or(0, |usage| usage.input_tokens + usage.output_tokens);
    let delegated = match event {
        Event::Returned { spent, .. } => spent.tokens,
        Event::Failed { spent: Some(spent), .. } => spent.tokens,
        _ => 0,
    };
    asked + delegated
}

#[cfg(test)]
mod tests {
    use flow::Payload;
    use flow::run::{Budget, Seq, Usage};

    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn turn(input_tokens: u64) -> Recorded {
        let usage = Usage { model: "m".to_owned(), input_tokens, output_tokens: 0, simulated: false };
        let (step, to) = (Seq(0), Vec::new());
        let event = Event::Finished { step, attempt: 1, output: Payload::default(), usage: Some(usage), to };
        Recorded { at: START, event }
    }

    fn found(watch: &mut Watch, now: Timestamp) -> Vec<(AlertRule, AlertLevel)> {
        let findings = watch.findings(&Watchdog::default(), now);
        findings.into_iter().map(|finding| (finding.rule, finding.level)).collect()
    }

    #[test]
    fn tokens_are_warned_of_at_80_percent_and_critical_at_95_once_each() {
        let mut watch = Watch::new(1_000, START);
        watch.read(&turn(790));
        assert_eq!(found(&mut watch, START), []);
        watch.read(&turn(10));
        assert_eq!(found(&mut watch, START), [(AlertRule::Tokens, AlertLevel::Warning)]);
        watch.read(&turn(140));
        assert_eq!(found(&mut watch, START), []);
        watch.read(&turn(10));
        assert_eq!(found(&mut watch, START), [(AlertRule::Tokens, AlertLevel::Critical)]);
    }

    #[test]
    fn a_called_flow_has_what_its_caller_left_it() {
        let mut watch = Watch::new(1_000_000, START);
        let budget = Some(Budget { tokens: 100, active_ms: 1, steps: 1, depth: 1 });
        let (payload, facts, to) = (Payload::default(), Payload::default(), Vec::new());
        watch.read(&Recorded {
            at: START,
            event: Event::Started { payload, facts, budget, adopted: None, test: None, to },
        });
        watch.read(&turn(95));
        assert_eq!(found(&mut watch, START), [(AlertRule::Tokens, AlertLevel::Critical)]);
    }

    #[test]
    fn an_execution_in_which_nothing_happens_is_stuck_after_a_quarter_of_an_hour() {
        let mut watch = Watch::new(1_000, START);
        assert_eq!(found(&mut watch, START.plus_ms(899_999)), []);
        assert_eq!(found(&mut watch, START.plus_ms(900_000)), [(AlertRule::Stuck, AlertLevel::Warning)]);
        assert_eq!(found(&mut watch, START.plus_ms(1_900_000)), []);
    }
}
