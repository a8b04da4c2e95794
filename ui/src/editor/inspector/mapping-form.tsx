import { ArrowRight } from "lucide-react";
import { useMemo, useState } from "react";
import type { Json } from "@/api/types";
import { type Fit, fitOf } from "@/model/fit";
import { type Link, TRIGGER } from "@/model/graph";
import { isCall } from "@/model/listeners";
import { expressionOf, type Field as Wanted, givenBy, mappingAt, proposalFor, wantedBy, writeMapping } from "@/model/mapping";
import type { Listener, Organism } from "@/model/read";
import { Button } from "@/parts/button";
import type { Known } from "@/parts/code/expressions";
import type { Run } from "@/runs/fold";
import { flatten, useRun } from "@/runs/run-store";
import { useEditor, useEditorStore } from "../store";
import { useHandlers } from "../use-handlers";
import { shownNames } from "./known-names";
import { AddField, MappingRow } from "./mapping-row";

const WORDS: Record<Fit | "unknown", { text: string; colour: string }> = {
  good: { text: "Everything that is required is there.", colour: "text-success" },
  partly: { text: "Some of what is required is missing.", colour: "text-waiting" },
  bad: { text: "What is required is missing.", colour: "text-failed" },
  unknown: { text: "One of the two does not say what it gives or wants.", colour: "text-text-3" },
};

/** A line of the canvas: what its source gives, what its target wants, and which becomes which. */
export function MappingForm({ line }: { line: Link }) {
  const organism = useEditor((state) => state.organism);
  const target = organism.listeners.find((one) => one.name === line.to);
  if (!target) return null;
  return (
    <div className="flex flex-col gap-4 p-4">
      <h2 className="flex items-center gap-1.5 text-base">
        <span className="truncate">{line.from === TRIGGER ? "The trigger" : line.from}</span>
        <ArrowRight size={14} aria-label="to" className="shrink-0 text-text-3" />
        <span className="truncate">{line.to}</span>
      </h2>
      {isCall(line.port) ? (
        <p className="text-text-2">{line.from} calls {line.to} and decides what it sends: the tool's contract is the input schema of {line.to}.</p>
      ) : line.port === "error" ? (
        <p className="text-text-2">A failure of {line.from} arrives here as <code className="font-mono text-xs">{"{error, input}"}</code>.</p>
      ) : (
        <Mapping key={line.id} line={line} target={target} organism={organism} />
      )}
    </div>
  );
}

function Mapping({ line, target, organism }: { line: Link; target: Listener; organism: Organism }) {
  const store = useEditorStore();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const handlers = useHandlers();
  const run = useRun((state) => state.run);
  const source = organism.listeners.find((one) => one.name === line.from);
  const before = mappingAt(line, organism);
  const fit = source ? fitOf(source, target, organism, handlers) : null;
  const known = useMemo(() => (before && source ? seenBy(source, run) : shownOf(line.from, run)), [before, source, line.from, run]);
  const given = useMemo(() => {
    const said = before && source ? upstream(source, organism, handlers) : source ? givenBy(source, organism, handlers) : null;
    return said ?? known.flatMap(({ path }): Wanted[] => (/^input\.\w+$/.test(path) ? [{ name: path.slice("input.".length), types: [], isRequired: true }] : []));
  }, [before, source, organism, handlers, known]);
  const [own, setOwn] = useState<string[]>([]);
  const [edited, setEdited] = useState<Record<string, string>>({});
  const wanted = [...wantedBy(target), ...own.map((name): Wanted => ({ name, types: [], isRequired: false }))];
  const proposals = new Map(wanted.map((one) => [one.name, proposalFor(one, given)]));
  const valueOf = (name: string) => edited[name] ?? textOf(before?.[name]) ?? (before === null && proposals.get(name) ? expressionOf(proposals.get(name)?.from ?? "") : "");
  const fields = Object.fromEntries(wanted.map(({ name }) => [name, valueOf(name)]).filter(([, value]) => value !== ""));
  const words = WORDS[fit ?? "unknown"];
  const write = () => {
    const places = store.getState().places;
    const [start, end] = [places.get(line.from), places.get(line.to)];
    let name = "";
    store.getState().apply(
      (text) => {
        const written = writeMapping(text, line, fields);
        ({ name } = written);
        return written.text;
      },
      {},
    );
    if (before === null && name !== "" && start && end) store.setState({ places: new Map([...store.getState().places, [name, between(start, end)]]), selection: [name], line: null });
  };

  return (
    <>
      <p className={words.colour}>{words.text}</p>
      {wanted.length === 0 && <p className="text-text-2">{line.to} does not say what it wants: neither by an input schema nor by an expression such as <code className="font-mono text-xs">{"{{ input.id }}"}</code>. Name the fields it shall get.</p>}
      {wanted.map((field) => (
        <MappingRow
          key={field.name}
          field={field}
          given={given}
          known={known}
          value={valueOf(field.name)}
          reason={edited[field.name] === undefined && before?.[field.name] === undefined ? (proposals.get(field.name)?.reason ?? null) : null}
          isReadOnly={isReadOnly}
          onChange={(value) => setEdited({ ...edited, [field.name]: value })}
        />
      ))}
      {!isReadOnly && <AddField taken={wanted.map((one) => one.name)} onAdd={(name) => setOwn([...own, name])} />}
      <Button look="primary" className="self-start" disabled={isReadOnly || Object.keys(fields).length === 0} onClick={write}>
        {before ? "Change the mapping" : "Map the fields"}
      </Button>
      <p className="text-xs text-text-3">
        {before ? `${line.from} makes the message out of these fields.` : `A listener that makes the message out of these fields is put between the two. ${line.to} gets them and nothing else.`}
      </p>
      {given.length > 0 && (
        <section aria-label="What is given">
          <h3 className="mb-1 text-xs font-medium text-text-2">{before ? "What arrives before it" : "What is given"}</h3>
          <ul className="flex flex-col gap-0.5 font-mono text-xs">
            {given.map((field) => (
              <li key={field.name} className="flex justify-between gap-3">
                <span className="truncate">{field.name}</span>
                <span className="truncate text-text-3">{known.find((one) => one.path === `input.${field.name}`)?.sample ?? field.types.join(" or ")}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

const textOf = (value: Json | undefined): string | undefined => (value === undefined ? undefined : typeof value === "string" ? value : JSON.stringify(value));

const between = (one: { x: number; y: number }, other: { x: number; y: number }) => ({
  x: Math.round((one.x + other.x) / 8) * 4,
  y: Math.round((one.y + other.y) / 8) * 4 + 88,
});

/** What a listener gave in the last run, as the next one names it. */
function shownOf(from: string, run: Run | null): Known[] {
  if (!run) return [];
  if (from === TRIGGER) return shownNames(run.input);
  const visit = flatten(run.visits).findLast((one) => one.listener === from && one.end !== null);
  return visit ? shownNames(visit.output) : [];
}

function seenBy(listener: Listener, run: Run | null): Known[] {
  const visit = run && flatten(run.visits).findLast((one) => one.listener === listener.name);
  return visit ? shownNames(visit.input) : [];
}

/** What arrives at a `set` that maps. */
function upstream(listener: Listener, organism: Organism, handlers: Parameters<typeof givenBy>[2]): Wanted[] | null {
  const callers = organism.listeners.filter((one) => [...one.next, ...one.otherwise, ...one.cases.flatMap(({ next }) => next)].includes(listener.name));
  const [caller] = callers;
  return caller && callers.length === 1 ? givenBy(caller, organism, handlers) : null;
}
