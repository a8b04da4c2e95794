import { expect, it } from "vitest";
import { parse } from "./stream";

it("gives whole events and keeps the unfinished one", () => {
  const { events, rest } = parse('id: 0\nevent: started\ndata: {"seq":0}\n\n: keep alive\n\nid: 1\ndata: {"se');
  expect(events).toEqual([{ seq: 0 }]);
  const said = parse('event: delta\ndata: {"step":2,"listener":"clerk","attempt":1,"text":"Good "}\n\n');
  expect([said.events, said.deltas.map((delta) => delta.text)]).toEqual([[], ["Good "]]);
  expect(rest).toBe('id: 1\ndata: {"se');
});
