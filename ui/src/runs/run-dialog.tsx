import { FlaskConical, Play } from "lucide-react";
import { useState } from "react";
import { Button } from "@/parts/button";
import { CodeField } from "@/parts/code/code-field";
import { Dialog } from "@/parts/dialog";
import { Tip } from "@/parts/tip";
import type { Json } from "@/api/types";
import { lastPayload, rememberPayload } from "./payloads";

interface Props {
  flowId: string;
  isOpen: boolean;
  onClose(): void;
  onRun(payload: Json): void;
  onTest(payload: Json): void;
}

/** What to run with: JSON, remembered for the next time. */
export function RunDialog({ flowId, isOpen, onClose, onRun, onTest }: Props) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Run with a payload" description="The entry receives it as its input; everything sees it as trigger.payload.">
      {isOpen && <PayloadForm flowId={flowId} onRun={onRun} onTest={onTest} />}
    </Dialog>
  );
}

function PayloadForm({ flowId, onRun, onTest }: Pick<Props, "flowId" | "onRun" | "onTest">) {
  const [text, setText] = useState(() => lastPayload(flowId) ?? "{}");
  const read = readPayload(text);
  const handOver = (act: (payload: Json) => void) => {
    if (read.error !== null) return;
    rememberPayload(flowId, text);
    act(read.value);
  };
  const run = () => handOver(onRun);
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the shortcut works wherever the focus is
    <div
      className="flex flex-col gap-3"
      onKeyDownCapture={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.stopPropagation();
        run();
      }}
    >
      <div data-autofocus>
        <CodeField label="Payload as JSON" language="json" value={text} minLines={8} onChange={setText} />
      </div>
      <div className="flex items-center gap-2">
        <p role="status" className={`min-w-0 flex-1 text-xs ${read.error ? "text-failed" : "text-text-3"}`}>
          {read.error ?? "Remembered in this browser"}
        </p>
        <Tip label="Runs it as it is written, without starting the flow; pinned outputs stand in for work">
          <Button icon={<FlaskConical size={14} />} disabled={read.error !== null} onClick={() => handOver(onTest)}>
            Test
          </Button>
        </Tip>
        <Button look="primary" icon={<Play size={14} />} disabled={read.error !== null} onClick={run}>
          Run
        </Button>
      </div>
    </div>
  );
}

/** What a text says as JSON; nothing at all is null. */
export function readPayload(text: string): { error: string | null; value: Json } {
  if (text.trim() === "") return { error: null, value: null };
  try {
    return { error: null, value: JSON.parse(text) as Json };
  } catch (error) {
    return { error: `Not JSON yet: ${error instanceof Error ? error.message : String(error)}`, value: null };
  }
}
