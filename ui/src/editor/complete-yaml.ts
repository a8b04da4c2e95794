import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { Organism } from "@/model/read";

/** A key, or a value of one, with what it means. */
interface Word {
  label: string;
  detail: string;
  apply?: string;
}

const word = (label: string, detail: string, apply = `${label}: `): Word => ({ label, detail, apply });

const TOP = [word("organism", "what the flow is", "organism:\n  name: "), word("llm", "defaults of the models", "llm:\n  model: "), word("listeners", "who does what", "listeners:\n  - name: ")];
const ORGANISM = [
  word("name", "of the flow"),
  word("description", "what it is for"),
  word("entry", "who receives the trigger's message"),
  word("timeout", "of one execution"),
  word("max_messages", "steps in one frame"),
  word("max_tokens", "of models in one execution"),
  word("concurrency", "executions at a time"),
];
const LISTENER = [
  word("name", "unique"),
  word("description", "what it does; agents read it"),
  word("handler", "what does it"),
  word("agent", "a model with tools", "agent: true"),
  word("config", "the handler's settings", "config:\n      "),
  word("prompt", "of an agent", "prompt: |\n      "),
  word("model", "of an agent"),
  word("temperature", "of an agent"),
  word("max_tokens", "of one answer"),
  word("max_turns", "of an agent in one call"),
  word("input", "JSON Schema of what it accepts", "input:\n      "),
  word("output", "JSON Schema of what it answers", "output:\n      "),
  word("next", "who receives the result"),
  word("peers", "whom an agent may call", "peers: ["),
  word("cases", "of a branch", "cases:\n      - when: "),
  word("otherwise", "when no case holds"),
  word("retry", "attempts", "retry: {attempts: 3, backoff: 1s}"),
  word("timeout", "of one attempt"),
  word("on_error", "fail, continue, or a listener"),
  word("concurrency", "steps at a time"),
];
const HANDLERS = ["branch", "merge", "output", "agent", "set", "calculate", "convert", "http", "prompt", "kv"];

/** Completes keys by where the cursor stands, and names where names go. */
export function completeYaml(organism: () => Organism) {
  return (context: CompletionContext): CompletionResult | null => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const value = /^\s*(?:- )?(next|otherwise|on_error|entry|peers|handler):\s*(?:\[[^\]]*?)?([\w-]*)$/.exec(before);
    if (value) {
      const labels = value[1] === "handler" ? HANDLERS : organism().listeners.map((one) => one.name);
      return { from: context.pos - (value[2] ?? "").length, options: labels.map((label) => ({ label })), validFor: /^[\w-]*$/ };
    }
    const key = /^(\s*)(- )?([a-z_]*)$/.exec(before);
    if (!key || (key[3] === "" && !context.explicit)) return null;
    const depth = (key[1] ?? "").length + (key[2] ?? "").length;
    const options = depth === 0 ? TOP : section(context, line.number) === "organism" ? ORGANISM : depth <= 4 ? LISTENER : [];
    return options.length > 0 ? { from: context.pos - (key[3] ?? "").length, options, validFor: /^[a-z_]*$/ } : null;
  };
}

/** The top key above a line. */
function section(context: CompletionContext, line: number): string | null {
  for (let number = line; number >= 1; number -= 1) {
    const top = /^([a-z]+):/.exec(context.state.doc.line(number).text);
    if (top) return top[1] ?? null;
  }
  return null;
}
