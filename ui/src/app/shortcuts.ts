import { useEffect } from "react";
import { allCommands, useCommandStore } from "./commands";

/** How long the second key of `G F` may take, in milliseconds. */
const SEQUENCE_MS = 900;

/** What works inside a field too; everything else there belongs to the field: undo, select all, letters. */
const WHILE_TYPING = new Set(["Mod+K", "Mod+S", "Mod+Enter", "Mod+Shift+Enter"]);

/** The keys of an event, as shortcuts are written. */
export function keysOf(event: Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">): string {
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push("Mod");
  if (event.altKey) parts.push("Alt");
  // A sign such as `?` has its Shift in it.
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  if (event.shiftKey && (event.key.length > 1 || /[a-z]/i.test(event.key) || digit)) parts.push("Shift");
  if (event.shiftKey && digit) parts.push(digit);
  else parts.push(event.key.length === 1 ? event.key.toUpperCase() : event.key);
  return parts.join("+");
}

function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return !!element && (element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName));
}

/** Listens once for the whole window. */
export function useShortcutKeys(): void {
  useEffect(() => {
    let first: { key: string; at: number } | null = null;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const keys = keysOf(event);
      if (isTyping(event.target) && !WHILE_TYPING.has(keys)) return;
      // A dialog has the keyboard to itself.
      if (document.querySelector('[role="dialog"],[role="alertdialog"]') && keys !== "Mod+K") return;
      const isSecond = first !== null && event.timeStamp - first.at < SEQUENCE_MS;
      const written = isSecond ? `${first?.key} ${keys}` : keys;
      first = isSecond ? null : { key: keys, at: event.timeStamp };
      const commands = allCommands(useCommandStore.getState().sources);
      const command = commands.find((one) => one.shortcut === written) ?? commands.find((one) => one.shortcut === keys);
      if (!command) return;
      event.preventDefault();
      command.run();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
