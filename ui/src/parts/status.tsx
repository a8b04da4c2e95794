import { CircleAlert, CircleCheck, CircleDashed, CircleStop, Clock, LoaderCircle, Timer } from "lucide-react";
import type { ComponentType } from "react";

export type StatusWord =
  | "running"
  | "starting"
  | "stopping"
  | "stopped"
  | "success"
  | "error"
  | "timeout"
  | "waiting"
  | "skipped";

interface Look {
  label: string;
  colour: string;
  icon: ComponentType<{ size?: number; className?: string }>;
  turns?: boolean;
}

const LOOKS: Record<StatusWord, Look> = {
  running: { label: "Running", colour: "text-running", icon: LoaderCircle, turns: true },
  starting: { label: "Starting", colour: "text-waiting", icon: LoaderCircle, turns: true },
  stopping: { label: "Stopping", colour: "text-waiting", icon: LoaderCircle, turns: true },
  stopped: { label: "Stopped", colour: "text-stopped", icon: CircleStop },
  success: { label: "Done", colour: "text-success", icon: CircleCheck },
  error: { label: "Failed", colour: "text-failed", icon: CircleAlert },
  timeout: { label: "Timed out", colour: "text-failed", icon: Timer },
  waiting: { label: "Waiting", colour: "text-waiting", icon: Clock },
  skipped: { label: "Skipped", colour: "text-stopped", icon: CircleDashed },
};

/** A state as an icon and a word: never by colour alone. */
export function Status({ word, hideLabel }: { word: StatusWord; hideLabel?: boolean | "on phones" }) {
  const look = LOOKS[word];
  const Icon = look.icon;
  return (
    <span className={`inline-flex items-center gap-1.5 align-middle whitespace-nowrap ${look.colour}`}>
      <Icon size={14} className={look.turns ? "spin" : ""} aria-hidden />
      <span className={hideLabel === "on phones" ? "max-sm:sr-only" : hideLabel ? "sr-only" : ""}>{look.label}</span>
    </span>
  );
}

/** A flow that runs is not at work all the time: a steady dot, not a turning ring. */
export function FlowStatusMark({ word }: { word: "stopped" | "starting" | "running" | "stopping" | "error" }) {
  if (word !== "running") return <Status word={word} />;
  return (
    <span className="inline-flex items-center gap-1.5 align-middle whitespace-nowrap text-running">
      <span aria-hidden className="mx-[3px] size-2 rounded-full bg-running" />
      Running
    </span>
  );
}
