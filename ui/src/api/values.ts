import { queryOptions } from "@tanstack/react-query";
import { ask } from "./call";
import type { Json } from "./types";

/** Whose secrets and variables: a flow's own, which only it sees, or, with null, those that all of the owner's flows see. */
export type Holder = string | null;

export const secretsQuery = (flowId: Holder) =>
  queryOptions({
    queryKey: ["secrets", flowId],
    queryFn: ({ signal }) =>
      flowId === null ? ask("get", "/secrets", { signal }) : ask("get", "/flows/{flowId}/secrets", { path: { flowId }, signal }),
  });

export const putSecret = (flowId: Holder, name: string, value: string, hosts: string[]) => {
  const body = { value, hosts };
  return flowId === null
    ? ask("put", "/secrets/{name}", { path: { name }, body })
    : ask("put", "/flows/{flowId}/secrets/{name}", { path: { flowId, name }, body });
};

export const deleteSecret = (flowId: Holder, name: string) =>
  flowId === null ? ask("delete", "/secrets/{name}", { path: { name } }) : ask("delete", "/flows/{flowId}/secrets/{name}", { path: { flowId, name } });

export const variablesQuery = (flowId: Holder) =>
  queryOptions({
    queryKey: ["variables", flowId],
    queryFn: ({ signal }) =>
      flowId === null ? ask("get", "/variables", { signal }) : ask("get", "/flows/{flowId}/variables", { path: { flowId }, signal }),
  });

export const putVariable = (flowId: Holder, name: string, value: Json) =>
  flowId === null
    ? ask("put", "/variables/{name}", { path: { name }, body: { value } })
    : ask("put", "/flows/{flowId}/variables/{name}", { path: { flowId, name }, body: { value } });

export const deleteVariable = (flowId: Holder, name: string) =>
  flowId === null
    ? ask("delete", "/variables/{name}", { path: { name } })
    : ask("delete", "/flows/{flowId}/variables/{name}", { path: { flowId, name } });
