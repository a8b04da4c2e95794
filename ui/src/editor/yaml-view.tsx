import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { indentWithTab } from "@codemirror/commands";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { organismSchemaQuery } from "@/api/flows";
import { CodeView } from "@/parts/code/code-view";
import { markExpressions } from "@/parts/code/expressions";
import { yaml } from "@/parts/code/yaml";
import { useRun } from "@/runs/run-store";
import { completeYaml, type Facts } from "./complete-yaml";
import { hoverYaml } from "./hover-yaml";
import { knownNames } from "./inspector/known-names";
import { marksOf } from "./marks";
import { useEditor, useEditorStore } from "./store";
import { useHandlers } from "./use-handlers";

/** The text of the flow, in step with the canvas. */
export function YamlView() {
  const store = useEditorStore();
  const text = useEditor((state) => state.text);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const diagnostics = useEditor((state) => state.diagnostics);
  const problems = useEditor((state) => state.problems);
  const selection = useEditor((state) => state.selection);
  const organism = useEditor((state) => state.organism);
  const [view, setView] = useState<EditorView | null>(null);

  const facts = useFacts();

  const extensions = useMemo(
    () => [
      lineNumbers(),
      foldGutter(),
      lintGutter(),
      drawSelection(),
      highlightActiveLine(),
      highlightSelectionMatches(),
      bracketMatching(),
      closeBrackets(),
      indentOnInput(),
      indentUnit.of("  "),
      EditorState.tabSize.of(2),
      search({ top: true }),
      yaml(),
      markExpressions,
      chosenLines,
      autocompletion({ override: [completeYaml(facts)], icons: false }),
      hoverYaml(facts),
      keymap.of([
        // Undo is the flow's: it covers the canvas too.
        { key: "Mod-z", run: () => done(store.getState().undo) },
        { key: "Mod-Shift-z", run: () => done(store.getState().redo) },
        { key: "Mod-y", run: () => done(store.getState().redo) },
        ...completionKeymap,
        ...searchKeymap,
        ...foldKeymap,
        indentWithTab,
      ]),
      EditorView.updateListener.of((update) => {
        if (!update.selectionSet || update.docChanged || !update.view.hasFocus) return;
        const line = update.state.doc.lineAt(update.state.selection.main.head).number;
        const under = store.getState().organism.listeners.find((one) => one.line <= line && line <= one.endLine);
        if (under) store.getState().select([under.name]);
      }),
    ],
    [store, facts],
  );

  useEffect(() => {
    if (view) view.dispatch(setDiagnostics(view.state, marksOf(view.state.doc, diagnostics, problems)));
  }, [view, diagnostics, problems]);

  useEffect(() => {
    if (!view) return;
    const chosen = organism.listeners.filter((one) => selection.includes(one.name));
    const lines = view.state.doc.lines;
    const ranges = chosen.flatMap((one) => (one.endLine <= lines ? [{ from: one.line, to: one.endLine }] : []));
    const first = ranges[0];
    // Whoever types here knows where they are.
    const scroll = first && !view.hasFocus ? [EditorView.scrollIntoView(view.state.doc.line(first.from).from, { y: "start", yMargin: 40 })] : [];
    view.dispatch({ effects: [choose.of(ranges), ...scroll] });
  }, [view, selection, organism]);

  return (
    <CodeView
      label="The flow as YAML"
      value={text}
      onChange={store.getState().type}
      isReadOnly={isReadOnly}
      extensions={extensions}
      onView={setView}
      className="h-full min-h-0 overflow-hidden bg-bg"
    />
  );
}

/** What completion and hover know, asked when they need it. */
function useFacts(): () => Facts {
  const store = useEditorStore();
  const handlers = useHandlers();
  const schema = useQuery(organismSchemaQuery).data ?? null;
  const now = useRef({ handlers, schema });
  now.current = { handlers, schema };
  const [facts] = useState(() => (): Facts => {
    const { organism } = store.getState();
    return {
      ...now.current,
      organism,
      known(name) {
        const listener = organism.listeners.find((one) => one.name === name);
        return listener ? knownNames(listener, organism, useRun.getState().run, now.current.handlers) : [];
      },
    };
  });
  return facts;
}

function done(run: () => void): boolean {
  run();
  return true;
}

const choose = StateEffect.define<{ from: number; to: number }[]>();

/** The lines of the listeners that are selected on the canvas. */
const chosenLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, change) {
    let shown = marks.map(change.changes);
    for (const effect of change.effects) {
      if (!effect.is(choose)) continue;
      const lines = effect.value.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, place) => from + place));
      const known = lines.filter((line) => line <= change.state.doc.lines);
      shown = Decoration.set(known.map((line) => Decoration.line({ class: "cm-chosen" }).range(change.state.doc.line(line).from)));
    }
    return shown;
  },
  provide: (field) => EditorView.decorations.from(field),
});
