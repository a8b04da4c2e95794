import type { EdgeFit } from "@/api/types";
import { TRIGGER } from "./graph";
import type { Port } from "./listeners";

/** What the server says of each line, by the ids that lines have here. */
export type Fits = ReadonlyMap<string, EdgeFit>;

/** The server calls the trigger and the ports by the words of the canvas that is saved. */
export function fitsByLine(edges: EdgeFit[]): Fits {
  return new Map(
    edges.map((edge) => {
      const from = edge.source === "trigger" ? TRIGGER : edge.source;
      const port = (edge.sourceHandle === "peer" ? "peers" : edge.sourceHandle) as Port;
      return [`${from} ${port} ${edge.target}`, edge];
    }),
  );
}
