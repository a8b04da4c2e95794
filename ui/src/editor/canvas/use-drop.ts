import { useReactFlow } from "@xyflow/react";
import type { DragEvent } from "react";
import { links } from "@/model/graph";
import { CARD } from "@/model/layout";
import { insertListener } from "../insert";
import { useEditorStore } from "../store";
import { useHandlers } from "../use-handlers";

/** What a palette's row carries while it is dragged. */
export const DRAG_TYPE = "application/x-blox-handler";

/** Takes a handler that is dropped, where it is, or on the line under it. */
export function useDrop() {
  const store = useEditorStore();
  const flow = useReactFlow();
  const handlers = useHandlers();
  return {
    onDragOver: (event: DragEvent) => {
      if (event.dataTransfer.types.includes(DRAG_TYPE)) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      const handler = handlers.find((one) => one.name === event.dataTransfer.getData(DRAG_TYPE));
      if (!handler) return;
      event.preventDefault();
      const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      const under = document.elementFromPoint(event.clientX, event.clientY)?.closest<SVGElement>(".react-flow__edge")?.dataset["id"];
      const line = links(store.getState().organism).find((one) => one.id === under);
      insertListener(store, handler, { at: { x: at.x - CARD.width / 2, y: at.y - 32 }, ...(line ? { line } : {}) });
    },
  };
}
