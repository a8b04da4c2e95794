import { AlignCenterHorizontal, AlignHorizontalDistributeCenter, AlignStartHorizontal, AlignStartVertical, AlignVerticalDistributeCenter } from "lucide-react";
import { useCommands } from "@/app/commands";
import { align, type Alignment, type Placed } from "@/model/align";
import { TRIGGER } from "@/model/graph";
import { IconButton } from "@/parts/button";
import { plural } from "@/parts/time";
import { sizeOf } from "../canvas/size";
import { isNote } from "../notes";
import { type EditorStore, useEditor, useEditorStore } from "../store";

const WAYS: { how: Alignment; label: string; icon: typeof AlignStartVertical; least: number }[] = [
  { how: "left", label: "Align left", icon: AlignStartVertical, least: 2 },
  { how: "top", label: "Align top", icon: AlignStartHorizontal, least: 2 },
  { how: "middle", label: "Align middles", icon: AlignCenterHorizontal, least: 2 },
  { how: "across", label: "Same distance across", icon: AlignHorizontalDistributeCenter, least: 3 },
  { how: "down", label: "Same distance down", icon: AlignVerticalDistributeCenter, least: 3 },
];

/** What can be done with several nodes at once. */
export function Several({ ids }: { ids: string[] }) {
  const store = useEditorStore();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const ways = WAYS.filter((way) => ids.length >= way.least);
  useCommands(ways.map(({ how, label, icon: Icon }) => ({ title: label, group: "Canvas", icon: <Icon size={16} />, run: () => put(store, ids, how) })));
  return (
    <div className="flex min-h-0 flex-col gap-3 overflow-y-auto p-4">
      <h2 className="text-base">{ids.length} selected</h2>
      <div className="flex gap-0.5" role="group" aria-label="Align">
        {ways.map(({ how, label, icon: Icon }) => (
          <IconButton key={how} label={label} disabled={isReadOnly} onClick={() => put(store, ids, how)}>
            <Icon size={14} />
          </IconButton>
        ))}
      </div>
      <p className="text-text-2">Drag them together, copy them as YAML, or delete them.</p>
      <ul className="text-text-2">
        {ids.filter((id) => !isNote(id)).map((id) => (
          <li key={id} className="truncate">
            {id === TRIGGER ? "the trigger" : id}
          </li>
        ))}
      </ul>
      {ids.some(isNote) && <p className="text-text-2">{plural(ids.filter(isNote).length, "note")}</p>}
    </div>
  );
}

/** So much of a note is taken for its height; how many lines it has, only the canvas knows. */
const NOTE_HEIGHT = 64;

function put(store: EditorStore, ids: string[], how: Alignment): void {
  const { places, organism, move } = store.getState();
  const byName = new Map(organism.listeners.map((one) => [one.name, one]));
  const nodes = ids.flatMap((id): Placed[] => {
    const at = places.get(id);
    const size = sizeOf(byName.get(id));
    return at ? [{ id, ...at, ...size, ...(isNote(id) ? { height: NOTE_HEIGHT } : {}) }] : [];
  });
  const moved = align(nodes, how);
  if (moved.size > 0) move(moved);
}
