import type { Flow } from "@/api/types";
import { removePath, setPath } from "@/model/edit";
import { useEditor, useEditorStore } from "../store";
import { Blurred } from "./advanced-form";
import { Problems } from "./problems";

/** How long the name of a flow may be, in characters. */
const MAX_NAME = 100;

/** What holds for the whole flow, shown while nothing is selected. */
export function FlowForm({ flow, onRename }: { flow: Flow; onRename(name: string): void }) {
  const store = useEditorStore();
  const organism = useEditor((state) => state.organism);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const set = (section: "organism" | "llm", key: string, value: string) => {
    const number = value !== "" && Number.isFinite(Number(value)) ? Number(value) : value;
    store.getState().apply((before) => (value === "" ? removePath(before, [section, key]) : setPath(before, [section, key], number)));
  };
  const field = (label: string, section: "organism" | "llm", key: string, placeholder: string) => (
    <Blurred label={label} placeholder={placeholder} value={organism.settings[section][key]} isReadOnly={isReadOnly} onChange={(value) => set(section, key, value)} />
  );
  return (
    <div className="flex flex-col gap-4 p-4">
      <div>
        <h2 className="text-base">This flow</h2>
        <p className="text-text-2">
          {organism.listeners.length} {organism.listeners.length === 1 ? "listener" : "listeners"}. Select one to see its settings.
        </p>
      </div>
      <Problems listener={null} />
      <Blurred label="Name" placeholder="What people call it" value={flow.name} isReadOnly={isReadOnly} onChange={(name) => name !== "" && onRename(name.slice(0, MAX_NAME))} />
      {field("What it is for", "organism", "description", "One sentence")}
      <div className="grid grid-cols-2 gap-3">
        {field("Time of one execution", "organism", "timeout", "300s (default)")}
        {field("Executions at a time", "organism", "concurrency", "No limit")}
        {field("Steps in one frame", "organism", "max_messages", "1000 (default)")}
        {field("Tokens of one execution", "organism", "max_tokens", "100000 (default)")}
      </div>
      {field("Model of the agents", "llm", "model", "The server's default")}
      {field("Name in the text", "organism", "name", "name")}
    </div>
  );
}
