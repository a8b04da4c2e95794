import { type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { Decoration, type DecorationSet, type EditorView, MatchDecorator, ViewPlugin, type ViewUpdate } from "@codemirror/view";

const matcher = new MatchDecorator({ regexp: /\{\{.*?\}\}/g, decoration: Decoration.mark({ class: "cm-expression" }) });

/** Shows `{{ … }}` as what it is. */
export const markExpressions = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = matcher.createDeco(view);
    }
    update(update: ViewUpdate) {
      this.decorations = matcher.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

/** A name that expressions may use, with the value it had in the last run. */
export interface Known {
  path: string;
  sample?: string;
}

/** Completes names inside `{{ … }}`, or everywhere when the whole text is one expression. */
export function completeNames(known: () => Known[], isBare: boolean) {
  return (context: CompletionContext): CompletionResult | null => {
    const before = context.state.sliceDoc(Math.max(0, context.pos - 400), context.pos);
    const isInside = isBare || before.lastIndexOf("{{") > before.lastIndexOf("}}");
    const word = context.matchBefore(/[\w.[\]'"-]*/);
    if (!isInside || !word || (word.from === word.to && !context.explicit && !/\{\{\s*$/.test(before))) return null;
    const options: Completion[] = known().map(({ path, sample }) => ({ label: path, ...(sample ? { detail: sample } : {}), type: "variable" }));
    return { from: word.from, options, validFor: /^[\w.[\]'"-]*$/ };
  };
}
