import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { nonce } from "@/app/nonce";

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName), tags.tagName], color: "var(--code-key)" },
  { tag: [tags.string, tags.content, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.atom], color: "var(--code-number)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--code-comment)" },
  { tag: [tags.punctuation, tags.separator, tags.bracket], color: "var(--text-3)" },
]);

const look = EditorView.theme({
  "&": { backgroundColor: "transparent", color: "var(--text)", fontSize: "12px", height: "100%" },
  "&.cm-focused": { outline: "none" },
  // Where nothing can be written there is no caret either.
  ".cm-content[aria-readonly=true]:focus-visible": { outline: "1px solid var(--accent)", outlineOffset: "-1px" },
  ".cm-scroller": { fontFamily: "var(--font-mono, 'JetBrains Mono Variable', monospace)", lineHeight: "20px" },
  ".cm-content": { caretColor: "var(--accent-text)", padding: "6px 0" },
  ".cm-cursor": { borderLeftColor: "var(--accent-text)", borderLeftWidth: "2px" },
  ".cm-line": { padding: "0 10px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--text-3)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--hover) 55%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--text)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 30%, transparent)",
  },
  ".cm-expression": { color: "var(--code-expression)", backgroundColor: "var(--accent-soft)", borderRadius: "3px" },
  ".cm-chosen": { backgroundColor: "color-mix(in srgb, var(--accent) 10%, transparent)" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    color: "var(--text)",
    overflow: "hidden",
  },
  // What a completion means stands beside the list.
  ".cm-tooltip.cm-tooltip-autocomplete": { overflow: "visible" },
  ".cm-meaning": { padding: "6px 8px", maxWidth: "320px", color: "var(--text-2)", fontFamily: "Inter Variable, sans-serif" },
  ".cm-meaning strong": { color: "var(--text)", fontWeight: "600" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", maxHeight: "240px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 8px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--hover)", color: "var(--text)" },
  ".cm-completionDetail": { color: "var(--text-3)", fontStyle: "normal" },
  ".cm-completionIcon": { display: "none" },
  ".cm-completionInfo": { padding: "6px 8px", maxWidth: "280px", color: "var(--text-2)", fontFamily: "Inter Variable, sans-serif" },
  ".cm-diagnostic": { padding: "4px 8px", borderLeft: "2px solid var(--failed)", fontFamily: "Inter Variable, sans-serif" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--waiting)" },
  ".cm-panels": { backgroundColor: "var(--surface)", color: "var(--text)", borderColor: "var(--line)" },
  ".cm-panel input, .cm-panel button": {
    backgroundColor: "var(--bg)",
    backgroundImage: "none",
    color: "var(--text)",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
  },
  ".cm-searchMatch": { backgroundColor: "var(--waiting-soft)", outline: "1px solid var(--waiting)" },
  ".cm-placeholder": { color: "var(--text-3)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--hover)", border: "none", color: "var(--text-2)" },
});

/** How every text editor looks; its style element carries the page's nonce. */
export function codeLook(): Extension {
  return [look, syntaxHighlighting(colours), EditorView.cspNonce.of(nonce())];
}
