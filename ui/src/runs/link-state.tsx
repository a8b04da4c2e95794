import { WifiOff } from "lucide-react";
import { useRun } from "./run-store";

/** Said while the live stream of an execution is broken. */
export function LinkState() {
  const link = useRun((state) => state.link);
  if (link !== "reconnecting") return null;
  return (
    <span role="status" className="flex items-center gap-1.5 whitespace-nowrap text-waiting">
      <WifiOff size={14} aria-hidden /> Reconnecting; nothing is missed
    </span>
  );
}
