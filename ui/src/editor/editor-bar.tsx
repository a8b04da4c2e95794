import { CircleAlert, CircleCheck, Play, Power, Settings2, Square, TriangleAlert } from "lucide-react";
import type { Flow } from "@/api/types";
import { Bar } from "@/app/bar";
import { FlowPlace } from "@/app/flow-tabs";
import { Button, IconButton } from "@/parts/button";
import { Segmented } from "@/parts/segmented";
import { plural } from "@/parts/time";
import { Tip } from "@/parts/tip";
import { isDirty, useEditor, useEditorStore } from "./store";
import type { useSaving } from "./use-saving";

type View = "canvas" | "yaml" | "split";

interface Props {
  flow: Flow;
  saving: ReturnType<typeof useSaving>;
  view: View;
  onView(view: View): void;
  onRun(): void;
  onPayload(): void;
}

export function EditorBar({ flow, saving, view, onView, onRun, onPayload }: Props) {
  const dirty = useEditor(isDirty);
  const isRunning = flow.status === "running";
  return (
    <Bar
      crumbs={[{ label: "Flows", to: "/" }, { label: flow.name }]}
      middle={<FlowPlace flow={flow} flowId={flow.id} />}
    >
      <Remarks />
      <div className="max-md:hidden">
        <Segmented
          label="View"
          value={view}
          options={[
            { value: "canvas", label: "Canvas" },
            { value: "split", label: "Split" },
            { value: "yaml", label: "YAML" },
          ]}
          onChange={onView}
        />
      </div>
      <Tip label={dirty ? "Save" : "Everything is saved"} shortcut="Mod+S">
        <Button
          className="max-md:hidden"
          isBusy={saving.work === "saving"}
          aria-disabled={!dirty}
          look={dirty ? "plain" : "quiet"}
          onClick={() => void saving.save()}
        >
          {dirty && <span aria-hidden className="size-1.5 rounded-full bg-accent" />}
          {dirty ? "Save" : "Saved"}
        </Button>
      </Tip>
      <Tip label={isRunning ? "Stop: triggers are refused, edits are allowed" : "Start: triggers reach this flow"}>
        <Button
          className="max-sm:hidden"
          icon={isRunning ? <Square size={14} /> : <Power size={14} />}
          isBusy={saving.work === "starting" || saving.work === "stopping"}
          onClick={() => void (isRunning ? saving.stop() : saving.start())}
        >
          {isRunning ? "Stop" : "Start"}
        </Button>
      </Tip>
      <div className="flex">
        <Tip label="Run with the last payload" shortcut="Mod+Enter">
          <Button look="primary" className="!rounded-r-none" icon={<Play size={14} />} isBusy={saving.work === "running"} onClick={onRun}>
            Run
          </Button>
        </Tip>
        <IconButton label="Choose the payload" look="primary" className="!rounded-l-none !border-l !border-l-white/25" onClick={onPayload}>
          <Settings2 size={14} />
        </IconButton>
      </div>
    </Bar>
  );
}

/** How many remarks there are; a press shows them all. */
function Remarks() {
  const store = useEditorStore();
  const errors = useEditor((state) => state.diagnostics.filter((one) => one.severity === "error").length);
  const warnings = useEditor((state) => state.diagnostics.filter((one) => one.severity === "warning").length);
  const look =
    errors > 0
      ? { icon: <CircleAlert size={14} className="text-failed" />, text: plural(errors, "error") }
      : warnings > 0
        ? { icon: <TriangleAlert size={14} className="text-waiting" />, text: plural(warnings, "warning") }
        : { icon: <CircleCheck size={14} className="text-text-3" />, text: "No errors" };
  const show = () => {
    const first = store.getState().diagnostics.find((one) => one.severity === "error") ?? store.getState().diagnostics[0];
    store.getState().select(first?.listener ? [first.listener] : []);
  };
  return (
    <button type="button" onClick={show} className="flex h-7 items-center gap-1.5 rounded-md px-2 text-text-2 tabular hover:bg-hover max-lg:hidden">
      {look.icon} {look.text}
    </button>
  );
}
