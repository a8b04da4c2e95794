import { useReactFlow, useStore } from "@xyflow/react";
import { LayoutGrid, Maximize, Minus, Plus } from "lucide-react";
import { useCommands } from "@/app/commands";
import { IconButton } from "@/parts/button";
import { useEditor, useEditorStore } from "../store";

const SMOOTH = { duration: 150 };

/** Zoom, fit and order, and the same by keyboard. */
export function CanvasControls() {
  const flow = useReactFlow();
  const store = useEditorStore();
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const fit = () => void flow.fitView({ padding: 0.2, maxZoom: 1, ...SMOOTH });
  const arrange = () => {
    store.getState().arrange();
    requestAnimationFrame(fit);
  };
  useCommands([
    { title: "Zoom to fit", group: "Canvas", icon: <Maximize size={16} />, shortcut: "Shift+1", run: fit },
    { title: "Zoom to 100 %", group: "Canvas", shortcut: "Shift+0", run: () => void flow.zoomTo(1, SMOOTH) },
    { title: "Zoom in", group: "Canvas", shortcut: "+", isHidden: true, run: () => void flow.zoomIn(SMOOTH) },
    { title: "Zoom out", group: "Canvas", shortcut: "-", isHidden: true, run: () => void flow.zoomOut(SMOOTH) },
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
      <IconButton label="Zoom out" shortcut="-" onClick={() => void flow.zoomOut(SMOOTH)}>
        <Minus size={14} />
      </IconButton>
      <span className="w-10 text-center text-xs text-text-2 tabular">{zoom} %</span>
      <IconButton label="Zoom in" shortcut="+" onClick={() => void flow.zoomIn(SMOOTH)}>
        <Plus size={14} />
      </IconButton>
      <IconButton label="Zoom to fit" shortcut="Shift+1" onClick={fit}>
        <Maximize size={14} />
      </IconButton>
      <IconButton label="Arrange" shortcut="Shift+A" disabled={isReadOnly} onClick={arrange}>
        <LayoutGrid size={14} />
      </IconButton>
    </div>
  );
}
