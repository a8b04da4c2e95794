import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ReactFlowProvider } from "@xyflow/react";
import { PanelLeftOpen } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import type { Answer } from "@/api/call";
import { pinsQuery } from "@/api/pins";
import { triggersQuery } from "@/api/triggers";
import type { Flow } from "@/api/types";
import { say } from "@/app/toasts";
import { IconButton } from "@/parts/button";
import { Splitter, useSize } from "@/parts/splitter";
import { Drawer } from "@/runs/drawer";
import { RunDialog } from "@/runs/run-dialog";
import { useRun } from "@/runs/run-store";
import { useFollow } from "@/runs/use-follow";
import { Banner } from "./banner";
import { Canvas } from "./canvas/canvas";
import { useClipboard } from "./clipboard";
import { Conflict } from "./conflict";
import { dropDraft, findDraft, isOfThisVisit } from "./drafts";
import { EditorBar } from "./editor-bar";
import { Inspector } from "./inspector/inspector";
import { Palette } from "./palette";
import { createEditor, EditorContext, isDirty } from "./store";
import { useDiagnostics } from "./use-diagnostics";
import { useDrafts } from "./use-drafts";
import { useFit } from "./use-fit";
import { useSaving } from "./use-saving";
import { useEditorCommands } from "./use-editor-commands";

const YamlView = lazy(() => import("./yaml-view").then((module) => ({ default: module.YamlView })));
const NONE: never[] = [];

