import { foldService, indentService, LanguageSupport, StreamLanguage, type StreamParser } from "@codemirror/language";
import { yaml as lines } from "@codemirror/legacy-modes/mode/yaml";
import type { EditorState } from "@codemirror/state";
import { tags } from "@lezer/highlight";

interface LineState {
  literal: boolean;
  keyCol: number;
  pair: boolean;
}

/** Line by line: a text of thousands of lines costs a key no more than a short one. */
const parser: StreamParser<LineState> = {
  ...(lines as StreamParser<LineState>),
  token(stream, state) {
    // In a block of text nothing is a comment.
    if (state.literal && stream.indentation() > state.keyCol) {
      stream.skipToEnd();
      return "string";
    }
    const isOpening = stream.peek() === "{";
    const token = (lines as StreamParser<LineState>).token(stream, state);
    // What follows is a key, also within another's value.
    if (isOpening && token === "meta") state.pair = false;
    return token ?? "content";
  },
  tokenTable: { atom: tags.propertyName, meta: tags.punctuation, content: tags.content },
};

const language = StreamLanguage.define(parser);

/** YAML for the text editor: colours, folds by indentation, and where the next line begins. */
export function yaml(): LanguageSupport {
  return new LanguageSupport(language, [
    foldService.of((state, from) => foldFrom(state, state.doc.lineAt(from).number)),
    indentService.of((context, at) => {
      const line = context.lineAt(at, -1);
      return nextIndent(line.text.slice(0, Math.max(0, at - line.from)), context.unit);
    }),
  ]);
}

/** What a line's fold hides: the deeper lines after it, and a list that stands as far left as its key. */
export function foldFrom(state: EditorState, number: number): { from: number; to: number } | null {
  const head = state.doc.line(number);
  const depth = indentOf(head.text);
  if (depth === null) return null;
  const isKey = /:\s*$/.test(head.text) && !isItem(head.text);
  let last = number;
  for (let next = number + 1; next <= state.doc.lines; next += 1) {
    const { text } = state.doc.line(next);
    const here = indentOf(text);
    if (here === null) continue;
    if (here < depth || (here === depth && !(isKey && isItem(text)))) break;
    last = next;
  }
  return last === number ? null : { from: head.to, to: state.doc.line(last).to };
}

/** How far in the line after this one begins, in columns; null when it says nothing. */
export function nextIndent(before: string, unit: number): number | null {
  const depth = indentOf(before);
  if (depth === null) return null;
  const own = depth + (/^(?:\s*- +)(?=[^\s#-][^:]*:(\s|$))/.test(before) ? 2 : 0);
  const isOpen = /(?::|[:-]\s+[|>][+-]?\d?|[{[])\s*(?:#.*)?$/.test(before);
  return isOpen ? own + unit : own;
}

const isItem = (text: string) => /^\s*-(\s|$)/.test(text);

function indentOf(text: string): number | null {
  const depth = text.search(/\S/);
  return depth < 0 ? null : depth;
}
