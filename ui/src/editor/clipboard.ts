import { useEffect } from "react";
import { copyText, pasteText } from "@/model/listeners";
import { takeOut } from "@/model/take-out";
import { say, sayFailure } from "@/app/toasts";
import { TRIGGER } from "@/model/graph";
import { isNote } from "./notes";
import type { EditorStore } from "./store";

/** How far from its original a copy stands, in pixels. */
const OFFSET = 32;

/** Copies listeners as YAML and pastes YAML as listeners, wherever no text field has the keyboard. */
export function useClipboard(store: EditorStore): void {
  useEffect(() => {
    const isElsewhere = (event: ClipboardEvent) => {
      const target = event.target as HTMLElement | null;
      const isField = !!target?.closest("input, textarea, select, [contenteditable=true], [role=dialog]");
      return isField || (window.getSelection()?.toString() ?? "") !== "";
    };
    const chosen = () => store.getState().selection.filter((name) => name !== TRIGGER && !isNote(name));
    const copy = (event: ClipboardEvent) => {
      if (isElsewhere(event) || chosen().length === 0) return;
      event.preventDefault();
      const names = chosen();
      try {
        event.clipboardData?.setData("text/plain", copyText(store.getState().text, names));
      } catch (failure) {
        return sayFailure(failure);
      }
      if (event.type === "cut") store.getState().apply((text) => takeOut(text, names), { select: [] });
    };
    const paste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (isElsewhere(event) || text.trim() === "") return;
      event.preventDefault();
      pasteInto(store, () => text);
    };
    document.addEventListener("copy", copy);
    document.addEventListener("cut", copy);
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("copy", copy);
      document.removeEventListener("cut", copy);
      document.removeEventListener("paste", paste);
    };
  }, [store]);
}

/** Copies what is selected, right beside it. */
export function duplicate(store: EditorStore): void {
  const names = store.getState().selection.filter((name) => name !== TRIGGER && !isNote(name));
  if (names.length > 0) pasteInto(store, (text) => copyText(text, names));
}

function pasteInto(store: EditorStore, pieceOf: (text: string) => string): void {
  const { places } = store.getState();
  let pasted: ReturnType<typeof pasteText> | undefined;
  const isDone = store.getState().apply((text) => {
    pasted = pasteText(text, pieceOf(text));
    return pasted?.text ?? text;
  });
  if (pasted === null) say("There are no listeners in what you copied");
  if (!isDone || !pasted) return;
  const { originals } = pasted;
  // Copies of what is here stand as their originals do, a little to the side.
  const beside = [...originals].flatMap(([name, original]): [string, { x: number; y: number }][] => {
    const at = name === original ? undefined : places.get(original);
    return at ? [[name, { x: at.x + OFFSET, y: at.y + OFFSET }]] : [];
  });
  store.setState({ places: new Map([...store.getState().places, ...beside]), selection: [...originals.keys()] });
}
