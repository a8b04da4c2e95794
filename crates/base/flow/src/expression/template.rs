use std::sync::Arc;

use minijinja::Value;
use serde_json::{Map, Value as Json};

use super::body::Body;
use super::environment::OUTPUT_MAX_BYTES;
use super::pieces::{Piece, split};
use super::program::Program;
use super::{ExpressionError, Reference, Scope, SyntaxError, TemplateError, json};

/// Bytes that one rendering may copy out of payloads: a few times the largest request body.
const TAKEN_MAX_BYTES: usize = 16 * 1024 * 1024;

/// Expressions in one template; each may burn its fuel.
const EXPRESSIONS_MAX: usize = 500;

/// A JSON value whose strings may hold expressions, compiled.
#[derive(Debug, Clone)]
pub struct Template {
    node: Arc<Node>,
}

#[derive(Debug)]
enum Node {
    /// Holds no expression anywhere.
    Plain(Json),
    /// A string that is one expression: keeps the type of its value.
    Whole(Program),
    /// A string that mixes text and expressions.
    Mixed(Vec<Part>),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
    Body(Body),
}

#[derive(Debug)]
enum Part {
    Text(String),
    Code(Program),
}

/// What one rendering may still make and take.
struct Run<'a> {
    scope: &'a Scope,
    root: Value,
    made: usize,
    taken: usize,
}

impl Template {
    /// Compiles a JSON value; every string in it is looked through for `{{ … }}`. All errors, not only the first.
    pub fn compile(value: &Json) -> Result<Self, Vec<TemplateError>> {
        Self::compile_with_bodies(value, &[])
    }

    /// The same, with bodies (see [`Template::body`]) at the given JSON Pointers.
    pub fn compile_with_bodies(value: &Json, bodies: &[&str]) -> Result<Self, Vec<TemplateError>> {
        let mut compiler = Compiler { bodies, pointer: String::new(), errors: Vec::new(), count: 0 };
        let node = compiler.node(value);
        let Compiler { mut errors, count, .. } = compiler;
        if count > EXPRESSIONS_MAX {
            let message = format!("more than {EXPRESSIONS_MAX} expressions in one place");
            let error =
                SyntaxError::new("expression_too_long", message, 0).hint("spread them over several steps");
            errors.push(TemplateError { pointer: String::new(), error });
        }
        if errors.is_empty() { Ok(Self { node: Arc::new(node) }) } else { Err(errors) }
    }

    /// Compiles a body: text in which statements (`{% … %}`) are allowed too. It renders to a string.
    pub fn body(text: &str) -> Result<Self, SyntaxError> {
        Body::compile(text).map(|body| Self { node: Arc::new(Node::Body(body)) })
    }

    /// A value without expressions; strings stay as they are.
    pub fn plain(value: Json) -> Self {
        Self { node: Arc::new(Node::Plain(value)) }
    }

    /// The value with every expression in it evaluated.
    pub fn render(&self, scope: &Scope) -> Result<Json, ExpressionError> {
        if let Node::Plain(json) = &*self.node {
            return Ok(json.clone());
        }
        let mut run = Run { scope, root: scope.root(), made: OUTPUT_MAX_BYTES, taken: TAKEN_MAX_BYTES };
        run.node(&self.node)
    }

    /// The names its expressions use, each with the JSON Pointer of its string.
    pub fn references(&self) -> Vec<(String, &Reference)> {
        let mut found = Vec::new();
        collect(&self.node, &mut String::new(), &mut found);
        found
    }
}

impl Run<'_> {
    fn node(&mut self, node: &Node) -> Result<Json, ExpressionError> {
        match node {
            Node::Plain(json) => Ok(json.clone()),
            Node::Whole(program) => self.whole(program),
            Node::Mixed(parts) => self.mixed(parts).map(Json::String),
            Node::List(items) => items.iter().map(|item| self.node(item)).collect(),
            Node::Map(entries) => entries
                .iter()
                .map(|(name, item)| Ok((name.clone(), self.node(item)?)))
                .collect::<Result<Map<String, Json>, _>>()
                .map(Json::Object),
            Node::Body(body) => body.render(self.scope, &self.root).map(Json::String),
        }
    }

    fn whole(&mut self, program: &Program) -> Result<Json, ExpressionError> {
        if let Some(taken) = program.taken(self.scope, &mut self.taken) {
            return taken;
        }
        let value = program.value(self.scope, &self.root)?;
        json::from_value(&value, &mut self.made)
    }

    fn mixed(&mut self, parts: &[Part]) -> Result<String, ExpressionError> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Code(program) => {
                    let value = program.value(self.scope, &self.root)?;
                    match json::from_value(&value, &mut self.made)? {
                        Json::String(inner) => text.push_str(&inner),
                        other => text.push_str(&other.to_string()),
                    }
                }
            }
        }
        Ok(text)
    }
}