/** A flow open for editing: its text, its canvas, its settings, its runs. */
export function Editor({ answer }: { answer: Answer<Flow> }) {
  const { body: flow, etag } = answer;
  const [store] = useState(() => createEditor(flow, etag, findDraft(flow.id)));
  const { view = "canvas", run } = useSearch({ from: "/flows/$flowId" });
  const navigate = useNavigate({ from: "/flows/$flowId" });
  const saving = useSaving(store, flow);
  const triggers = useQuery(triggersQuery(flow.id)).data ?? NONE;
  const kinds = useMemo(() => triggers.map((trigger) => trigger.type), [triggers]);
  const [wished, setPaletteShown] = useState<boolean | null>(null);
  // Beside the text the canvas has no room to spare, unless somebody wants it so.
  const isPaletteShown = wished ?? view === "canvas";
  const [isRunOpen, setRunOpen] = useState(false);
  const inspector = useSize({ name: "inspector", initial: 380, least: 300, most: 640 });
  // Half of what the rail and the inspector leave.
  const text = useSize({ name: "text", initial: Math.min(500, Math.round((window.innerWidth - 432) / 2)), least: 320, most: 1_000 });
  const isReadOnly = flow.status !== "stopped" && flow.status !== "error";

  useEffect(() => store.getState().setReadOnly(isReadOnly), [store, isReadOnly]);
  const pins = useQuery(pinsQuery(flow.id)).data ?? NONE;
  useEffect(() => store.getState().setPinned(pins.map((pin) => pin.listener)), [store, pins]);
  useDiagnostics(store);
  useFit(store);
  useDrafts(store);
  useClipboard(store);
  useFollow(flow.id, run);
  useRestored(store, answer, saving.showTheirs);
  const begin = () => (saving.runAgain() ? undefined : setRunOpen(true));
  useEditorCommands({ store, saving, begin, choosePayload: () => setRunOpen(true), togglePalette: () => setPaletteShown(!isPaletteShown) });

  const setView = (wished: "canvas" | "yaml" | "split") =>
    void navigate({ search: ({ view: _, ...rest }) => (wished === "canvas" ? rest : { ...rest, view: wished }), replace: true });
  const closeRun = () => void navigate({ search: ({ run: _, ...rest }) => rest, replace: true });

  return (
    <EditorContext value={store}>
      <ReactFlowProvider>
        <EditorBar flow={flow} saving={saving} view={view} onView={setView} onRun={begin} onPayload={() => setRunOpen(true)} />
        <Banner flow={flow} saving={saving} />
        <main className="flex min-h-0 flex-1 flex-col">
          <div className="flex min-h-0 flex-1">
            {view !== "yaml" && isPaletteShown && (
              <div className="flex max-lg:hidden">
                <Palette onHide={() => setPaletteShown(false)} />
              </div>
            )}
            {view !== "canvas" && (
              <>
                <div className="min-h-0 min-w-0" style={view === "split" ? { width: text.size } : { flex: 1 }}>
                  <Suspense fallback={<div role="status" aria-label="Loading" className="skeleton m-4 h-40" />}>
                    <YamlView />
                  </Suspense>
                </div>
                {view === "split" && <Splitter label="Width of the text" side="left" size={text} />}
              </>
            )}
            {view !== "yaml" && (
              <div className="relative min-w-0 flex-1 border-l border-line">
                {!isPaletteShown && (
                  <IconButton label="Show the handlers" shortcut="[" look="plain" className="absolute top-3 left-3 z-5 max-lg:hidden" onClick={() => setPaletteShown(true)}>
                    <PanelLeftOpen size={16} />
                  </IconButton>
                )}
                <Canvas key={view} triggers={kinds} />
              </div>
            )}
            <div className="flex max-md:hidden">
              <Splitter label="Width of the inspector" side="right" size={inspector} />
              <Inspector flow={flow} triggers={triggers} width={inspector.size} isTesting={saving.work === "testing"} onTest={(name) => void saving.test(name, run ?? null)} onRename={saving.rename} />
            </div>
          </div>
          {run && (
            <Drawer
              flowId={flow.id}
              executionId={run}
              onClose={closeRun}
              onPin={(visit) => {
                useRun.getState().pin(visit.id);
                store.getState().select([visit.listener]);
              }}
            />
          )}
          <p className="border-t border-line bg-surface px-4 py-2 text-center text-xs text-balance text-text-2 md:hidden">
            Editing wants a larger screen. Here you can look, run and watch.
          </p>
        </main>
        <RunDialog
          flowId={flow.id}
          isOpen={isRunOpen}
          onClose={() => setRunOpen(false)}
          onRun={(payload) => {
            setRunOpen(false);
            void saving.runWith(payload);
          }}
          onTest={(payload) => {
            setRunOpen(false);
            void saving.testWith(payload);
          }}
        />
        {saving.theirs && (
          <Conflict theirs={saving.theirs.body} onKeepMine={() => void saving.keepMine()} onTakeTheirs={saving.takeTheirs} onClose={saving.forgetTheirs} />
        )}
      </ReactFlowProvider>
    </EditorContext>
  );
}

/** Says that a draft is back, and notices when the flow changed under the editor. */
function useRestored(store: ReturnType<typeof createEditor>, { body, etag }: Answer<Flow>, showTheirs: (answer: Answer<Flow>) => void): void {
  useEffect(() => {
    const state = store.getState();
    if (!isDirty(state)) return dropDraft(state.flowId);
    // Whoever only went to another page and came back knows them.
    if (isOfThisVisit(state.flowId)) return;
    say("Unsaved edits from last time are back", {
      label: "Discard",
      run: () => store.setState({ ...createEditor(body, etag, null).getInitialState(), isReadOnly: store.getState().isReadOnly, pinned: store.getState().pinned }),
    });
    // oxlint-disable-next-line react/exhaustive-deps -- once, when the editor opens
  }, []);

  useEffect(() => {
    const state = store.getState();
    if (etag === state.saved.etag) return;
    if (body.organismYaml === state.saved.text) return state.keep({ ...state.saved, etag });
    if (isDirty(state)) return showTheirs({ body, etag });
    store.setState({ ...createEditor(body, etag, null).getInitialState(), isReadOnly: state.isReadOnly, pinned: state.pinned });
    say("This flow was saved elsewhere; you see the new text");
  }, [store, body, etag, showTheirs]);
}
