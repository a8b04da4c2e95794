use std::fmt;
use std::sync::Arc;

use kit::{Secret, Timestamp};
use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, ErrorKind, State, Value};

use crate::Payload;

/// The names in scope for one message.
#[derive(Clone)]
pub struct Scope {
    /// This message's payload.
    pub input: Payload,
    /// `{payload, headers, query, method, time}` of what started the execution.
    pub trigger: Payload,
    /// Latest outputs of listeners among this message's ancestors.
    pub steps: Arc<dyn Steps>,
    /// The flow's variables.
    pub vars: Payload,
    /// `{id, startedAt}`.
    pub execution: Payload,
    /// The time of the turn.
    pub now: Timestamp,
    /// Opens `secret("NAME")`; absent where secrets are not allowed (anything but handler config).
    pub secrets: Option<Arc<dyn Secrets>>,
}

/// Looks outputs of earlier steps up.
pub trait Steps: fmt::Debug + Send + Sync {
    /// The latest output of that listener among the ancestors.
    fn output(&self, listener: &str) -> Option<Payload>;
    /// The listeners that have one, for messages.
    fn names(&self) -> Vec<Arc<str>>;
}

/// Opens secrets by name.
pub trait Secrets: Send + Sync {
    /// The secret, or why it cannot be had here.
    fn open(&self, name: &str) -> Result<Secret, String>;
}

/// Why a secret was not opened, carried through the engine as the source of its error.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refusal(pub(super) String);

impl Scope {
    /// The scope as the engine sees it: each name is looked up when an expression asks for it.
    pub(super) fn root(&self) -> Value {
        Value::from_object(Root(self.clone()))
    }

    /// The payload behind a name that is one.
    pub(super) fn payload(&self, name: &str) -> Option<&Payload> {
        match name {
            "input" | "json" => Some(&self.input),
            "trigger" => Some(&self.trigger),
            "vars" => Some(&self.vars),
            "execution" => Some(&self.execution),
            _ => None,
        }
    }
}

impl fmt::Debug for Scope {
    /// Only the shape: payloads do not belong into logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope")
            .field("steps", &self.steps.names())
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Root(Scope);

impl Object for Root {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        if let Some(payload) = self.0.payload(key) {
            return Some(payload.evaluated().clone());
        }
        match key {
            "steps" => Some(Value::from_object(StepOutputs(Arc::clone(&self.0.steps)))),
            "now" => Some(Value::from(self.0.now.to_string())),
            "secret" => Some(Value::from_object(SecretFunction(self.0.secrets.clone()))),
            // JSON's word for Jinja's `none`.
            "null" => Some(Value::from(())),
            _ => None,
        }
    }
}

#[derive(Debug)]
struct StepOutputs(Arc<dyn Steps>);

impl Object for StepOutputs {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.0.output(key).map(|payload| payload.evaluated().clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.names().iter().map(|name| Value::from(name.to_string())).collect())
    }
}

struct SecretFunction(Option<Arc<dyn Secrets>>);

impl fmt::Debug for SecretFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("secret()")
    }
}

impl Object for SecretFunction {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, _state: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        let [name] = args else { return Err(refuse("secret() takes one name, as in secret(\"API_KEY\")")) };
        let name = name.as_str().ok_or_else(|| refuse("the name of a secret is a text"))?;
        let secrets =
            self.0.as_ref().ok_or_else(|| refuse("secret() can be used only in the config of a handler"))?;
        secrets.open(name).map(|secret| Value::from(secret.expose().as_str())).map_err(|why| refuse(&why))
    }
}

fn refuse(why: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, why.to_owned()).with_source(Refusal(why.to_owned()))
}
