use std::fmt;

use minijinja::machinery::parse;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Value};

use super::environment::{OUTPUT_MAX_BYTES, environment};
use super::program::check_names;
use super::syntax::from_engine;
use super::{ExpressionError, Reference, Scope, SyntaxError, explain, limits, reference};

const NAME: &str = "body";

/// A text with expressions and statements, compiled: a prompt, the body of an e-mail.
pub(super) struct Body {
    /// The shared environment with this one template in it; what is shared is shared by reference count.
    environment: Environment<'static>,
    references: Vec<Reference>,
}

impl Body {
    pub(super) fn compile(text: &str) -> Result<Self, SyntaxError> {
        let text = limits::own_names(text, true);
        limits::check_body(&text)?;
        let mut environment = environment().clone();
        environment
            .add_template_owned(NAME, text.clone().into_owned())
            .map_err(|error| from_engine(&error))?;
        let tree = parse(&text, NAME, SyntaxConfig::default()).map_err(|error| from_engine(&error))?;
        let uses = reference::of_body(&tree);
        if let Some((statement, offset)) = uses.templates.first() {
            let message =
                format!("`{{% {statement} %}}` is not available: there are no other templates here");
            return Err(SyntaxError::new("statement_not_allowed", message, *offset));
        }
        check_names(&uses, &text)?;
        Ok(Self { environment, references: uses.references })
    }

    pub(super) fn references(&self) -> &[Reference] {
        &self.references
    }

    pub(super) fn render(&self, scope: &Scope, root: &Value) -> Result<String, ExpressionError> {
        let explained =
            |error: &minijinja::Error| explain::failure(error, "the text", &self.references, scope);
        let template = self.environment.get_template(NAME).map_err(|error| explained(&error))?;
        let text = template.render(root.clone()).map_err(|error| explained(&error))?;
        if text.len() > OUTPUT_MAX_BYTES {
            return Err(ExpressionError::new(format!(
                "the text is {} bytes long; at most {OUTPUT_MAX_BYTES} are allowed",
                text.len()
            )));
        }
        Ok(text)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body")
    }
}
