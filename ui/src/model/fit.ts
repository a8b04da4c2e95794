import type { Handler, Json, Schema } from "@/api/types";
import type { Listener } from "./read";

/** How well what one listener hands over fits what the next accepts; null where either says nothing. */
export type Fit = "good" | "partly" | "bad";

/** Compares the schemas at both ends of a `next`: names and types of the fields that are required. */
export function fitOf(from: Listener, to: Listener, handlers: Handler[]): Fit | null {
  const output = outputOf(from, handlers);
  const input = schemaOf(to.raw["input"]);
  const required = input?.required ?? [];
  if (!output?.properties || !input || required.length === 0) return null;
  const fitting = required.filter((key) => {
    const given = output.properties?.[key];
    return given !== undefined && isCompatible(given, input.properties?.[key] ?? {});
  });
  if (fitting.length === required.length) return "good";
  return fitting.length > 0 ? "partly" : "bad";
}

/** What a listener says that it answers, else what its handler says. */
export function outputOf(listener: Listener, handlers: Handler[]): Schema | null {
  return schemaOf(listener.raw["output"]) ?? handlers.find((one) => one.name === listener.handler)?.output ?? null;
}

function schemaOf(value: Json | undefined): Schema | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Schema) : null;
}

/** An integer is a number; where a type is not said, anything may come. */
function isCompatible(given: Schema, wanted: Schema): boolean {
  const has = [given.type ?? []].flat();
  const wants = [wanted.type ?? []].flat();
  if (has.length === 0 || wants.length === 0) return true;
  return has.some((type) => wants.includes(type) || (type === "integer" && wants.includes("number")));
}
