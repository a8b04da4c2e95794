//! Which names an expression uses, read off its syntax tree.

use std::collections::HashSet;

use minijinja::machinery::ast::{CallArg, Expr, Stmt};

/// One use of a name in scope, with the fields that are read from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The name: `input`, `steps`, … (`json` and `$json` are `input`).
    pub root: String,
    /// The fields after it, as far as they are constant: `steps.a.b` is `["a", "b"]`.
    pub path: Vec<String>,
    /// Whether it is called, as `secret("NAME")`.
    pub is_call: bool,
    /// Whether it may be undefined: it stands before `default(…)` or `is defined`.
    pub is_guarded: bool,
    /// Where, in bytes from the start of the text.
    pub offset: usize,
}

/// What a text uses.
#[derive(Debug, Default)]
pub(super) struct Uses<'a> {
    pub(super) references: Vec<Reference>,
    /// Names of filters and tests with their offsets.
    pub(super) filters: Vec<(&'a str, usize)>,
    pub(super) tests: Vec<(&'a str, usize)>,
    /// Statements that reach for other templates, with their offsets.
    pub(super) templates: Vec<(&'static str, usize)>,
    /// Names that the text itself assigns.
    assigned: HashSet<String>,
}

/// All uses in an expression.
pub(super) fn of_expression<'a>(expression: &Expr<'a>) -> Uses<'a> {
    let mut uses = Uses::default();
    uses.expression(expression, false);
    uses
}

/// All uses in a body; names that the body assigns itself are left out.
pub(super) fn of_body<'a>(body: &Stmt<'a>) -> Uses<'a> {
    let mut uses = Uses::default();
    uses.statement(body);
    let assigned = std::mem::take(&mut uses.assigned);
    uses.references.retain(|reference| !assigned.contains(&reference.root));
    uses
}

impl<'a> Uses<'a> {
    fn expression(&mut self, expression: &Expr<'a>, guarded: bool) {
        let offset = expression.span().start_offset as usize;
        match expression {
            Expr::Var(_) | Expr::GetAttr(_) | Expr::GetItem(_) => self.chain(expression, guarded),
            Expr::Const(_) => {}
            Expr::Slice(slice) => {
                self.expression(&slice.expr, guarded);
                self.all([&slice.start, &slice.stop, &slice.step].into_iter().flatten());
            }
            Expr::UnaryOp(unary) => self.expression(&unary.expr, guarded),
            Expr::BinOp(binary) => self.all([&binary.left, &binary.right]),
            Expr::Compare(compare) => {
                self.expression(&compare.expr, false);
                self.all(compare.ops.iter().map(|operand| &operand.expr));
            }
            Expr::IfExpr(choice) => {
                self.all([&choice.test_expr, &choice.true_expr]);
                self.all(&choice.false_expr);
            }
            Expr::Filter(filter) => {
                self.filters.push((filter.name, offset));
                if let Some(inner) = &filter.expr {
                    self.expression(inner, matches!(filter.name, "default" | "d"));
                }
                self.arguments(&filter.args);
            }
            Expr::Test(test) => {
                self.tests.push((test.name, offset));
                self.expression(&test.expr, matches!(test.name, "defined" | "undefined"));
                self.arguments(&test.args);
            }
            Expr::Call(call) => {
                match &call.expr {
                    Expr::Var(name) => self.add(name.id, Vec::new(), offset, (true, false)),
                    // The last name of `a.b.c()` is a method, not a field.
                    Expr::GetAttr(method) => self.expression(&method.expr, false),
                    other => self.expression(other, false),
                }
                self.arguments(&call.args);
            }
            Expr::List(list) => self.all(&list.items),
            Expr::Tuple(tuple) => self.all(&tuple.items),
            Expr::Map(map) => self.all(map.keys.iter().chain(&map.values)),
        }
    }

    fn all<'b>(&mut self, expressions: impl IntoIterator<Item = &'b Expr<'a>>)
    where
        'a: 'b,
    {
        expressions.into_iter().for_each(|expression| self.expression(expression, false));
    }

