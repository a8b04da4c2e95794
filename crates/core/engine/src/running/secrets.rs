use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use flow::expression::Secrets;
use kit::Secret;

use crate::SecretUse;
use crate::owners::BoundSecret;

/// The secrets of one execution, and which of them a config has opened.
#[derive(Debug, Default)]
pub(super) struct OpenSecrets {
    all: HashMap<String, BoundSecret>,
}

/// A look into the secrets for one config.
#[derive(Debug)]
pub(super) struct Opening {
    secrets: std::sync::Arc<OpenSecrets>,
    used: Mutex<Vec<SecretUse>>,
}

impl OpenSecrets {
    pub(super) fn new(all: HashMap<String, BoundSecret>) -> Self {
        Self { all }
    }
}

impl Opening {
    pub(super) fn new(secrets: std::sync::Arc<OpenSecrets>) -> Self {
        Self { secrets, used: Mutex::default() }
    }

    pub(super) fn used(&self) -> Vec<SecretUse> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Secrets for Opening {
    fn open(&self, name: &str) -> Result<Secret, String> {
        let Some(secret) = self.secrets.all.get(name) else {
            return Err(format!(
                "there is no secret `{name}`: add it under /api/v1/secrets/{name} or to the flow"
            ));
        };
        let used = SecretUse { name: name.to_owned(), hosts: secret.hosts.clone() };
        self.used.lock().unwrap_or_else(PoisonError::into_inner).push(used);
        Ok(secret.value.clone())
    }
}
