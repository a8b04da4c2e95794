import { Link } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import type { Flow, Trigger } from "@/api/types";
import { links, TRIGGER } from "@/model/graph";
import { CopyButton } from "@/parts/copy";
import { useRun } from "@/runs/run-store";
import { useEditor } from "../store";
import { isNote } from "../notes";
import { FlowForm } from "./flow-form";
import { ListenerForm } from "./listener-form";
import { MappingForm } from "./mapping-form";
import { NoteForm } from "./note-form";
import { Several } from "./several";
import { TestStep } from "./test-step";
import { Tabs } from "@/parts/tabs";
import { ListenerRuns } from "@/runs/listener-runs";
import { WholeRun } from "@/runs/whole-run";

type Tab = "settings" | "run";

/** During a run and after it: what happened, or how it is set up. */
const TABS = [
  { value: "run", label: "This run" },
  { value: "settings", label: "Settings" },
] as const;

interface Props {
  flow: Flow;
  triggers: Trigger[];
  width: number;
  isTesting: boolean;
  onTest(listener: string): void;
  onRename(name: string): void;
}

/** What is selected, and everything about it. */
export function Inspector({ flow, triggers, width, isTesting, onTest, onRename }: Props) {
  const selection = useSettledSelection();
  const organism = useEditor((state) => state.organism);
  const lineId = useEditor((state) => state.line);
  const line = useMemo(() => (lineId === null ? undefined : links(organism).find((one) => one.id === lineId)), [organism, lineId]);
  const hasRun = useRun((state) => state.run !== null);
  const [wished, setTab] = useState<Tab>("run");
  const name = selection[0];
  const listener = organism.listeners.find((one) => one.name === name);
  const tab = hasRun ? wished : "settings";
  const isNothing = name === undefined && !line;
  return (
    <aside aria-label="Inspector" className="flex shrink-0 flex-col overflow-hidden border-l border-line bg-surface" style={{ width }}>
      {selection.length > 1 ? (
        <Several ids={selection} />
      ) : name === TRIGGER ? (
        <Triggers flow={flow} triggers={triggers} />
      ) : listener ? (
        <>
          {hasRun && <Tabs label="What to show" className="shrink-0 border-b border-line px-3 py-1.5" value={tab} options={TABS} onChange={(one) => setTab(one)} />}
          <TestStep key={listener.name} flowId={flow.id} name={listener.name} isBusy={isTesting} onTest={() => onTest(listener.name)} />
          <div className="min-h-0 flex-1 overflow-y-auto">
            {tab === "run" ? <ListenerRuns name={listener.name} /> : <ListenerForm key={listener.name} listener={listener} />}
          </div>
        </>
      ) : (
        <>
          {hasRun && isNothing && <Tabs label="What to show" className="shrink-0 border-b border-line px-3 py-1.5" value={tab} options={TABS} onChange={(one) => setTab(one)} />}
          <div className="min-h-0 flex-1 overflow-y-auto">
            {name !== undefined && isNote(name) ? (
              <NoteForm id={name} />
            ) : line ? (
              <MappingForm line={line} />
            ) : tab === "run" ? (
              <WholeRun />
            ) : (
              <FlowForm flow={flow} onRename={onRename} />
            )}
          </div>
        </>
      )}
    </aside>
  );
}

/** What is selected; while a card is dragged, what was before. */
function useSettledSelection(): string[] {
  const selection = useEditor((state) => state.selection);
  const isDragging = useEditor((state) => state.isDragging);
  const shown = useRef(selection);
  if (!isDragging) shown.current = selection;
  return shown.current;
}

function Triggers({ flow, triggers }: { flow: Flow; triggers: Trigger[] }) {
  return (
    <div className="flex flex-col gap-3 p-4">
      <h2 className="text-base">What starts this flow</h2>
      <p className="text-text-2">Run starts it by hand. Draw the line from the trigger to the listener that receives the message.</p>
      {triggers.map((trigger) => (
        <div key={trigger.id} className="flex flex-col gap-1 rounded-lg border border-line p-3">
          <p className="flex items-center gap-2 font-medium">
            <span className="min-w-0 truncate">{trigger.name}</span>
            <span className="ml-auto shrink-0 text-xs font-normal text-text-3">
              {trigger.type}
              {trigger.enabled ? "" : ", off"}
            </span>
          </p>
          {trigger.webhookUrl && (
            <div className="flex items-center gap-1">
              <code className="min-w-0 flex-1 truncate font-mono text-xs text-text-2">{trigger.webhookUrl}</code>
              <CopyButton text={trigger.webhookUrl} label="Copy the address" />
            </div>
          )}
        </div>
      ))}
      <Link to="/flows/$flowId/triggers" params={{ flowId: flow.id }} className="text-accent-text hover:underline">
        {triggers.length === 0 ? "Add a webhook or a schedule" : "Change the triggers"}
      </Link>
    </div>
  );
}