    fn arguments(&mut self, arguments: &[CallArg<'a>]) {
        for argument in arguments {
            let (CallArg::Pos(value)
            | CallArg::Kwarg(_, value)
            | CallArg::PosSplat(value)
            | CallArg::KwargSplat(value)) = argument;
            self.expression(value, false);
        }
    }

    /// `a.b["c"][0].d`: one reference; a subscript that is computed ends its path.
    fn chain(&mut self, expression: &Expr<'a>, guarded: bool) {
        let (mut path, mut at) = (Vec::new(), expression);
        loop {
            match at {
                Expr::GetAttr(field) => {
                    path.push(Some(field.name.to_owned()));
                    at = &field.expr;
                }
                Expr::GetItem(item) => {
                    path.push(item.subscript_expr.as_const().map(|key| key.to_string()));
                    self.expression(&item.subscript_expr, false);
                    at = &item.expr;
                }
                Expr::Var(name) => {
                    let known = path.into_iter().rev().map_while(|step| step).collect();
                    return self.add(name.id, known, at.span().start_offset as usize, (false, guarded));
                }
                other => return self.expression(other, guarded),
            }
        }
    }

    fn add(&mut self, root: &str, path: Vec<String>, offset: usize, (is_call, is_guarded): (bool, bool)) {
        let root = if root == "json" { "input" } else { root }.to_owned();
        self.references.push(Reference { root, path, is_call, is_guarded, offset });
    }

    fn statements(&mut self, statements: &[Stmt<'a>]) {
        statements.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Stmt<'a>) {
        match statement {
            Stmt::Template(template) => self.statements(&template.children),
            Stmt::EmitExpr(emit) => self.expression(&emit.expr, false),
            Stmt::EmitRaw(_) => {}
            Stmt::ForLoop(each) => {
                self.assign(&each.target);
                self.assigned.insert("loop".to_owned());
                self.expression(&each.iter, false);
                self.all(&each.filter_expr);
                self.statements(&each.body);
                self.statements(&each.else_body);
            }
            Stmt::IfCond(choice) => {
                self.expression(&choice.expr, false);
                self.statements(&choice.true_body);
                self.statements(&choice.false_body);
            }
            Stmt::WithBlock(block) => {
                for (target, value) in &block.assignments {
                    self.assign(target);
                    self.expression(value, false);
                }
                self.statements(&block.body);
            }
            Stmt::Set(set) => {
                self.assign(&set.target);
                self.expression(&set.expr, false);
            }
            Stmt::SetBlock(set) => {
                self.assign(&set.target);
                self.all(&set.filter);
                self.statements(&set.body);
            }
            Stmt::AutoEscape(block) => self.statements(&block.body),
            Stmt::FilterBlock(block) => {
                self.expression(&block.filter, false);
                self.statements(&block.body);
            }
            other => self.rare_statement(other),
        }
    }

    fn rare_statement(&mut self, statement: &Stmt<'a>) {
        match statement {
            Stmt::Macro(definition) => {
                self.assigned.insert(definition.name.to_owned());
                self.assigned.insert("caller".to_owned());
                definition.args.iter().for_each(|argument| self.assign(argument));
                self.all(&definition.defaults);
                self.statements(&definition.body);
            }
            Stmt::CallBlock(block) => {
                self.arguments(&block.call.args);
                self.statements(&block.macro_decl.body);
            }
            Stmt::Do(call) => self.arguments(&call.call.args),
            Stmt::Block(block) => self.templates.push(("block", block.span().start_offset as usize)),
            Stmt::Import(import) => self.templates.push(("import", import.span().start_offset as usize)),
            Stmt::FromImport(import) => self.templates.push(("from", import.span().start_offset as usize)),
            Stmt::Extends(extends) => self.templates.push(("extends", extends.span().start_offset as usize)),
            Stmt::Include(include) => self.templates.push(("include", include.span().start_offset as usize)),
            _ => {}
        }
    }

    fn assign(&mut self, target: &Expr<'a>) {
        match target {
            Expr::Var(name) => {
                self.assigned.insert(name.id.to_owned());
            }
            Expr::List(list) => list.items.iter().for_each(|item| self.assign(item)),
            Expr::Tuple(tuple) => tuple.items.iter().for_each(|item| self.assign(item)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use minijinja::machinery::{parse, parse_expr};
    use minijinja::syntax::SyntaxConfig;

    use super::*;

    fn paths(text: &str) -> Vec<String> {
        let uses = of_expression(&parse_expr(text).unwrap());
        uses.references.iter().map(|found| format!("{}.{}", found.root, found.path.join("."))).collect()
    }

    #[test]
    fn fields_are_followed_as_far_as_they_are_constant() {
        assert_eq!(paths("input.a.b"), ["input.a.b"]);
        assert_eq!(paths(r#"json["a b"][0].c"#), ["input.a b.0.c"]);
        assert_eq!(paths("input.a[vars.key].c"), ["vars.key", "input.a"]);
        assert_eq!(
            paths("[input.a, {'x': vars.b}] if now > trigger.time else steps.c"),
            ["now.", "trigger.time", "input.a", "vars.b", "steps.c"]
        );
    }

    #[test]
    fn a_default_and_a_test_for_being_defined_guard() {
        let uses = of_expression(&parse_expr("input.a | default(input.b) or input.c is defined").unwrap());
        let guarded: Vec<bool> = uses.references.iter().map(|found| found.is_guarded).collect();
        assert_eq!(guarded, [true, false, true]);
        assert_eq!(uses.filters[0].0, "default");
        assert_eq!(uses.tests[0].0, "defined");
    }

    #[test]
    fn names_that_a_body_assigns_are_its_own() {
        let body =
            "{% for row in input.rows %}{{ row.x }}{{ loop.index }}{% endfor %}{% set y = vars.z %}{{ y }}";
        let parsed = parse(body, "body", SyntaxConfig::default()).unwrap();
        let uses = of_body(&parsed);
        let roots: Vec<&str> = uses.references.iter().map(|found| found.root.as_str()).collect();
        assert_eq!(roots, ["input", "vars"]);
    }
}
