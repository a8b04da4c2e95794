import type { Json } from "@/api/types";

/** What JavaScript has and an expression here has not. */
const FOREIGN = /=>|\$\w+|\?\.|\bnew\b|===|!==|&&|\|\||\w\(|\?.*:|`/;

/**
 * A parameter of n8n as a value here: what begins with `=` is an expression there.
 *
 * `$json` is the input, `$('Name')` and `$node["Name"]` are steps. What is JavaScript beyond paths stays, and is noted.
 */
export function expression(value: Json, names: Map<string, string>, note: (what: string) => void): Json {
  if (Array.isArray(value)) return value.map((one) => expression(one, names, note));
  if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, expression(one, names, note)]));
  if (typeof value !== "string" || !value.startsWith("=")) return value;
  return value.slice(1).replaceAll(/\{\{(.*?)\}\}/gs, (_, inside: string) => {
    const said = paths(inside.trim(), names);
    if (FOREIGN.test(said)) note(`check the expression {{ ${inside.trim()} }}: it is JavaScript`);
    return `{{ ${said} }}`;
  });
}

/** The paths of one expression, in the words of this language. */
export function paths(inside: string, names: Map<string, string>): string {
  const step = (name: string) => {
    const known = names.get(name);
    if (known === undefined) return "trigger.payload";
    return /^[A-Za-z_]\w*$/.test(known) ? `steps.${known}` : `steps["${known}"]`;
  };
  return inside
    .replaceAll(/\$\(\s*(['"])(.*?)\1\s*\)\.(?:item|first\(\)|last\(\))\.json/g, (_, __, name: string) => step(name))
    .replaceAll(/\$node\[(['"])(.*?)\1\]\.json/g, (_, __, name: string) => step(name))
    .replaceAll(/\$json\b/g, "input")
    .replaceAll(/\$input\.(?:item|first\(\))\.json/g, "input")
    .replaceAll(/\$execution\.id\b/g, "execution.id")
    .replaceAll("&&", "and")
    .replaceAll("||", "or")
    .replaceAll("===", "==")
    .replaceAll("!==", "!=");
}
