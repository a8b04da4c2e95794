import { defaultKeymap } from "@codemirror/commands";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { codeLook } from "./theme";

interface Props {
  value: string;
  onChange?: (value: string) => void;
  label: string;
  isReadOnly?: boolean;
  /** Read once, when the editor is made. */
  extensions?: Extension;
  onView?: (view: EditorView | null) => void;
  className?: string;
}

/** A text editor whose text belongs to somebody else: it shows `value`, and says what was typed. */
export function CodeView({ value, onChange, label, isReadOnly = false, extensions = [], onView, className }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const closed = useRef(new Compartment());
  const told = useRef({ onChange, onView, extensions, value, label, isReadOnly });
  told.current = { onChange, onView, extensions, value, label, isReadOnly };

  useEffect(() => {
    const { extensions, value, label, isReadOnly } = told.current;
    if (!place.current) return;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          extensions,
          keymap.of(defaultKeymap),
          codeLook(),
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          closed.current.of(readOnly(isReadOnly)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !update.transactions.some((one) => one.isUserEvent("outside"))) {
              told.current.onChange?.(update.state.doc.toString());
            }
          }),
        ],
      }),
    });
    view.current = made;
    told.current.onView?.(made);
    return () => {
      told.current.onView?.(null);
      made.destroy();
    };
  }, []);

  useEffect(() => {
    const shown = view.current?.state.doc.toString();
    // The editor counts every line break as one character.
    const wished = value.replaceAll("\r\n", "\n");
    if (shown === undefined || shown === wished) return;
    view.current?.dispatch({ changes: difference(shown, wished), userEvent: "outside" });
  }, [value]);

  useEffect(() => {
    view.current?.dispatch({ effects: closed.current.reconfigure(readOnly(isReadOnly)) });
  }, [isReadOnly]);

  return <div ref={place} className={className} />;
}

function readOnly(is: boolean): Extension {
  return is ? [EditorState.readOnly.of(true)] : [];
}

/** The one stretch in which two texts differ, so that the cursor and the folds elsewhere stay. */
export function difference(from: string, to: string): { from: number; to: number; insert: string } {
  let start = 0;
  const shorter = Math.min(from.length, to.length);
  while (start < shorter && from.charCodeAt(start) === to.charCodeAt(start)) start += 1;
  let tail = 0;
  while (tail < shorter - start && from.charCodeAt(from.length - 1 - tail) === to.charCodeAt(to.length - 1 - tail)) tail += 1;
  return { from: start, to: from.length - tail, insert: to.slice(start, to.length - tail) };
}
