import { Trash2 } from "lucide-react";
import { IconButton } from "@/parts/button";
import { Field, TextArea } from "@/parts/input";
import { removeChosen } from "../remove";
import { useEditor, useEditorStore } from "../store";

/** A note of the canvas, to be written without the mouse. */
export function NoteForm({ id }: { id: string }) {
  const store = useEditorStore();
  const text = useEditor((state) => state.notes.get(id) ?? "");
  const isReadOnly = useEditor((state) => state.isReadOnly);
  return (
    <div className="flex flex-col gap-3 p-4">
      <div className="flex items-center justify-between gap-2">
        <h2 className="text-base">Note</h2>
        <IconButton label="Delete the note" shortcut="Delete" disabled={isReadOnly} onClick={() => removeChosen(store, [id])}>
          <Trash2 size={14} />
        </IconButton>
      </div>
      <Field label="Text" hint="Notes stand on the canvas and change nothing of what the flow does.">
        <TextArea
          rows={6}
          value={text}
          disabled={isReadOnly}
          onChange={(event) => store.getState().apply((text) => text, { notes: new Map([...store.getState().notes, [id, event.target.value]]), merge: id })}
        />
      </Field>
    </div>
  );
}
