import type { Handler } from "@/api/types";

/** The handlers that a search means, the closest first. */
export function matching(handlers: Handler[], search: string): Handler[] {
  const word = search.trim().toLowerCase();
  if (word === "") return handlers;
  const rank = (handler: Handler): number => {
    const title = handler.title.toLowerCase();
    if (handler.name.startsWith(word) || title.startsWith(word)) return 0;
    if (handler.name.includes(word) || title.includes(word)) return 1;
    return handler.description.toLowerCase().includes(word) ? 2 : 3;
  };
  return handlers
    .map((handler) => ({ handler, rank: rank(handler) }))
    .filter((one) => one.rank < 3)
    .toSorted((a, b) => a.rank - b.rank)
    .map((one) => one.handler);
}
