import "@xyflow/react/dist/style.css";
import "./canvas.css";
import {
  applyEdgeChanges,
  applyNodeChanges,
  Background,
  BackgroundVariant,
  type Connection,
  type EdgeChange,
  type FinalConnectionState,
  type NodeChange,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  useStore,
  useStoreApi,
  type Viewport,
} from "@xyflow/react";
import { type DragEvent, memo, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { TriggerKind } from "@/api/types";
import { links, TRIGGER } from "@/model/graph";
import { CARD, type Point } from "@/model/layout";
import { connect, isCall, type Port, setEntry } from "@/model/listeners";
import { removeChosen } from "../remove";
import { useEditor, useEditorStore } from "../store";
import { useHandlers } from "../use-handlers";
import { insertListener } from "../insert";
import { buildEdges, buildNodes, type CanvasNode } from "./build";
import { Card } from "./card";
import { chosenAfter, marked } from "./chosen";
import { CanvasControls } from "./controls";
import { boxOf, firstView } from "./first-view";
import { InsertMenu } from "./insert-menu";
import { Line, type LineEdge } from "./line";
import { Map as CanvasMap } from "./map";
import { NoteCard } from "./note-card";
import { TriggerCard } from "./trigger-card";
import { useInSight } from "./use-in-sight";
import { useRoom } from "./use-room";

const NODE_TYPES = { card: Card, trigger: TriggerCard, note: NoteCard };
const EDGE_TYPES = { line: Line };
/** What a palette's row carries while it is dragged. */
export const DRAG_TYPE = "application/x-blox-handler";
/** From here on only what can be seen is drawn. */
const MANY_NODES = 80;

/** A finger has no second button and no space bar: it moves the canvas. */
const IS_TOUCH = matchMedia("(pointer: coarse)").matches;
/** The smaller cards are drawn, the larger is what they say; from afar that is their names and nothing else. */
const ZOOMS = [{ below: 0.33, name: "farther" }, { below: 0.5, name: "far" }, { below: 0.8, name: "apart" }] as const;

/** Where a line was let go over nothing: the next listener goes there. */
interface Loose {
  from: string;
  port: Port;
  at: Point;
  screen: Point;
  room: { width: number; height: number };
}

interface Props {
  triggers: TriggerKind[];
  /** Within a page that scrolls, to look at: all of it, and the wheel is the page's. */
  isShowcase?: boolean;
}

export const Canvas = memo(function Canvas({ triggers, isShowcase = false }: Props) {
  const store = useEditorStore();
  const organism = useEditor((state) => state.organism);
  const fits = useEditor((state) => state.fits);
  const places = useEditor((state) => state.places);
  const notes = useEditor((state) => state.notes);
  const selection = useEditor((state) => state.selection);
  const line = useEditor((state) => state.line);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const distance = useStore(({ transform: [, , zoom] }) => ZOOMS.find(({ below }) => zoom < below)?.name);
  const handlers = useHandlers();
  const flow = useReactFlow();
  const surface = useStoreApi();
  const [nodes, setNodes] = useState<CanvasNode[]>(() => buildNodes(organism, places, { notes, handlers, triggers, before: [] }));
  const [edges, setEdges] = useState<LineEdge[]>(() => buildEdges(organism, [], fits));
  const [opened, setOpened] = useState<Viewport | null>(null);
  const [loose, setLoose] = useState<Loose | null>(null);
  const box = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const room = box.current?.getBoundingClientRect();
    if (room) setOpened(firstView(nodes.map(boxOf), room, isShowcase ? 0 : undefined));
    // oxlint-disable-next-line react/exhaustive-deps -- once, before anything is drawn
  }, []);

  useEffect(() => {
    setNodes((before) => buildNodes(organism, places, { notes, handlers, triggers, before }));
  }, [organism, places, notes, handlers, triggers]);

  useEffect(() => setEdges((before) => buildEdges(organism, before, fits)), [organism, fits]);

  useEffect(() => setNodes((before) => marked(before, selection)), [selection, organism, notes]);

  useEffect(() => setEdges((before) => marked(before, line === null ? [] : [line])), [line]);

  useRoom(box);
  useInSight(nodes);

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      const applied = changes.filter((change) => change.type !== "remove");
      setNodes((before) => applyNodeChanges(applied, before));
      // What the hand selects, and not what is marked as such: what the store says is marked in turn.
      const { selection, select } = store.getState();
      const chosen = chosenAfter(selection, changes);
      if (chosen !== selection) select(chosen);
      // Arrow keys move without a drag.
      const nudged = changes.filter((change) => change.type === "position" && change.dragging === false && change.position);
      if (nudged.length > 0) {
        store.getState().move(new Map(nudged.flatMap((change) => (change.type === "position" && change.position ? [[change.id, change.position]] : []))));
      }
    },
    [store],
  );

  const onEdgesChange = useCallback(
    (changes: EdgeChange<LineEdge>[]) => {
      // A box is for cards: a line between two of them is not meant.
      const isBox = surface.getState().userSelectionActive;
      const applied = changes.filter((change) => change.type !== "remove" && !(isBox && change.type === "select"));
      setEdges((before) => applyEdgeChanges(applied, before));
      const { line, selectLine } = store.getState();
      // The one that was clicked last: a mapping is one line's.
      selectLine(chosenAfter(line === null ? [] : [line], applied).at(-1) ?? null);
    },
    [store, surface],
  );

  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) => {
      store.getState().apply((text) => (source === TRIGGER ? setEntry(text, target) : connect(text, source, (sourceHandle ?? "next") as Port, target)));
    },
    [store],
  );

  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      if (state.isValid || !state.fromNode || state.fromHandle?.type !== "source" || state.toNode) return;
      const pointer = "changedTouches" in event ? event.changedTouches[0] : event;
      const frame = box.current?.getBoundingClientRect();
      if (!pointer || !frame) return;
      const under = document.elementFromPoint(pointer.clientX, pointer.clientY)?.closest<HTMLElement>(".react-flow__node")?.dataset["id"];
      if (under) {
        // Anywhere on a card is meant for the card.
        const isSelf = under === TRIGGER || (under === state.fromNode.id && isCall((state.fromHandle.id ?? "next") as Port));
        if (!isSelf) onConnect({ source: state.fromNode.id, sourceHandle: state.fromHandle.id ?? null, target: under, targetHandle: null });
        return;
      }
      const at = flow.screenToFlowPosition({ x: pointer.clientX, y: pointer.clientY });
      setLoose({
        from: state.fromNode.id,
        port: (state.fromHandle.id ?? "next") as Port,
        at: { x: at.x, y: at.y - 32 },
        screen: { x: pointer.clientX - frame.left, y: pointer.clientY - frame.top },
        room: { width: frame.width, height: frame.height },
      });
    },
    [flow, onConnect],
  );

  const onDelete = useCallback(
    ({ nodes: gone, edges: cut }: { nodes: CanvasNode[]; edges: LineEdge[] }) => {
      removeChosen(store, gone.map((node) => node.id), cut.map((edge) => ({ from: edge.source, port: edge.data?.port ?? "next", to: edge.target })));
    },
    [store],
  );

  const onDrop = (event: DragEvent) => {
    const name = event.dataTransfer.getData(DRAG_TYPE);
    const handler = handlers.find((one) => one.name === name);
    if (!handler) return;
    event.preventDefault();
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest<SVGElement>(".react-flow__edge")?.dataset["id"];
    const line = under === undefined ? undefined : links(organism).find((one) => one.id === under);
    insertListener(store, handler, { at: { x: at.x - CARD.width / 2, y: at.y - 32 }, ...(line ? { line } : {}) });
  };

  const isValid = useCallback(
    (line: Connection | LineEdge) => line.target !== TRIGGER && !(line.source === line.target && isCall((line.sourceHandle ?? "next") as Port)),
    [],
  );
  return (
    <div
      ref={box}
      className="@container relative h-full w-full"
      data-distance={distance}
      onDragOver={(event) => event.dataTransfer.types.includes(DRAG_TYPE) && event.preventDefault()}
      onDrop={onDrop}
    >
      {opened && <ReactFlow<CanvasNode, LineEdge>
        defaultViewport={opened}
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onNodeDragStart={() => store.getState().setDragging(true)}
        onNodeDragStop={(_, __, dragged) => {
          store.getState().setDragging(false);
          store.getState().move(new Map(dragged.map((node) => [node.id, node.position])));
        }}
        onSelectionDragStop={(_, dragged) => store.getState().move(new Map(dragged.map((node) => [node.id, node.position])))}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        onDelete={onDelete}
        isValidConnection={isValid}
        nodesDraggable={!isReadOnly}
        nodesConnectable={!isReadOnly}
        edgesReconnectable={false}
        deleteKeyCode={isReadOnly ? null : ["Delete", "Backspace"]}
        multiSelectionKeyCode={["Shift", "Meta", "Control"]}
        selectionKeyCode={null}
        selectionOnDrag={!IS_TOUCH}
        selectionMode={SelectionMode.Partial}
        panOnDrag={IS_TOUCH ? true : [1, 2]}
        panOnScroll={false}
        zoomOnScroll={!isShowcase}
        preventScrolling={!isShowcase}
        minZoom={0.1}
        maxZoom={2}
        snapToGrid
        snapGrid={[4, 4]}
        connectionRadius={28}
        onlyRenderVisibleElements={nodes.length > MANY_NODES}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.5} color="var(--dot)" bgColor="var(--bg)" />
        {!isShowcase && <CanvasMap nodes={nodes} />}
      </ReactFlow>}
      <CanvasControls />
      {organism.listeners.length === 0 && notes.size === 0 && <NothingYet />}
      {loose && (
        <InsertMenu
          at={loose.screen}
          room={loose.room}
          port={loose.port}
          onClose={() => setLoose(null)}
          onChoose={(handler) => {
            insertListener(store, handler, { at: loose.at, from: loose.from, port: loose.port });
            setLoose(null);
          }}
        />
      )}
    </div>
  );
});

function NothingYet() {
  return (
    <p className="pointer-events-none absolute inset-x-4 top-[calc(50%+56px)] text-center text-text-3">
      Nothing is here yet. Drag a handler from the left, or press A and type its name.
    </p>
  );
}
