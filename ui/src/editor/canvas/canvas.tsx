import "@xyflow/react/dist/style.css";
import "./canvas.css";
import { Background, BackgroundVariant, ReactFlow, SelectionMode, useStore, type Viewport } from "@xyflow/react";
import { memo, useCallback, useLayoutEffect, useRef, useState } from "react";
import type { TriggerKind } from "@/api/types";
import { insertListener } from "../insert";
import { removeChosen } from "../remove";
import { useEditor, useEditorStore } from "../store";
import type { CanvasNode } from "./build";
import { Card } from "./card";
import { CanvasControls } from "./controls";
import { boxOf, firstView } from "./first-view";
import { InsertMenu } from "./insert-menu";
import { Line, type LineEdge } from "./line";
import { Map as CanvasMap } from "./map";
import { NoteCard } from "./note-card";
import { TriggerCard } from "./trigger-card";
import { isPossible, useConnecting } from "./use-connecting";
import { useDrawn } from "./use-drawn";
import { useDrop } from "./use-drop";
import { useInSight } from "./use-in-sight";
import { useRoom } from "./use-room";

const NODE_TYPES = { card: Card, trigger: TriggerCard, note: NoteCard };
const EDGE_TYPES = { line: Line };
/** From here on only what can be seen is drawn. */
const MANY_NODES = 80;

/** A finger has no second button and no space bar: it moves the canvas. */
const IS_TOUCH = matchMedia("(pointer: coarse)").matches;
/** The smaller cards are drawn, the larger is what they say; from afar that is their names and nothing else. */
const ZOOMS = [{ below: 0.33, name: "farther" }, { below: 0.5, name: "far" }, { below: 0.8, name: "apart" }] as const;

interface Props {
  triggers: TriggerKind[];
  /** Within a page that scrolls, to look at: all of it, and the wheel is the page's. */
  isShowcase?: boolean;
}

export const Canvas = memo(function Canvas({ triggers, isShowcase = false }: Props) {
  const store = useEditorStore();
  const isEmpty = useEditor(({ organism, notes }) => organism.listeners.length === 0 && notes.size === 0);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const distance = useStore(({ transform: [, , zoom] }) => ZOOMS.find(({ below }) => zoom < below)?.name);
  const [opened, setOpened] = useState<Viewport | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const { nodes, edges, onNodesChange, onEdgesChange } = useDrawn(triggers);
  const { loose, setLoose, onConnect, onConnectEnd } = useConnecting(box);
  const { onDragOver, onDrop } = useDrop();

  useLayoutEffect(() => {
    const room = box.current?.getBoundingClientRect();
    if (room) setOpened(firstView(nodes.map(boxOf), room, isShowcase ? 0 : undefined));
    // oxlint-disable-next-line react/exhaustive-deps -- once, before anything is drawn
  }, []);
  useRoom(box);
  useInSight(nodes);

  const onDelete = useCallback(
    ({ nodes: gone, edges: cut }: { nodes: CanvasNode[]; edges: LineEdge[] }) => {
      removeChosen(store, gone.map((node) => node.id), cut.map((edge) => ({ from: edge.source, port: edge.data?.port ?? "next", to: edge.target })));
    },
    [store],
  );

  return (
    <div ref={box} className="@container relative h-full w-full" data-distance={distance} onDragOver={onDragOver} onDrop={onDrop}>
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
        isValidConnection={isPossible}
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
      <CanvasControls isShowcase={isShowcase} />
      {isEmpty && <NothingYet />}
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
