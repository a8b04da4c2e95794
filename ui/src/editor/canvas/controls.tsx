import { useReactFlow, useStore, useStoreApi } from "@xyflow/react";
import { LayoutGrid, Maximize, Minus, Plus, StickyNote } from "lucide-react";
import { useCommands } from "@/app/commands";
import { IconButton } from "@/parts/button";
import { freshNote, NOTE_WIDTH } from "../notes";
import { useEditor, useEditorStore } from "../store";
import { boxOf, firstView } from "./first-view";
import { smooth } from "./motion";

/** Zoom, fit and order, and the same by keyboard. */
export function CanvasControls({ isShowcase }: { isShowcase: boolean }) {
  const flow = useReactFlow();
  const store = useEditorStore();
  const surface = useStoreApi();
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const fit = () => void flow.setViewport(firstView(flow.getNodes().map(boxOf), surface.getState(), 0), smooth());
  const arrange = () => {
    store.getState().arrange();
    requestAnimationFrame(fit);
  };
  const addNote = () => {
    const { notes, apply } = store.getState();
    const { width, height, transform } = surface.getState();
    const id = freshNote(notes);
    const middle = { x: (width / 2 - transform[0]) / transform[2] - NOTE_WIDTH / 2, y: (height / 3 - transform[1]) / transform[2] };
    const at = { x: Math.round(middle.x / 4) * 4, y: Math.round(middle.y / 4) * 4 };
    apply((text) => text, { notes: new Map([...notes, [id, ""]]), places: new Map([[id, at]]), select: [id], merge: id });
  };
  useCommands([
    { title: "Add a note", group: "Canvas", icon: <StickyNote size={16} />, shortcut: "Shift+N", words: "comment sticky", run: addNote },
    { title: "Zoom to fit", group: "Canvas", icon: <Maximize size={16} />, shortcut: "Shift+1", run: fit },
    { title: "Zoom to 100 %", group: "Canvas", shortcut: "Shift+0", run: () => void flow.zoomTo(1, smooth()) },
    { title: "Zoom in", group: "Canvas", shortcut: "+", isHidden: true, run: () => void flow.zoomIn(smooth()) },
    { title: "Zoom out", group: "Canvas", shortcut: "-", isHidden: true, run: () => void flow.zoomOut(smooth()) },
    { title: "Arrange", group: "Canvas", icon: <LayoutGrid size={16} />, shortcut: "Shift+A", words: "layout order tidy", run: arrange },
    {
      title: "Select all",
      group: "Canvas",
      shortcut: "Mod+A",
      run: () => store.getState().select(store.getState().organism.listeners.map((one) => one.name)),
    },
  ]);
  return (
    <div className="absolute bottom-3 left-3 flex items-center gap-0.5 rounded-lg border border-line bg-surface p-0.5">
      <IconButton label="Zoom out" shortcut="-" onClick={() => void flow.zoomOut(smooth())}>
        <Minus size={14} />
      </IconButton>
      <span className="w-10 text-center text-xs text-text-2 tabular">{zoom} %</span>
      <IconButton label="Zoom in" shortcut="+" onClick={() => void flow.zoomIn(smooth())}>
        <Plus size={14} />
      </IconButton>
      <IconButton label="Zoom to fit" shortcut="Shift+1" onClick={fit}>
        <Maximize size={14} />
      </IconButton>
      {!isShowcase && (
        <>
          <IconButton label="Add a note" shortcut="Shift+N" disabled={isReadOnly} onClick={addNote}>
            <StickyNote size={14} />
          </IconButton>
          <IconButton label="Arrange" shortcut="Shift+A" disabled={isReadOnly} onClick={arrange}>
            <LayoutGrid size={14} />
          </IconButton>
        </>
      )}
    </div>
  );
}