struct Compiler<'a> {
    bodies: &'a [&'a str],
    /// Where it is, as a JSON Pointer.
    pointer: String,
    errors: Vec<TemplateError>,
    /// Expressions so far.
    count: usize,
}

impl Compiler<'_> {
    fn node(&mut self, value: &Json) -> Node {
        match value {
            Json::String(text) => self.string(text).unwrap_or_else(|error| {
                self.errors.push(TemplateError { pointer: self.pointer.clone(), error });
                Node::Plain(Json::Null)
            }),
            Json::Array(items) => {
                let nodes: Vec<Node> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| self.below(&index.to_string(), item))
                    .collect();
                let is_plain = nodes.iter().all(|node| matches!(node, Node::Plain(_)));
                if is_plain { Node::Plain(value.clone()) } else { Node::List(nodes) }
            }
            Json::Object(entries) => {
                let nodes: Vec<(String, Node)> = entries
                    .iter()
                    .map(|(name, item)| (name.clone(), self.below(&escape(name), item)))
                    .collect();
                let is_plain = nodes.iter().all(|(_, node)| matches!(node, Node::Plain(_)));
                if is_plain { Node::Plain(value.clone()) } else { Node::Map(nodes) }
            }
            other => Node::Plain(other.clone()),
        }
    }

    fn below(&mut self, token: &str, value: &Json) -> Node {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(token);
        let node = self.node(value);
        self.pointer.truncate(length);
        node
    }

    fn string(&mut self, text: &str) -> Result<Node, SyntaxError> {
        if !text.contains("{{") && !text.contains("{%") {
            return Ok(Node::Plain(Json::String(text.to_owned())));
        }
        if self.bodies.contains(&self.pointer.as_str()) {
            return Body::compile(text).map(Node::Body);
        }
        let pieces = split(text)?;
        self.count += pieces.iter().filter(|piece| matches!(piece, Piece::Code(..))).count();
        if self.count > EXPRESSIONS_MAX {
            return Ok(Node::Plain(Json::Null));
        }
        if let [Piece::Code(code, start)] = pieces.as_slice() {
            return Program::compile_at(code, *start).map(Node::Whole);
        }
        let parts = pieces.into_iter().map(|piece| match piece {
            Piece::Text(literal) => Ok(Part::Text(literal.to_owned())),
            Piece::Code(code, start) => Program::compile_at(code, start).map(Part::Code),
        });
        parts.collect::<Result<_, _>>().map(Node::Mixed)
    }
}

fn collect<'a>(node: &'a Node, pointer: &mut String, found: &mut Vec<(String, &'a Reference)>) {
    let length = pointer.len();
    let mut add = |references: &'a [Reference], pointer: &str| {
        found.extend(references.iter().map(|reference| (pointer.to_owned(), reference)));
    };
    match node {
        Node::Plain(_) => {}
        Node::Whole(program) => add(program.references(), pointer),
        Node::Body(body) => add(body.references(), pointer),
        Node::Mixed(parts) => {
            for part in parts {
                if let Part::Code(program) = part {
                    add(program.references(), pointer);
                }
            }
        }
        Node::List(items) => {
            for (index, item) in items.iter().enumerate() {
                pointer.push_str(&format!("/{index}"));
                collect(item, pointer, found);
                pointer.truncate(length);
            }
        }
        Node::Map(entries) => {
            for (name, item) in entries {
                pointer.push('/');
                pointer.push_str(&escape(name));
                collect(item, pointer, found);
                pointer.truncate(length);
            }
        }
    }
}

/// A name as a token of a JSON Pointer (RFC 6901).
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
