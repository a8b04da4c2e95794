import { PanelLeftClose } from "lucide-react";
import { useRef, useState } from "react";
import type { Handler } from "@/api/types";
import { useCommands } from "@/app/commands";
import { IconButton } from "@/parts/button";
import { Input } from "@/parts/input";
import { Tip } from "@/parts/tip";
import { DRAG_TYPE } from "./canvas/use-drop";
import { HandlerIcon } from "./icons";
import { behindSelection, insertListener } from "./insert";
import { matching } from "./matching";
import { useEditor, useEditorStore } from "./store";
import { useHandlers } from "./use-handlers";

const PLACES: [place: Handler["place"], title: string][] = [
  ["core", "Structure"],
  ["outside", "The world outside"],
  ["turn", "Data"],
];

/** What listeners can do here, from the server's catalogue: to drag, to press, to type. */
export function Palette({ onHide }: { onHide(): void }) {
  const handlers = useHandlers();
  const store = useEditorStore();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const line = useEditor((state) => state.line);
  const [search, setSearch] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const found = matching(handlers, search);
  const add = (handler: Handler | undefined) => {
    if (!handler || isReadOnly) return;
    insertListener(store, handler, behindSelection(store));
    setSearch("");
  };
  useCommands([
    { title: "Add a listener", group: "Canvas", shortcut: "A", run: () => field.current?.focus() },
    ...handlers.map((handler) => ({
      title: `Add ${handler.title}`,
      group: "Add",
      icon: <HandlerIcon icon={handler.icon} />,
      words: `${handler.name} ${handler.description}`,
      run: () => add(handler),
    })),
  ]);
  return (
    <aside aria-label="Handlers" className="flex w-50 shrink-0 flex-col border-r border-line bg-surface">
      <div className="flex items-center gap-1 p-2">
        <Input
          ref={field}
          type="search"
          aria-label="Search handlers"
          placeholder={line === null ? "Add a listener" : "Add on the line"}
          value={search}
          disabled={isReadOnly}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") add(found[0]);
            if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
        <IconButton label="Hide the handlers" shortcut="[" onClick={onHide}>
          <PanelLeftClose size={16} />
        </IconButton>
      </div>
      {/* While the flow runs nothing inside can have the focus, and the list must still scroll by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div role="group" aria-label="Handlers by kind" tabIndex={isReadOnly ? 0 : -1} className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
        {found.length === 0 && <p className="px-2 py-6 text-center text-text-3">No handler is called that</p>}
        {PLACES.map(([place, title]) => {
          const here = found.filter((handler) => handler.place === place);
          if (here.length === 0) return null;
          return (
            <section key={place} className="mb-2">
              <h2 className="px-2 py-1 text-xs font-medium text-text-3">{title}</h2>
              <ul>
                {here.map((handler) => (
                  <li key={handler.name}>
                    <Row handler={handler} isReadOnly={isReadOnly} isFirst={search !== "" && handler === found[0]} add={() => add(handler)} />
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </aside>
  );
}

function Row({ handler, isReadOnly, isFirst, add }: { handler: Handler; isReadOnly: boolean; isFirst: boolean; add(): void }) {
  return (
    <Tip label={handler.description} side="right">
      <button
        type="button"
        draggable={!isReadOnly}
        disabled={isReadOnly}
        onClick={add}
        onDragStart={(event) => {
          event.dataTransfer.setData(DRAG_TYPE, handler.name);
          event.dataTransfer.effectAllowed = "copy";
        }}
        className={`flex h-8 w-full items-center gap-2 rounded-md px-2 text-left hover:bg-hover disabled:opacity-50 ${isFirst ? "bg-hover" : ""}`}
      >
        <HandlerIcon icon={handler.icon} className="text-text-3" />
        <span className="truncate">{handler.title}</span>
      </button>
    </Tip>
  );
}
