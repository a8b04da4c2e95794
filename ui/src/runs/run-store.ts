import { create } from "zustand";
import type { StepEvent } from "@/api/types";
import { fold, type ListenerRun, type Run, type Visit } from "./fold";

/** The execution that lies over the canvas. */
interface RunState {
  flowId: string | null;
  executionId: string | null;
  events: StepEvent[];
  run: Run | null;
  link: "live" | "reconnecting" | "ended" | null;
  /** The bar of the timeline that is looked at. */
  pinned: number | null;
  begin(flowId: string, executionId: string): void;
  add(events: StepEvent[]): void;
  setLink(link: RunState["link"]): void;
  pin(visit: number | null): void;
  clear(): void;
}

export const useRun = create<RunState>((set, get) => ({
  flowId: null,
  executionId: null,
  events: [],
  run: null,
  link: null,
  pinned: null,
  begin: (flowId, executionId) => set({ flowId, executionId, events: [], run: null, link: null, pinned: null }),
  add(fresh) {
    const last = get().events.at(-1)?.seq ?? -1;
    const events = [...get().events, ...fresh.filter((event) => event.seq > last)];
    set({ events, run: fold(events) });
  },
  setLink: (link) => set({ link }),
  pin: (pinned) => set({ pinned }),
  clear: () => set({ flowId: null, executionId: null, events: [], run: null, link: null, pinned: null }),
}));

/** How a listener does in the execution on the canvas; null when there is none. */
export function useListenerRun(name: string): ListenerRun | null {
  return useRun(({ run }) => {
    if (!run) return null;
    return run.listeners.get(name) ?? (run.end === null ? null : SKIPPED);
  });
}

const SKIPPED: ListenerRun = {
  state: "skipped",
  count: 0,
  lastMs: null,
  error: null,
  inputTokens: 0,
  outputTokens: 0,
  isSimulated: false,
};

/** Every visit of a tree, callers before what they called. */
export function flatten(visits: Visit[]): Visit[] {
  return visits.flatMap((visit) => [visit, ...flatten(visit.children)]);
}
