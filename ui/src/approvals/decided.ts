import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { components } from "@/api/schema";
import type { Approval } from "@/api/types";

type Pages = InfiniteData<components["schemas"]["ApprovalPage"]>;

/** Shows a decision on the lists that there are, without reading all their pages again. */
export function showDecided(client: QueryClient, decided: Approval): void {
  for (const [key, data] of client.getQueriesData<Pages>({ queryKey: ["approvals"] })) {
    if (data && Array.isArray(data.pages)) client.setQueryData(key, withDecided(data, decided, key[1] === "pending"));
  }
  void client.invalidateQueries({ queryKey: ["approvals", "count"] });
}

/** A list with what was said to one question; one of what waits has it no more. */
export function withDecided(data: Pages, decided: Approval, isOfWaiting: boolean): Pages {
  const isThere = data.pages.some((page) => page.items.some((one) => one.id === decided.id));
  if (!isThere) return data;
  const pages = data.pages.map((page) => ({
    ...page,
    total: isOfWaiting ? page.total - 1 : page.total,
    items: isOfWaiting ? page.items.filter((one) => one.id !== decided.id) : page.items.map((one) => (one.id === decided.id ? decided : one)),
  }));
  return { ...data, pages };
}
