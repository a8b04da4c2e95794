use flow::run::Command;
use journal::{Delivery, Letter, Signal};
use kit::ids::ExecutionId;

use super::run::Run;
use crate::{Engine, Result};

impl Engine {
    /// Tells an execution something, whoever runs it or nobody; on disk when this returns.
    ///
    /// Of several commands with one id the first counts. The one who runs the execution takes it in the commit of
    /// the events that it causes.
    pub(crate) async fn send(
        &self,
        execution: ExecutionId,
        command_id: &str,
        command: &Command,
    ) -> Result<Delivery> {
        let delivery = self.journal().send(execution, &letter(command_id, command), self.now()).await?;
        self.call(execution, delivery);
        Ok(delivery)
    }

    /// Calls whoever is to take a letter.
    pub(crate) fn call(&self, execution: ExecutionId, delivery: Delivery) {
        match delivery {
            Delivery::Running(node) if node == self.node() => self.hand_letter(execution),
            Delivery::Running(node) => self.journal().tell(&Signal::Letter(node, execution)),
            Delivery::Due => self.call_for_claims(),
            Delivery::Repeated | Delivery::Over => {}
        }
    }

    /// Lets an execution take what was sent to it.
    pub(super) async fn take_letters(&self, run: &mut Run) {
        let letters = match self.journal().letters(run.id).await {
            Ok(letters) => letters,
            Err(error) => {
                // The next look at the inboxes comes with the next beat.
                tracing::warn!(execution = %run.id, %error, "an inbox could not be read");
                return;
            }
        };
        for (command_id, body) in letters {
            match serde_json::from_str(&body) {
                Ok(command) => {
                    if let Command::Return { step, .. } = &command {
                        run.called.remove(step);
                    }
                    run.decide(command, self.now(), self.sources().entropy.unit());
                }
                Err(error) => {
                    tracing::error!(execution = %run.id, command_id, %error, "a command is not known here");
                }
            }
            run.letters_taken.push(command_id);
        }
    }
}

/// A command as it lies in an inbox.
pub(crate) fn letter(command_id: &str, command: &Command) -> Letter {
    Letter {
        command_id: command_id.to_owned(),
        // A command is plain data: it has a JSON.
        body: serde_json::to_string(command).unwrap_or_default(),
        is_final: matches!(command, Command::Stop { .. }),
    }
}
