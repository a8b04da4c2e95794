import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useRef } from "react";
import { useEditor, useEditorStore } from "../store";
import type { CanvasNode } from "./build";
import { around, type Box, boxOf, firstView, isCutOff, isOutside, READABLE } from "./first-view";
import { smooth } from "./motion";

/**
 * Brings into sight what is not: listeners that came in, also by the text or a paste, and the one that was chosen elsewhere.
 * While somebody drags, nothing moves under the hand.
 */
export function useInSight(nodes: CanvasNode[]): void {
  const store = useEditorStore();
  const selection = useEditor((state) => state.selection);
  const show = useShow();
  const now = useRef(nodes);
  now.current = nodes;
  const known = useRef<Set<string> | null>(null);

  useEffect(() => {
    const before = known.current;
    if (before?.size === nodes.length && nodes.every((node) => before.has(node.id))) return;
    known.current = new Set(nodes.map((node) => node.id));
    // What is there when the canvas opens is no news.
    if (!before || store.getState().isDragging) return;
    const fresh = nodes.filter((node) => node.type === "card" && !before.has(node.id));
    if (fresh.length > 0) show(fresh.map(boxOf), isCutOff);
  }, [nodes, store, show]);

  useEffect(() => {
    const chosen = now.current.filter((node) => selection.length === 1 && node.id === selection[0]);
    // What was pressed on the canvas itself can be seen, if only in part, and stays under the pointer.
    if (chosen.length > 0 && !store.getState().isDragging) show(chosen.map(boxOf), isOutside);
  }, [selection, store, show]);
}

/** Shows boxes that the view misses: with the whole flow, where that can still be read, or else in the middle. */
function useShow() {
  const flow = useReactFlow();
  const surface = useStoreApi();
  return useCallback(
    (boxes: Box[], isMissed: typeof isCutOff) => {
      const room = surface.getState();
      const now = flow.getViewport();
      if (room.width === 0 || !isMissed(boxes, room, now)) return;
      const whole = firstView(flow.getNodes().map(boxOf), room, 0);
      if (whole.zoom >= READABLE) return void flow.setViewport(whole, smooth());
      const { x, y, width, height } = around(boxes);
      const zoom = Math.min(now.zoom, firstView(boxes, room, 0).zoom);
      void flow.setCenter(x + width / 2, y + height / 2, { zoom, ...smooth() });
    },
    [flow, surface],
  );
}
