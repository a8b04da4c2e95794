import { CircleAlert, Lock, Square } from "lucide-react";
import type { Flow } from "@/api/types";
import { Button } from "@/parts/button";
import { useEditor } from "./store";
import type { useSaving } from "./use-saving";

/** What keeps you from editing, and the way out. */
export function Banner({ flow, saving }: { flow: Flow; saving: ReturnType<typeof useSaving> }) {
  const problems = useEditor((state) => state.problems);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const problem = problems[0];
  if (problem) {
    return (
      <p role="status" className="flex min-h-9 shrink-0 items-center gap-2 border-b border-line bg-failed-soft px-4">
        <CircleAlert size={14} className="shrink-0 text-failed" aria-hidden />
        Line {problem.line} cannot be read: {problem.message}. The canvas shows the last text that could.
      </p>
    );
  }
  if (!isReadOnly) {
    if (flow.status !== "error" || !flow.errorMessage) return null;
    return (
      <p role="alert" className="flex min-h-9 shrink-0 items-center gap-2 border-b border-line bg-failed-soft px-4">
        <CircleAlert size={14} className="shrink-0 text-failed" aria-hidden /> {flow.errorMessage}
      </p>
    );
  }
  return (
    <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line bg-surface px-4 text-text-2">
      <Lock size={14} aria-hidden />
      <span className="min-w-0 truncate">This flow runs, so it is read-only.</span>
      <Button look="quiet" icon={<Square size={14} />} isBusy={saving.work === "stopping"} onClick={() => void saving.stop()} className="!text-text">
        Stop and edit
      </Button>
    </div>
  );
}
