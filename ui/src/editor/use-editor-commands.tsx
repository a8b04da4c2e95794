import { useNavigate } from "@tanstack/react-router";
import { CopyPlus, Play, Redo2, Save, Settings2, Trash2, Undo2 } from "lucide-react";
import { useCommands } from "@/app/commands";
import { duplicate } from "./clipboard";
import { removeChosen } from "./remove";
import type { EditorStore } from "./store";
import type { useSaving } from "./use-saving";

interface Options {
  store: EditorStore;
  saving: ReturnType<typeof useSaving>;
  begin(): void;
  choosePayload(): void;
  togglePalette(): void;
}

/** What can be done in the editor, for the palette and the keyboard. */
export function useEditorCommands({ store, saving, begin, choosePayload, togglePalette }: Options): void {
  const navigate = useNavigate({ from: "/flows/$flowId" });
  const view = (wished: "yaml" | "split" | null) => () =>
    void navigate({ search: ({ view: _, ...rest }) => (wished ? { ...rest, view: wished } : rest), replace: true });
  const { undo, redo } = store.getState();
  const remove = () => removeChosen(store, store.getState().selection);
  useCommands([
    { title: "Run", group: "Flow", icon: <Play size={16} />, shortcut: "Mod+Enter", run: begin },
    { title: "Run with another payload", group: "Flow", icon: <Settings2 size={16} />, shortcut: "Mod+Shift+Enter", run: choosePayload },
    { title: "Save", group: "Flow", icon: <Save size={16} />, shortcut: "Mod+S", run: () => void saving.save() },
    { title: "Start the flow", group: "Flow", run: () => void saving.start() },
    { title: "Stop the flow", group: "Flow", run: () => void saving.stop() },
    { title: "Undo", group: "Edit", icon: <Undo2 size={16} />, shortcut: "Mod+Z", run: undo },
    { title: "Redo", group: "Edit", icon: <Redo2 size={16} />, shortcut: "Mod+Shift+Z", run: redo },
    { title: "Duplicate the selection", group: "Edit", icon: <CopyPlus size={16} />, shortcut: "Mod+D", run: () => duplicate(store) },
    { title: "Delete the selection", group: "Edit", icon: <Trash2 size={16} />, run: remove },
    { title: "Canvas", group: "View", shortcut: "1", run: view(null) },
    { title: "Split", group: "View", shortcut: "2", run: view("split") },
    { title: "YAML", group: "View", shortcut: "3", run: view("yaml") },
    { title: "Show or hide the handlers", group: "View", shortcut: "[", run: togglePalette },
    { title: "Select nothing", group: "Edit", shortcut: "Escape", isHidden: true, run: () => store.getState().select([]) },
  ]);
}
