import { clsx } from "clsx";
import { FileCode2, KeyRound, Plus, Upload, Wifi } from "lucide-react";
import { type ChangeEvent, useEffect, useState } from "react";
import type { Imported } from "@/import/n8n";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { TextArea } from "@/parts/input";
import { Tabs } from "@/parts/tabs";
import { rememberPayload } from "@/runs/payloads";
import { BLANK_YAML, TEMPLATES, type Template } from "@/templates/templates";
import { useFlowActions } from "./use-flow-actions";

export type NewFlowTab = "template" | "import";

interface Props {
  tab: NewFlowTab | null;
  onTab(tab: NewFlowTab): void;
  onClose(): void;
}

const BEGINNINGS = [
  { value: "template", label: "Templates" },
  { value: "import", label: "Import" },
] as const;

/** A new flow: blank, from a template, or from a text. */
export function NewFlow({ tab, onTab, onClose }: Props) {
  const { create } = useFlowActions();
  const begin = (name: string, organismYaml: string, template?: Template) =>
    create.mutate(
      { name, organismYaml, ...(template ? { description: template.about } : {}) },
      {
        // The way to the flow leads away from here, and closes this.
        onSuccess: (flow) => {
          if (template) rememberPayload(flow.id, template.payload);
        },
      },
    );
  return (
    <Dialog isOpen={tab !== null} onClose={onClose} title="New flow" className="w-170">
      {tab && <Tabs label="How to begin" className="mb-3" value={tab} options={BEGINNINGS} onChange={onTab} />}
      {tab === "import" ? (
        <Import isBusy={create.isPending} begin={begin} />
      ) : (
        <ul className="grid gap-2 sm:grid-cols-2">
          <li>
            <Card
              title="Blank"
              about="One listener that answers with what came in"
              icon={<Plus size={16} />}
              isDisabled={create.isPending}
              onClick={() => begin("Untitled flow", BLANK_YAML)}
            />
          </li>
          {TEMPLATES.map((template) => (
            <li key={template.id}>
              <Card
                title={template.title}
                about={template.about}
                needs={template.needs}
                isDisabled={create.isPending}
                onClick={() => begin(template.title, template.yaml, template)}
              />
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

interface CardProps {
  title: string;
  about: string;
  needs?: string[];
  icon?: React.ReactNode;
  isDisabled: boolean;
  onClick(): void;
}

function Card({ title, about, needs, icon, isDisabled, onClick }: CardProps) {
  return (
    <button
      type="button"
      disabled={isDisabled}
      onClick={onClick}
      className={clsx(
        "flex h-full w-full flex-col gap-1 rounded-lg border border-line bg-surface p-3 text-left transition-colors duration-100 hover:border-line-strong hover:bg-hover disabled:opacity-50",
        icon && "border-dashed",
      )}
    >
      <span className="flex items-center gap-1.5 font-medium">
        {icon}
        {title}
      </span>
      <span className="text-text-2">{about}</span>
      <span className="mt-auto flex items-center gap-1.5 pt-1 text-xs text-text-3">
        {needs && needs.length > 0 ? (
          <>
            {needs.some((need) => need.includes("key")) ? <KeyRound size={12} /> : <Wifi size={12} />} Needs {needs.join(" and ")}
          </>
        ) : (
          "Runs as it is"
        )}
      </span>
    </button>
  );
}

function Import({ isBusy, begin }: { isBusy: boolean; begin(name: string, yaml: string): void }) {
  const [text, setText] = useState("");
  const [name, setName] = useState<string | null>(null);
  const foreign = useForeign(text);
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    if (!file) return;
    setText(await file.text());
    setName(file.name.replace(/\.(ya?ml|json)$/i, ""));
  };
  return (
    <div className="flex flex-col gap-3">
      <label className="inline-flex h-8 w-fit items-center gap-1.5 rounded-md border border-line-strong bg-raised px-2.5 font-medium focus-within:outline-2 focus-within:outline-accent hover:bg-hover">
        <Upload size={14} /> Choose a file
        <input type="file" accept=".yaml,.yml,.json" className="sr-only" onChange={read} />
      </label>
      <TextArea
        aria-label="The flow as text"
        placeholder={"organism:\n  name: …"}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="h-60 font-mono text-xs"
      />
      {foreign ? (
        <Notes notes={foreign.notes} />
      ) : (
        <p className="text-xs text-text-3">
          A flow as YAML, a file of xml-pipeline v2.1, or a workflow of n8n as JSON. A text with mistakes is taken as it is; the editor shows what is wrong.
        </p>
      )}
      <Button
        look="primary"
        icon={<FileCode2 size={14} />}
        isBusy={isBusy}
        disabled={text.trim() === ""}
        className="self-end"
        onClick={() => begin((foreign?.name ?? nameIn(text) ?? name ?? "Imported flow").slice(0, 100), foreign?.yaml ?? text)}
      >
        Import
      </Button>
    </div>
  );
}

/** The text as a workflow of n8n, when it is one; what reads it is fetched only then. */
function useForeign(text: string): Imported | null {
  const [found, setFound] = useState<{ text: string; imported: Imported | null } | null>(null);
  useEffect(() => {
    if (!text.trimStart().startsWith("{")) return;
    let isGone = false;
    void import("@/import/n8n").then(({ fromN8n }) => isGone || setFound({ text, imported: fromN8n(text) }));
    return () => {
      isGone = true;
    };
  }, [text]);
  return found?.text === text ? found.imported : null;
}

/** What of a workflow of n8n is to be done by hand. */
function Notes({ notes }: { notes: string[] }) {
  if (notes.length === 0) return <p className="text-xs text-success">A workflow of n8n; all of it is taken along.</p>;
  return (
    <section aria-label="What is left to do" className="rounded-md border border-waiting/50 bg-waiting-soft p-3">
      <p className="mb-1 font-medium">A workflow of n8n. This is left to do by hand; it is written into the text as well:</p>
      <ul className="max-h-40 list-disc overflow-y-auto pl-5 text-text-2">
        {notes.map((note) => (
          <li key={note} className="break-words">
            {note}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The organism's own name, when the text says one; a look at the text is enough for a suggestion. */
function nameIn(text: string): string | null {
  const found = /^organism:[ \t]*\n(?:[ \t]+.*\n|[ \t]*\n)*?[ \t]+name:[ \t]*["']?([^"'\n#]+)/m.exec(text);
  return found?.[1]?.trim() || null;
}
