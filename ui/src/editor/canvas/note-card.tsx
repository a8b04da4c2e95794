import type { Node, NodeProps } from "@xyflow/react";
import { clsx } from "clsx";
import { memo, useEffect, useRef, useState } from "react";
import { NOTE_WIDTH, without } from "../notes";
import { useEditor, useEditorStore } from "../store";

export type NoteNode = Node<{ text: string }, "note">;

/** A comment that somebody put on the canvas; a double click or Enter edits it. */
export const NoteCard = memo(function NoteCard({ id, data, selected }: NodeProps<NoteNode>) {
  const store = useEditorStore();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  // A new one is there to be written.
  const [isEditing, setEditing] = useState(data.text === "" && !isReadOnly);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), [isEditing]);
  const look = clsx("rounded-lg border bg-waiting-soft text-text", selected ? "border-accent ring-1 ring-accent" : "border-waiting/40");
  const leave = () => {
    setEditing(false);
    const { notes, apply } = store.getState();
    if ((notes.get(id) ?? "").trim() === "") apply((text) => text, { notes: without(notes, [id]), merge: id });
  };
  if (isEditing) {
    return (
      <textarea
        ref={field}
        aria-label="Note"
        className={clsx(look, "nodrag nopan nowheel block resize-none p-3 text-sm field-sizing-content outline-none")}
        style={{ width: NOTE_WIDTH, minHeight: 64 }}
        placeholder="Write a note"
        value={data.text}
        onChange={(event) => store.getState().apply((text) => text, { notes: new Map([...store.getState().notes, [id, event.target.value]]), merge: id })}
        onBlur={leave}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
    );
  }
  return (
    <div
      data-note={id}
      className={clsx(look, "p-3 text-sm whitespace-pre-wrap [overflow-wrap:anywhere]")}
      style={{ width: NOTE_WIDTH, minHeight: 64 }}
      onDoubleClick={() => setEditing(!isReadOnly)}
    >
      {data.text}
    </div>
  );
});
