import { useMemo } from "react";
import type { Flow } from "@/api/types";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { diff } from "./diff";
import { useEditor } from "./store";

/** How many unchanged lines are shown around a change. */
const CONTEXT = 3;

interface Props {
  theirs: Flow;
  onKeepMine(): void;
  onTakeTheirs(): void;
  onClose(): void;
}

/** The flow was saved elsewhere meanwhile: what differs, and whose text it shall be. */
export function Conflict({ theirs, onKeepMine, onTakeTheirs, onClose }: Props) {
  const mine = useEditor((state) => state.text);
  const lines = useMemo(() => near(diff(theirs.organismYaml, mine)), [theirs, mine]);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Somebody saved this flow meanwhile"
      description="Another tab or person. Your edits are here and in this browser; nothing is lost either way."
      className="w-200"
      footer={
        <>
          <Button onClick={onClose}>Go on editing</Button>
          <Button onClick={onTakeTheirs}>Take theirs</Button>
          <Button look="primary" onClick={onKeepMine}>
            Save mine over it
          </Button>
        </>
      }
    >
      <p className="mb-2 flex gap-4 text-xs text-text-2">
        <span className="text-failed">− theirs</span>
        <span className="text-success">+ mine</span>
      </p>
      {lines.length === 0 ? (
        <p className="text-text-2">The texts are the same; only the places on the canvas differ.</p>
      ) : (
        <pre className="overflow-x-auto rounded-md border border-line bg-bg py-2 font-mono text-xs leading-5">
          {lines.map((line, place) => (
            <span
              // oxlint-disable-next-line react/no-array-index-key -- lines have no other name
              key={place}
              className={`block px-3 ${line.kind === "mine" ? "bg-success-soft text-success" : line.kind === "theirs" ? "bg-failed-soft text-failed" : "text-text-2"}`}
            >
              {line.kind === "mine" ? "+ " : line.kind === "theirs" ? "− " : "  "}
              {line.text}
            </span>
          ))}
        </pre>
      )}
    </Dialog>
  );
}

function near(lines: ReturnType<typeof diff>): ReturnType<typeof diff> {
  return lines.filter((_, place) => lines.slice(Math.max(0, place - CONTEXT), place + CONTEXT + 1).some((one) => one.kind !== "same"));
}
