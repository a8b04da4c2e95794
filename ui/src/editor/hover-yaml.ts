import { hoverTooltip } from "@codemirror/view";
import { type Facts, schemaAround } from "./complete-yaml";
import { about } from "./yaml-words";

/** Says what the word under the pointer means: a key, a handler, another listener. */
export function hoverYaml(facts: () => Facts) {
  return hoverTooltip((view, position) => {
    const line = view.state.doc.lineAt(position);
    const word = wordAt(line.text, position - line.from);
    const text = word && meaningOf(word.text, { line: line.text, isKey: word.isKey }, facts(), { doc: view.state.doc, line: line.number });
    if (!word || !text) return null;
    return {
      pos: line.from + word.from,
      end: line.from + word.from + word.text.length,
      above: true,
      create: () => {
        const dom = document.createElement("div");
        dom.className = "cm-meaning";
        dom.append(Object.assign(document.createElement("strong"), { textContent: word.text }), ` ${text}`);
        return { dom };
      },
    };
  });
}

/** What a word says where it stands; null where it is a word of the user's. */
export function meaningOf(word: string, { line, isKey }: { line: string; isKey: boolean }, facts: Facts, at: Parameters<typeof schemaAround>[0]): string | null {
  if (isKey) {
    const own = schemaAround(at, facts).schema?.properties?.[word];
    return own && facts.schema ? about(own, facts.schema) || null : null;
  }
  if (/^\s*(?:- +)*handler:/.test(line)) return facts.handlers.find((one) => one.name === word)?.description ?? null;
  return /(next|peers|otherwise|on_error|entry|do):|^\s*- +[\w-]+\s*$/.test(line) ? (facts.organism.listeners.find((one) => one.name === word)?.description ?? null) : null;
}

function wordAt(line: string, column: number): { text: string; from: number; isKey: boolean } | null {
  for (const found of line.matchAll(/[\w-]+/g)) {
    const [text] = found;
    // A dash alone begins an item.
    if (found.index <= column && column <= found.index + text.length && /\w/.test(text)) {
      return { text, from: found.index, isKey: /^\s*:(\s|$)/.test(line.slice(found.index + text.length)) && /^\s*(?:- +)*$/.test(line.slice(0, found.index)) };
    }
  }
  return null;
}
