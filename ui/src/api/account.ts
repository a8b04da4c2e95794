import { queryOptions } from "@tanstack/react-query";
import { ask } from "./call";
import type { ApiKeyInfo, Json, Scope, SecretInfo, TokenInfo, Usage, User, VariableInfo } from "./types";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => ask<User>("/me", { signal }),
  staleTime: 60_000,
});

export const usageQuery = queryOptions({
  queryKey: ["usage"],
  queryFn: ({ signal }) => ask<Usage>("/usage", { signal }),
  staleTime: 5_000,
});

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => ask<TokenInfo[]>("/tokens", { signal }),
});

export const createToken = (name: string, scopes: Scope[], expiresAt: string | null) =>
  ask<TokenInfo & { token: string }>("/tokens", { method: "POST", body: { name, scopes, ...(expiresAt ? { expiresAt } : {}) } });

export const deleteToken = (id: string) => ask<null>(`/tokens/${id}`, { method: "DELETE" });

export const keysQuery = queryOptions({
  queryKey: ["api-keys"],
  queryFn: ({ signal }) => ask<ApiKeyInfo[]>("/api-keys", { signal }),
});

export const addKey = (provider: string, apiKey: string) => ask<ApiKeyInfo>("/api-keys", { method: "POST", body: { provider, apiKey } });

export const deleteKey = (provider: string) => ask<null>(`/api-keys/${encodeURIComponent(provider)}`, { method: "DELETE" });

export const secretsQuery = queryOptions({
  queryKey: ["secrets"],
  queryFn: ({ signal }) => ask<SecretInfo[]>("/secrets", { signal }),
});

export const putSecret = (name: string, value: string, hosts: string[]) =>
  ask<SecretInfo>(`/secrets/${encodeURIComponent(name)}`, { method: "PUT", body: { value, hosts } });

export const deleteSecret = (name: string) => ask<null>(`/secrets/${encodeURIComponent(name)}`, { method: "DELETE" });

export const variablesQuery = queryOptions({
  queryKey: ["variables"],
  queryFn: ({ signal }) => ask<VariableInfo[]>("/variables", { signal }),
});

export const putVariable = (name: string, value: Json) =>
  ask<VariableInfo>(`/variables/${encodeURIComponent(name)}`, { method: "PUT", body: { value } });

export const deleteVariable = (name: string) => ask<null>(`/variables/${encodeURIComponent(name)}`, { method: "DELETE" });
