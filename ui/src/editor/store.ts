import { createContext, use } from "react";
import { createStore, type StoreApi, useStore } from "zustand";
import type { Diagnostic, Flow } from "@/api/types";
import { sayFailure } from "@/app/toasts";
import type { Fits } from "@/model/fit";
import { links, TRIGGER } from "@/model/graph";
import { layout, placeBeside, type Point } from "@/model/layout";
import { keepSame, type Organism, read } from "@/model/read";
import { sizeOf } from "./canvas/size";
import { isNote, isSame, type Notes, notesOf } from "./notes";
import { placesOf } from "./places";
import { ReaderBeside } from "./read-beside";

/** What undo goes back to: the text, where things stand, and the comments beside them. */
export interface Draft {
  text: string;
  places: Map<string, Point>;
  notes: Notes;
}

/** A text as the server has it. */
interface Saved extends Draft {
  etag: string | null;
}

/** Changes with the same name within this time are one step of undo, in milliseconds. */
const MERGE_MS = 900;
/** A text longer than this is read beside the page, and when the typing pauses: characters, and milliseconds. */
const LONG = { text: 8_000, restMs: 100 };
/** How many steps back there are. */
const MAX_PAST = 200;

export interface EditorState extends Draft {
  flowId: string;
  saved: Saved;
  /** The last text that could be read; the canvas shows it. */
  organism: Organism;
  problems: Organism["problems"];
  diagnostics: Diagnostic[];
  /** How well both ends of each line fit, as far as the server has said it. */
  fits: Fits;
  selection: string[];
  /** The line that is selected when no node is. */
  line: string | null;
  /** Whose answers stand in for their work in tests. */
  pinned: ReadonlySet<string>;
  isReadOnly: boolean;
  /** A card is on its way: what takes long to draw waits until it stands. */
  isDragging: boolean;
  past: Draft[];
  future: Draft[];
  /** Changes the text; what throws is said and changes nothing. Answers whether it was changed. */
  apply(change: (text: string) => string, options?: ApplyOptions): boolean;
  /** Takes a text as it was typed. */
  type(text: string): void;
  /** Reads what was typed now, for whoever needs the text and the canvas to say the same. */
  settle(): void;
  move(places: Map<string, Point>): void;
  arrange(): void;
  select(names: string[]): void;
  selectLine(id: string | null): void;
  undo(): void;
  redo(): void;
  /** The server has taken this draft. */
  keep(saved: Saved): void;
  setReadOnly(isReadOnly: boolean): void;
  setDragging(isDragging: boolean): void;
  setPinned(names: string[]): void;
  setDiagnostics(diagnostics: Diagnostic[]): void;
  setFits(fits: Fits): void;
}

export interface ApplyOptions {
  /** Where new listeners go. */
  places?: Map<string, Point>;
  notes?: Notes;
  select?: string[];
  /** The name under which changes are gathered into one step. */
  merge?: string;
}

export type EditorStore = StoreApi<EditorState>;

