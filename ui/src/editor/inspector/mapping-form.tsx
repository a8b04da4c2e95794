import { ArrowRight } from "lucide-react";
import { useMemo, useState } from "react";
import type { EdgeFit, FieldFit, FitLevel, Json } from "@/api/types";
import { type Link, TRIGGER } from "@/model/graph";
import { payloadOf, writeMapping } from "@/model/mapping";
import { Button } from "@/parts/button";
import type { Known } from "@/parts/code/expressions";
import { Ticked } from "@/parts/ticked";
import type { Run } from "@/runs/fold";
import { flatten, useRun } from "@/runs/run-store";
import { pushedAside } from "../insert";
import { useEditor, useEditorStore } from "../store";
import { shownNames } from "./known-names";
import { AddField, MappingRow } from "./mapping-row";

const COLOURS: Record<FitLevel | "unknown", string> = { high: "text-success", medium: "text-waiting", low: "text-failed", unknown: "text-text-2" };

/** A line of the canvas: what its source gives, what its target wants, and which becomes which. */
export function MappingForm({ line }: { line: Link }) {
  const fit = useEditor((state) => state.fits.get(line.id));
  return (
    <div className="flex flex-col gap-4 p-4">
      <h2 className="flex items-center gap-1.5 text-base">
        <span className="truncate">{line.from === TRIGGER ? "The trigger" : line.from}</span>
        <ArrowRight size={14} aria-label="to" className="shrink-0 text-text-3" />
        <span className="truncate">{line.to}</span>
      </h2>
      {fit ? (
        <>
          <p role="status" className={COLOURS[fit.level ?? "unknown"]}>
            <Ticked text={`${fit.reason}.`} />
          </p>
          {line.port !== "peers" && <Mapping key={`${line.id} ${fit.mappedBy}`} line={line} fit={fit} />}
        </>
      ) : (
        <div role="status" aria-label="Looking at both ends" className="skeleton h-24" />
      )}
    </div>
  );
}

function Mapping({ line, fit }: { line: Link; fit: EdgeFit }) {
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const organism = useEditor((state) => state.organism);
  const run = useRun((state) => state.run);
  const write = useWriting(line, fit);
  const { mappedBy, given } = fit;
  const before = mappedBy === null ? {} : payloadOf(mappedBy, organism);
  const known = useMemo(() => (mappedBy === null ? shownOf(line.from, run) : seenBy(mappedBy, run)), [mappedBy, line.from, run]);
  const [own, setOwn] = useState<string[]>([]);
  const [edited, setEdited] = useState<Record<string, string>>({});
  const wanted = [...fit.fields.filter((field) => field.match !== "unwanted"), ...own.map(ownField)];
  const valueOf = (field: FieldFit): Json => edited[field.to] ?? before[field.to] ?? (mappedBy === null ? field.suggestion : null) ?? "";
  const fields = Object.fromEntries(wanted.map((field) => [field.to, valueOf(field)]).filter(([, value]) => value !== ""));
  return (
    <>
      {wanted.length === 0 && (
        <p className="text-text-2">
          {line.to} does not say what it wants: neither by an input schema nor by an expression such as <code className="font-mono text-xs">{"{{ input.id }}"}</code>. Name the fields it shall get.
        </p>
      )}
      {wanted.map((field) => (
        <MappingRow
          key={field.to}
          field={field}
          given={given}
          known={known}
          value={textOf(valueOf(field))}
          isReadOnly={isReadOnly}
          onChange={(value) => setEdited({ ...edited, [field.to]: value })}
          onTake={() => write({ ...fields, [field.to]: field.suggestion ?? "" })}
        />
      ))}
      {!isReadOnly && <AddField taken={wanted.map((one) => one.to)} onAdd={(name) => setOwn([...own, name])} />}
      <Button look="primary" className="self-start" disabled={isReadOnly || Object.keys(fields).length === 0} onClick={() => write(fields)}>
        {mappedBy === null ? "Map the fields" : "Change the mapping"}
      </Button>
      <p className="text-xs text-text-3">
        {mappedBy === null ? `A listener that makes the message out of these fields is put between the two. ${line.to} gets them and nothing else.` : `${mappedBy} makes the message out of these fields.`}
      </p>
      {given.length > 0 && (
        <section aria-label="What is given">
          <h3 className="mb-1 text-xs font-medium text-text-2">{mappedBy === null ? "What is given" : "What arrives before it"}</h3>
          <ul className="flex flex-col gap-0.5 font-mono text-xs">
            {given.map((field) => (
              <li key={field.path} className="flex justify-between gap-3">
                <span className="truncate">{field.path}</span>
                <span className="truncate text-text-3">{known.find((one) => `{{ ${one.path} }}` === field.expression)?.sample ?? field.types.join(" or ")}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** Writes fields into the mapping of a line; a new one is put on the line, and what it makes is looked at next. */
function useWriting(line: Link, { mappedBy }: EdgeFit): (fields: Record<string, Json>) => void {
  const store = useEditorStore();
  return (fields) => {
    let name = "";
    store.getState().apply((text) => {
      const written = writeMapping(text, line, fields, mappedBy);
      ({ name } = written);
      return written.text;
    });
    if (mappedBy !== null || name === "") return;
    const aside = pushedAside(store, line, name) ?? [];
    store.setState({ places: new Map([...store.getState().places, ...aside]), selection: [], line: `${name} next ${line.to}` });
  };
}

const ownField = (to: string): FieldFit => ({ to, isRequired: false, types: [], match: "exact", confidence: 1, from: null, reason: "", suggestion: null });

const textOf = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

/** What a listener gave in the last run, as the next one names it. */
function shownOf(from: string, run: Run | null): Known[] {
  if (!run) return [];
  if (from === TRIGGER) return shownNames(run.input);
  const visit = flatten(run.visits).findLast((one) => one.listener === from && one.end !== null);
  return visit ? shownNames(visit.output) : [];
}

function seenBy(name: string, run: Run | null): Known[] {
  const visit = run && flatten(run.visits).findLast((one) => one.listener === name);
  return visit ? shownNames(visit.input) : [];
}
