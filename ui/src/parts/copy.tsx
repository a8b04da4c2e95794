import { Check, Copy } from "lucide-react";
import { type ReactNode, useState } from "react";
import { sayFailure } from "@/app/toasts";
import { IconButton } from "./button";

/** How long the tick stays, in milliseconds. */
const TICK_MS = 1_200;

interface Props {
  text: string;
  label?: string;
  /** Shown in place of two sheets, where what is copied has a sign of its own. */
  icon?: ReactNode;
}

export function CopyButton({ text, label = "Copy", icon = <Copy size={14} /> }: Props) {
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
      {isDone ? <Check size={14} className="text-success" /> : icon}
    </IconButton>
  );
}