export function createEditor(flow: Flow, etag: string | null, draft: Draft | null): EditorStore {
  const organism = read(flow.organismYaml);
  const places = complete(organism, placesOf(flow.canvasState));
  const saved = { text: flow.organismYaml, places, notes: notesOf(flow.canvasState), etag };
  const now = draft ? { text: draft.text, organism: read(draft.text), places: new Map([...places, ...draft.places]), notes: draft.notes } : { ...saved, organism };
  let last = { name: "", at: 0 };
  let resting: ReturnType<typeof setTimeout> | undefined;
  const beside = new ReaderBeside();
  // The text was typed and is not read yet.
  let isBehind = false;

  return createStore<EditorState>((set, get) => {
    const push = (next: Partial<Draft>, merge: string | undefined, more: Partial<EditorState> = {}) => {
      const { text, places, notes, past } = get();
      const isSame = merge !== undefined && merge === last.name && Date.now() - last.at < MERGE_MS;
      last = { name: merge ?? "", at: Date.now() };
      const before = isSame ? past : [...past, { text, places, notes }].slice(-MAX_PAST);
      set({ ...next, past: before, future: [], ...more });
    };
    const show = (text: string, fresh = read(text)): Partial<EditorState> => {
      isBehind = false;
      if (fresh.problems.length > 0) return { problems: fresh.problems };
      const known = new Set(fresh.listeners.map((one) => one.name));
      return { organism: keepSame(fresh, get().organism), problems: [], selection: get().selection.filter((name) => known.has(name) || name === TRIGGER || isNote(name)) };
    };
    const seen = (text: string, fresh = read(text)): Partial<EditorState> => {
      const shown = show(text, fresh);
      const organism = shown.organism ?? get().organism;
      return { ...shown, places: complete(organism, renamed(get().organism, organism, get().places)) };
    };
    const write = (text: string) => {
      const { places = get().places, ...shown } = seen(text);
      push({ text, places }, "typing", shown);
    };
    const go = (from: "past" | "future", to: "past" | "future") => {
      const { text, places, notes, isReadOnly } = get();
      const draft = get()[from].at(-1);
      if (!draft || isReadOnly) return;
      last = { name: "", at: 0 };
      set({ ...draft, [from]: get()[from].slice(0, -1), [to]: [...get()[to], { text, places, notes }] });
      set(show(draft.text));
    };
    return {
      flowId: flow.id,
      saved,
      ...now,
      problems: now.organism.problems,
      diagnostics: [],
      fits: new Map(),
      selection: [],
      line: null,
      pinned: new Set<string>(),
      isReadOnly: false,
      isDragging: false,
      past: [],
      future: [],
      apply(change, options = {}) {
        if (get().isReadOnly) return false;
        try {
          const text = withBreaksOf(get().text, change(get().text));
          const isSameText = text === get().text;
          if (isSameText && !options.places && !options.notes) return false;
          const shown = isSameText ? {} : show(text);
          const organism = shown.organism ?? get().organism;
          const places = complete(organism, new Map([...renamed(get().organism, organism, get().places), ...(options.places ?? [])]));
          push({ text, places, notes: options.notes ?? get().notes }, options.merge, shown);
          if (options.select) set({ selection: options.select, line: null });
          return true;
        } catch (error) {
          sayFailure(error);
          return false;
        }
      },
      type(typed) {
        const text = withBreaksOf(get().text, typed);
        if (get().isReadOnly || text === get().text) return;
        if (text.length < LONG.text) return write(text);
        push({ text }, "typing");
        isBehind = true;
        clearTimeout(resting);
        // What comes late is about a text that is no longer there.
        const take = (fresh: Organism) => get().text === text && set(seen(text, fresh));
        resting = setTimeout(() => get().text === text && beside.read(text, take), LONG.restMs);
      },
      settle: () => isBehind && set(seen(get().text)),
      move(moved) {
        const { places, isReadOnly } = get();
        // The end of a drag is told twice.
        const isElsewhere = [...moved].some(([id, at]) => places.get(id)?.x !== at.x || places.get(id)?.y !== at.y);
        if (!isReadOnly && isElsewhere) push({ places: new Map([...places, ...moved]) }, undefined);
      },
      arrange() {
        if (!get().isReadOnly) push({ places: complete(get().organism, new Map([...get().places].filter(([id]) => isNote(id)))) }, undefined);
      },
      select(selection) {
        const before = get().selection;
        if (before.length !== selection.length || before.some((name, place) => name !== selection[place]) || get().line !== null) set({ selection, line: null });
      },
      selectLine: (line) => line !== get().line && set(line === null ? { line } : { line, selection: [] }),
      undo: () => go("past", "future"),
      redo: () => go("future", "past"),
      keep: (saved) => set({ saved }),
      setReadOnly: (isReadOnly) => set({ isReadOnly }),
      setDragging: (isDragging) => set({ isDragging }),
      setPinned: (names) => set({ pinned: new Set(names) }),
      setDiagnostics: (diagnostics) => set({ diagnostics }),
      setFits: (fits) => set({ fits }),
    };
  });
}

/** A listener that got another name where it stands in the text stays where it stands on the canvas. */
function renamed(before: Organism, after: Organism, places: Map<string, Point>): Map<string, Point> {
  if (before.listeners.length !== after.listeners.length) return places;
  const names = new Set(after.listeners.map((one) => one.name));
  const taken = after.listeners.flatMap(({ name }, index): [string, Point][] => {
    const old = before.listeners[index]?.name ?? name;
    const at = places.get(old);
    return old !== name && !names.has(old) && at && !before.listeners.some((one) => one.name === name) ? [[name, at]] : [];
  });
  return taken.length > 0 ? new Map([...places, ...taken]) : places;
}

/** Gives a place to whatever has none. */
function complete(organism: Organism, known: Map<string, Point>): Map<string, Point> {
  const ids = [TRIGGER, ...organism.listeners.map((one) => one.name)];
  const missing = ids.filter((id) => !known.has(id));
  if (missing.length === 0) return known;
  const all = links(organism);
  const byName = new Map(organism.listeners.map((one) => [one.name, one]));
  if (ids.length - missing.length <= 1) return new Map([...known, ...layout(ids, all, (id) => sizeOf(byName.get(id)))]);
  const places = new Map(known);
  for (const id of missing) places.set(id, placeBeside(id, all, places));
  return places;
}

/** A text that came with the line breaks of Windows keeps them, also where something is new. */
function withBreaksOf(before: string, text: string): string {
  return before.includes("\r\n") ? text.replaceAll(/\r?\n/g, "\r\n") : text;
}

/** Whether something is not saved yet. */
export function isDirty({ text, places, notes, saved }: EditorState): boolean {
  if (text !== saved.text || !isSame(notes, saved.notes)) return true;
  if (places === saved.places) return false;
  return [...places].some(([id, at]) => {
    // A note that was added and taken away again leaves only its place behind.
    if (isNote(id) && !notes.has(id)) return false;
    const before = saved.places.get(id);
    return before === undefined || before.x !== at.x || before.y !== at.y;
  });
}

export const EditorContext = createContext<EditorStore | null>(null);

export function useEditorStore(): EditorStore {
  const store = use(EditorContext);
  if (!store) throw new Error("the editor's parts stand inside the editor");
  return store;
}

export function useEditor<T>(choose: (state: EditorState) => T): T {
  return useStore(useEditorStore(), choose);
}
