import { queryOptions } from "@tanstack/react-query";
import { ask } from "./call";
import type { Scope } from "./types";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => ask("get", "/me", { signal }),
  staleTime: 60_000,
});

export const usageQuery = queryOptions({
  queryKey: ["usage"],
  queryFn: ({ signal }) => ask("get", "/usage", { signal }),
  staleTime: 5_000,
});

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => ask("get", "/tokens", { signal }),
});

export const createToken = (name: string, scopes: Scope[], expiresAt: string | null) =>
  ask("post", "/tokens", { body: { name, scopes, expiresAt } });

export const deleteToken = (tokenId: string) => ask("delete", "/tokens/{tokenId}", { path: { tokenId } });

export const keysQuery = queryOptions({
  queryKey: ["api-keys"],
  queryFn: ({ signal }) => ask("get", "/api-keys", { signal }),
});

export const addKey = (provider: string, apiKey: string) => ask("post", "/api-keys", { body: { provider, apiKey } });

export const deleteKey = (provider: string) => ask("delete", "/api-keys/{provider}", { path: { provider } });

export const keyOrderQuery = queryOptions({
  queryKey: ["key-order"],
  queryFn: ({ signal }) => ask("get", "/llm/key-order", { signal }),
});

export const setKeyOrder = (order: "own_first" | "own_only") => ask("put", "/llm/key-order", { body: { order } });

/** What models were asked in the last days, today counted. */
export const modelUsageQuery = (days: number) =>
  queryOptions({
    queryKey: ["model-usage", days],
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - (days - 1) * 86_400_000).toISOString().slice(0, 10);
      return ask("get", "/llm/usage", { query: { from }, signal });
    },
  });
