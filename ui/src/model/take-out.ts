import { links, TRIGGER } from "./graph";
import { connect, isCall, removeListeners, setEntry } from "./listeners";
import { read } from "./read";

/**
 * Removes listeners; where one stood between others, whoever led to it leads to whom it led.
 *
 * A branch, an end and what leads to several leave a gap: which way would be meant nobody can know. @throws UnreadableText
 */
export function takeOut(text: string, names: string[]): string {
  return names.reduce((changed, name) => removeListeners(bridged(changed, name), [name]), text);
}

function bridged(text: string, name: string): string {
  const organism = read(text);
  const listener = organism.listeners.find((one) => one.name === name);
  const [to] = listener?.next ?? [];
  if (!listener || to === undefined || listener.next.length > 1 || listener.handler === "branch") return text;
  const before = links(organism).filter((line) => line.to === name && line.from !== to && line.from !== name && !isCall(line.port));
  return before.reduce((changed, { from, port }) => {
    if (from !== TRIGGER) return connect(changed, from, port, to);
    // The first listener is the entry without being named; when it goes, the next in the text may be another.
    return setEntry(changed, to);
  }, text);
}
