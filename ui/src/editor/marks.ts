import type { Diagnostic as Mark } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import type { Diagnostic } from "@/api/types";
import type { SyntaxProblem } from "@/model/read";

/** What the server says about a text, at its places; while it cannot be read, what keeps it from being read. */
export function marksOf(text: Text, diagnostics: Diagnostic[], problems: SyntaxProblem[]): Mark[] {
  const [problem] = problems;
  if (problem) {
    // Those behind it follow from it.
    const from = place(text, problem.line, problem.column);
    return [{ from, to: Math.min(text.length, from + 1), severity: "error", message: problem.message }];
  }
  return diagnostics.map((one) => {
    const from = place(text, one.line, one.column);
    const to = Math.max(from, place(text, one.endLine, one.endColumn));
    return { from, to, severity: one.severity, message: one.hint ? `${one.message}: ${one.hint}` : one.message };
  });
}

/** Lines and columns are counted from 1; the text may have changed since. */
function place(text: Text, line: number, column: number): number {
  if (line < 1 || line > text.lines) return text.length;
  const { from, to } = text.line(line);
  return Math.min(to, from + Math.max(0, column - 1));
}
