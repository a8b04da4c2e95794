import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { sayFailure } from "@/app/toasts";
import { IconButton } from "./button";

/** How long the tick stays, in milliseconds. */
const TICK_MS = 1_200;

export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }) {
  const [isDone, setDone] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
      setTimeout(() => setDone(false), TICK_MS);
    } catch {
      sayFailure(new Error("The browser does not allow copying here: select the text and copy it by hand"));
    }
  };
  return (
    <IconButton label={isDone ? "Copied" : label} onClick={copy}>
      {isDone ? <Check size={14} className="text-success" /> : <Copy size={14} />}
    </IconButton>
  );
}
