import { useQuery } from "@tanstack/react-query";
import { handlersQuery } from "@/api/flows";
import type { Handler } from "@/api/types";

const NONE: Handler[] = [];

/** The catalogue of the server. */
export function useHandlers(): Handler[] {
  return useQuery(handlersQuery).data ?? NONE;
}

export function useHandler(name: string): Handler | undefined {
  return useHandlers().find((one) => one.name === name);
}
