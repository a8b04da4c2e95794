import { create } from "zustand";
import type { Delta } from "@/api/stream";
import type { StepEvent } from "@/api/types";
import { fold, type ListenerRun, type Run, type Visit } from "./fold";

/** The execution that lies over the canvas. */
interface RunState {
  flowId: string | null;
  executionId: string | null;
  events: StepEvent[];
  run: Run | null;
  link: "live" | "reconnecting" | "ended" | null;
  /** What models are writing, by the listener that asked them. */
  said: ReadonlyMap<string, Saying>;
  /** The bar of the timeline that is looked at. */
  pinned: number | null;
  begin(flowId: string, executionId: string): void;
  add(events: StepEvent[]): void;
  hear(deltas: Delta[]): void;
  setLink(link: RunState["link"]): void;
  pin(visit: number | null): void;
  clear(): void;
}

/** A text that is being written. */
export interface Saying {
  step: number;
  text: string;
}

const NOTHING: ReadonlyMap<string, Saying> = new Map();

export const useRun = create<RunState>((set, get) => ({
  flowId: null,
  executionId: null,
  events: [],
  run: null,
  link: null,
  said: NOTHING,
  pinned: null,
  begin: (flowId, executionId) => set({ flowId, executionId, events: [], run: null, link: null, said: NOTHING, pinned: null }),
  add(fresh) {
    const last = get().events.at(-1)?.seq ?? -1;
    const events = [...get().events, ...fresh.filter((event) => event.seq > last)];
    // What is recorded is the whole: it takes the place of what was heard of it.
    const over = new Set(fresh.filter((event) => event.kind !== "scheduled").map((event) => event.step));
    const left = [...get().said].filter(([, saying]) => !over.has(saying.step));
    set({ events, run: fold(events), said: left.length === get().said.size ? get().said : new Map(left) });
  },
  hear(deltas) {
    const said = new Map(get().said);
    for (const { listener, step, restart, text } of deltas) {
      const before = said.get(listener);
      const goesOn = before !== undefined && before.step === step && !restart;
      said.set(listener, { step, text: goesOn ? before.text + text : text });
    }
    set({ said });
  },
  setLink: (link) => set({ link }),
  pin: (pinned) => set({ pinned }),
  clear: () => set({ flowId: null, executionId: null, events: [], run: null, link: null, said: NOTHING, pinned: null }),
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
