import { applyEdgeChanges, applyNodeChanges, type EdgeChange, type NodeChange, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useState } from "react";
import type { TriggerKind } from "@/api/types";
import { useEditor, useEditorStore } from "../store";
import { useHandlers } from "../use-handlers";
import { buildEdges, buildNodes, type CanvasNode } from "./build";
import { chosenAfter, marked } from "./chosen";
import type { LineEdge } from "./line";

/** What is drawn of the editor's store, and what the hand does to it: the store says what is selected, the drawing marks it. */
export function useDrawn(triggers: TriggerKind[]) {
  const organism = useEditor((state) => state.organism);
  const fits = useEditor((state) => state.fits);
  const places = useEditor((state) => state.places);
  const notes = useEditor((state) => state.notes);
  const selection = useEditor((state) => state.selection);
  const line = useEditor((state) => state.line);
  const handlers = useHandlers();
  const [nodes, setNodes] = useState<CanvasNode[]>(() => buildNodes(organism, places, { notes, handlers, triggers, before: [] }));
  const [edges, setEdges] = useState<LineEdge[]>(() => buildEdges(organism, [], fits));

  useEffect(() => {
    setNodes((before) => buildNodes(organism, places, { notes, handlers, triggers, before }));
  }, [organism, places, notes, handlers, triggers]);
  useEffect(() => setEdges((before) => buildEdges(organism, before, fits)), [organism, fits]);
  useEffect(() => setNodes((before) => marked(before, selection)), [selection, organism, notes]);
  useEffect(() => setEdges((before) => marked(before, line === null ? [] : [line])), [line]);

  return { nodes, edges, onNodesChange: useNodesChange(setNodes), onEdgesChange: useEdgesChange(setEdges) };
}

type Set<T> = (change: (before: T[]) => T[]) => void;

function useNodesChange(setNodes: Set<CanvasNode>) {
  const store = useEditorStore();
  return useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      const applied = changes.filter((change) => change.type !== "remove");
      setNodes((before) => applyNodeChanges(applied, before));
      // What the hand selects, and not what is marked: a mark that was taken for a choice would be marked in turn, for ever.
      const { selection, select } = store.getState();
      const chosen = chosenAfter(selection, changes);
      if (chosen !== selection) select(chosen);
      // Arrow keys move without a drag.
      const nudged = changes.flatMap((change) => (change.type === "position" && change.dragging === false && change.position ? [[change.id, change.position] as const] : []));
      if (nudged.length > 0) store.getState().move(new Map(nudged));
    },
    [store, setNodes],
  );
}

function useEdgesChange(setEdges: Set<LineEdge>) {
  const store = useEditorStore();
  const surface = useStoreApi();
  return useCallback(
    (changes: EdgeChange<LineEdge>[]) => {
      // A box is for cards: a line between two of them is not meant.
      const isBox = surface.getState().userSelectionActive;
      const applied = changes.filter((change) => change.type !== "remove" && !(isBox && change.type === "select"));
      setEdges((before) => applyEdgeChanges(applied, before));
      const { line, selectLine } = store.getState();
      // The one that was clicked last: a mapping is one line's.
      selectLine(chosenAfter(line === null ? [] : [line], applied).at(-1) ?? null);
    },
    [store, surface, setEdges],
  );
}
