import type { Handler, Json, Schema } from "@/api/types";

/** The part of the schema of a flow's text that words are taken from. */
export interface FlowSchema extends Schema {
  $defs?: Record<string, Schema>;
  $ref?: string;
}

/** The schema that holds below some keys of a listener's or the flow's text; null where none is known. */
export function schemaAt(root: FlowSchema, keys: string[], handler: Handler | undefined): Schema | null {
  let schema: Schema | null = root;
  for (const [depth, key] of keys.entries()) {
    const isConfig: boolean = depth === 1 && keys[0] === "listeners" && key === "config";
    schema = isConfig && handler ? handler.config : child(resolve(schema, root), key);
    if (!schema) return null;
    // Items of lists have no key of their own.
    schema = resolve(schema, root);
    if (schema.items && !schema.properties) schema = resolve(schema.items, root);
  }
  return schema;
}

/** What a key means, in a line. */
export function about(schema: Schema, root: FlowSchema): string {
  const whole = resolve(schema, root);
  const said = schema.description ?? whole.description ?? whole.title ?? "";
  const normally = whole.default ?? schema.default;
  return normally === undefined || typeof normally === "object" ? said : `${said}${said ? " " : ""}Normally ${String(normally)}.`;
}

/** The values that a key may have, where they are few. */
export function valuesOf(schema: Schema, root: FlowSchema): string[] {
  const whole = resolve(schema, root);
  const all: Json[] = [whole, ...(whole.oneOf ?? []), ...(whole.anyOf ?? [])].flatMap((one) => one.enum ?? []);
  return all.length > 0 ? all.map(String) : whole.type === "boolean" ? ["true", "false"] : [];
}

export function resolve(schema: Schema, root: FlowSchema): Schema {
  const name = (schema as FlowSchema).$ref?.split("/").at(-1);
  const found = name === undefined ? undefined : root.$defs?.[name];
  return found ? { ...found, ...schema } : schema;
}

function child(schema: Schema, key: string): Schema | null {
  const found = schema.properties?.[key];
  if (found) return found;
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : null;
}
