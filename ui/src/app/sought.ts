type Words = Record<string, readonly string[]>;

/**
 * Reads what is looked for out of an address: of some names one of their words, of others any text.
 *
 * What nobody knows is left out: an address may be old, or written by hand.
 */
export function sought<T extends object>(search: Record<string, unknown>, words: Words, texts: readonly string[]): T {
  const known = Object.entries(words).map(([name, all]) => [name, all.find((word) => word === search[name])]);
  const free = texts.map((name) => [name, typeof search[name] === "string" && search[name] !== "" ? search[name] : undefined]);
  return Object.fromEntries([...known, ...free].filter(([, value]) => value !== undefined)) as T;
}

/** What is looked for after a change; an empty word looks for any. */
export function changed<T extends object>(search: T, change: Partial<Record<keyof T, string>>): T {
  return Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => value)) as T;
}
