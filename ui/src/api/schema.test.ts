import { readFileSync } from "node:fs";
import path from "node:path";
import openapiTS from "openapi-typescript";
import { expect, it } from "vitest";

const DESCRIPTION = path.resolve(import.meta.dirname, "../../../docs/openapi.json");
const JSON_TYPE = "/** Any JSON. */\nexport type Json = null | boolean | number | string | Json[] | { [key: string]: Json };\n";

/** `npm run api` writes it anew. */
it("the types are those of the server's own description", async () => {
  const types = await openapiTS(JSON.parse(readFileSync(DESCRIPTION, "utf8")), {
    inject: JSON_TYPE,
    transform: (schema) => anyJson(schema as Record<string, unknown>),
  });
  await expect(types).toMatchFileSnapshot("./schema.d.ts");
});

/** A schema that says nothing lets any JSON through; an object without fields, any object. */
function anyJson(schema: Record<string, unknown>): string | undefined {
  const said = Object.keys(schema).filter((key) => !["description", "example", "examples", "default"].includes(key));
  if (said.length === 0) return "Json";
  const isObject = [schema["type"]].flat().includes("object");
  if (!isObject || said.some((key) => key !== "type")) return undefined;
  return [schema["type"]].flat().includes("null") ? "{ [key: string]: Json } | null" : "{ [key: string]: Json }";
}
