import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, placeholder as placeholderText } from "@codemirror/view";
import { useMemo, useRef } from "react";
import { CodeView } from "./code-view";
import { completeNames, type Known, markExpressions } from "./expressions";
import { yaml } from "./yaml";

interface Props {
  label: string;
  value: string;
  onChange(value: string): void;
  /** `template` has expressions in braces, `expression` is one. */
  language: "template" | "expression" | "json" | "yaml";
  isReadOnly?: boolean;
  isSingleLine?: boolean;
  placeholder?: string | undefined;
  known?: Known[];
  minLines?: number;
}

/** A field of a form that holds code. */
export function CodeField({ label, value, onChange, language, isReadOnly, isSingleLine, placeholder, known, minLines = 1 }: Props) {
  const names = useRef<Known[]>([]);
  names.current = known ?? [];
  const extensions = useMemo((): Extension => {
    const languages = language === "json" ? [json()] : language === "yaml" ? [yaml()] : [];
    return [
      languages,
      markExpressions,
      history(),
      keymap.of([...completionKeymap, ...historyKeymap]),
      autocompletion({ override: [completeNames(() => names.current, language === "expression")], icons: false }),
      isSingleLine ? EditorState.transactionFilter.of((change) => (change.newDoc.lines > 1 ? [] : change)) : EditorView.lineWrapping,
      placeholder ? placeholderText(placeholder) : [],
    ];
    // eslint-disable-next-line react-hooks/exhaustive-deps -- an editor keeps what it was made with
  }, []);
  return (
    <div
      className="overflow-hidden rounded-md border border-line-strong bg-field transition-colors duration-100 focus-within:border-accent hover:border-text-3"
      style={{ minHeight: isSingleLine ? 32 : minLines * 20 + 14 }}
    >
      <CodeView label={label} value={value} onChange={onChange} isReadOnly={isReadOnly ?? false} extensions={extensions} className="max-h-80 overflow-auto" />
    </div>
  );
}
