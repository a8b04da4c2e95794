import { useEffect, useRef, useState } from "react";
import type { Handler } from "@/api/types";
import type { Point } from "@/model/layout";
import type { Port } from "@/model/listeners";
import { HandlerIcon } from "../icons";
import { matching } from "../matching";
import { useHandlers } from "../use-handlers";

/** How large it is at most, and how far it keeps from the edge of the canvas, in pixels. */
const SIZE = { width: 256, height: 304, air: 8 } as const;

interface Props {
  at: Point;
  /** The canvas that it opens over. */
  room: { width: number; height: number };
  port: Port;
  onChoose(handler: Handler): void;
  onClose(): void;
}

/** A line was let go over nothing: which listener shall it lead to? */
export function InsertMenu({ at, room, port, onChoose, onClose }: Props) {
  const [search, setSearch] = useState("");
  const [place, setPlace] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const found = matching(useHandlers(), search);
  useEffect(() => field.current?.focus(), []);
  const choose = (handler: Handler | undefined) => handler && onChoose(handler);
  return (
    <>
      <button type="button" aria-label="Close" className="absolute inset-0 z-10 cursor-default" onClick={onClose} />
      <div
        role="dialog"
        aria-label={port === "peers" ? "Add a tool" : "Add a listener"}
        className="appear absolute z-20 w-64 overflow-hidden rounded-lg border border-line-strong bg-raised"
        style={{ left: inside(at.x, room.width - SIZE.width), top: inside(at.y - 20, room.height - SIZE.height) }}
      >
        <input
          ref={field}
          aria-label="Search handlers"
          placeholder={port === "peers" ? "Add a tool" : port === "do" ? "Begin each item with" : "Hand over to"}
          value={search}
          className="h-9 w-full border-b border-line bg-transparent px-3 outline-none"
          onChange={(event) => {
            setSearch(event.target.value);
            setPlace(0);
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") onClose();
            if (event.key === "Enter") choose(found[place]);
            if (event.key === "ArrowDown") setPlace((before) => Math.min(before + 1, found.length - 1));
            if (event.key === "ArrowUp") setPlace((before) => Math.max(before - 1, 0));
          }}
        />
        <ul className="max-h-64 overflow-y-auto p-1">
          {found.map((handler, index) => (
            <li key={handler.name}>
              <button
                type="button"
                onMouseEnter={() => setPlace(index)}
                onClick={() => choose(handler)}
                className={`flex h-8 w-full items-center gap-2 rounded-md px-2 text-left ${index === place ? "bg-hover" : ""}`}
              >
                <HandlerIcon icon={handler.icon} className="text-text-3" />
                {handler.title}
              </button>
            </li>
          ))}
          {found.length === 0 && <li className="p-3 text-center text-text-3">No handler is called that</li>}
        </ul>
      </div>
    </>
  );
}

const inside = (wished: number, most: number): number => Math.max(SIZE.air, Math.min(wished, most - SIZE.air));
