import { useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect } from "react";
import { boxOf, firstView, isSameView } from "./first-view";

/**
 * When the room for the canvas changes (a run's drawer opens), who saw the whole flow sees the whole flow;
 * for others what was in the middle stays there.
 */
export function useRoom(box: RefObject<HTMLDivElement | null>): void {
  const flow = useReactFlow();
  useEffect(() => {
    const place = box.current;
    if (!place) return;
    let before: { width: number; height: number } | null = null;
    const watch = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      if (before && before.width > 0 && width > 0) {
        const boxes = flow.getNodes().map(boxOf);
        const { x, y, zoom } = flow.getViewport();
        const isWhole = isSameView({ x, y, zoom }, firstView(boxes, before, 0));
        const kept = { x: x + (width - before.width) / 2, y: y + (height - before.height) / 2, zoom };
        void flow.setViewport(isWhole ? firstView(boxes, { width, height }, 0) : kept);
      }
      before = { width, height };
    });
    watch.observe(place);
    return () => watch.disconnect();
  }, [box, flow]);
}
