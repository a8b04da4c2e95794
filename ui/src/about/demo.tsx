import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { RotateCw } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { handlersQuery, organismSchemaQuery } from "@/api/flows";
import { Canvas } from "@/editor/canvas/canvas";
import { smooth } from "@/editor/canvas/motion";
import { createEditor, EditorContext } from "@/editor/store";
import { fitsByLine } from "@/model/fit";
import { Button } from "@/parts/button";
import { useRun } from "@/runs/run-store";
import { DEMO_EVENTS, DEMO_FITS, DEMO_FLOW, DEMO_HANDLERS } from "./demo-flow";

const YamlView = lazy(() => import("@/editor/yaml-view").then((module) => ({ default: module.YamlView })));

/** So long is one event of the recorded run on the screen, in milliseconds. */
const EVENT_MS = 420;

/** How long the view takes to the next listener, in milliseconds. */
const FOLLOW_MS = 180;

/** The canvas of the product with a recorded run played over it, slowly enough to follow, and the text that it is drawn from. */
export function Demo() {
  const [store] = useState(() => {
    const editor = createEditor(DEMO_FLOW, null, null);
    editor.getState().setReadOnly(true);
    editor.getState().setFits(fitsByLine(DEMO_FITS));
    return editor;
  });
  const [client] = useState(() => {
    const own = new QueryClient();
    own.setQueryData(handlersQuery.queryKey, DEMO_HANDLERS);
    // What the text would be completed with; nobody writes here.
    own.setQueryData(organismSchemaQuery.queryKey, {});
    return own;
  });
  const { play, hasEnded } = useRecorded();
  const isWide = useWide();
  return (
    <QueryClientProvider client={client}>
      <EditorContext value={store}>
        <ReactFlowProvider>
          <div className="flex h-full">
            <div className="relative min-w-0 flex-1">
              <Canvas triggers={TRIGGERS} isShowcase />
              <Narrow />
              {hasEnded && (
                <Button icon={<RotateCw size={14} />} className="absolute top-3 left-3" onClick={play}>
                  Play it again
                </Button>
              )}
            </div>
            {isWide && (
              <div className="w-110 shrink-0 border-l border-line">
                <Suspense fallback={<div role="status" aria-label="Loading the text" className="skeleton m-4 h-40" />}>
                  <YamlView />
                </Suspense>
              </div>
            )}
          </div>
        </ReactFlowProvider>
      </EditorContext>
    </QueryClientProvider>
  );
}

const WIDE = matchMedia("(min-width: 1100px)");

/** Whether the text has room beside the canvas; where it has none it is not loaded either. */
function useWide(): boolean {
  return useSyncExternalStore(
    (told) => {
      WIDE.addEventListener("change", told);
      return () => WIDE.removeEventListener("change", told);
    },
    () => WIDE.matches,
  );
}

/** On a phone all of the flow is too small to read: the view goes along with what is at work. */
function Narrow() {
  const { fitView } = useReactFlow();
  const at = useRun((state) => state.events.at(-1)?.listener);
  useEffect(() => {
    if (!at || !matchMedia("(max-width: 640px)").matches) return;
    void fitView({ nodes: [{ id: at }], maxZoom: 0.9, ...smooth(FOLLOW_MS) });
  }, [at, fitView]);
  return null;
}

const TRIGGERS = ["webhook" as const];

function useRecorded() {
  const timer = useRef(0);
  const hasEnded = useRun((state) => (state.run?.end ?? null) !== null);
  const play = useCallback(() => {
    clearInterval(timer.current);
    const { begin, add } = useRun.getState();
    begin(DEMO_FLOW.id, "demo");
    // Whoever wants no motion sees how it ended.
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return add(DEMO_EVENTS);
    let next = 0;
    timer.current = window.setInterval(() => {
      const event = DEMO_EVENTS[next];
      next += 1;
      if (event) add([event]);
      else clearInterval(timer.current);
    }, EVENT_MS);
  }, []);
  useEffect(() => {
    play();
    return () => {
      clearInterval(timer.current);
      useRun.getState().clear();
    };
  }, [play]);
  return { play, hasEnded };
}
