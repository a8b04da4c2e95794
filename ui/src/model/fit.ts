import type { Handler, Schema } from "@/api/types";
import { givenBy, isCompatible, wantedBy } from "./mapping";
import type { Listener, Organism } from "./read";

/** How well what one listener hands over fits what the next accepts; null where either says nothing. */
export type Fit = "good" | "partly" | "bad";

/** Compares both ends of a line: names and types of the fields that are required. */
export function fitOf(from: Listener, to: Listener, organism: Organism, handlers: Handler[]): Fit | null {
  const required = wantedBy(to).filter((one) => one.isRequired);
  if (required.length === 0) return null;
  const given = givenBy(from, organism, handlers);
  if (!given) return null;
  const fitting = required.filter((wanted) => given.some((one) => one.name === wanted.name && isCompatible(one.types, wanted.types)));
  if (fitting.length === required.length) return "good";
  return fitting.length > 0 ? "partly" : "bad";
}

/** What a listener says that it answers, else what its handler says. */
export function outputOf(listener: Listener, handlers: Handler[]): Schema | null {
  const said = listener.raw["output"];
  if (typeof said === "object" && said !== null && !Array.isArray(said)) return said as Schema;
  return handlers.find((one) => one.name === listener.handler)?.output ?? null;
}
