import { expect, it } from "vitest";
import { parse } from "./stream";

it("gives whole events and keeps the unfinished one", () => {
  const { events, rest } = parse('id: 0\nevent: started\ndata: {"seq":0}\n\n: keep alive\n\nid: 1\ndata: {"se');
  expect(events).toEqual([{ seq: 0 }]);
  expect(rest).toBe('id: 1\ndata: {"se');
});
