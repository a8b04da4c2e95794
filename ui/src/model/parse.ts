import { type Document, LineCounter, parseDocument } from "yaml";

/** Keys that stand twice, or are no words, are the server's to complain about. */
const OPTIONS = { uniqueKeys: false, strict: false, logLevel: "error" } as const;

interface Parsed {
  document: Document.Parsed;
  lines: LineCounter;
}

let last: { text: string; parsed: Parsed } | null = null;

/**
 * How texts are parsed everywhere in the model. Nobody changes the document.
 *
 * One change of the canvas looks at the same text several times; a large one takes long, so the last is kept.
 */
export function parse(text: string): Parsed {
  if (last?.text !== text) {
    const lines = new LineCounter();
    last = { text, parsed: { document: parseDocument(text, { ...OPTIONS, lineCounter: lines }), lines } };
  }
  return last.parsed;
}
