import { expect, it } from "vitest";
import type { Approval } from "@/api/types";
import { withDecided } from "./decided";

const question = (id: string, status: Approval["status"]): Approval => ({ id, status }) as Approval;
const page = (number: number, ...ids: string[]) => ({ items: ids.map((id) => question(id, "pending")), total: 4, page: number, pageSize: 2, hasMore: number < 2 });
const data = { pages: [page(1, "a", "b"), page(2, "c", "d")], pageParams: [1, 2] };
const shown = (found: typeof data) => found.pages.map((one) => one.items.map(({ id, status }) => `${id} ${status}`));

it("takes what is decided out of what waits, on whichever page it stands", () => {
  const found = withDecided(data, question("c", "decided"), true);
  expect(shown(found as typeof data)).toEqual([["a pending", "b pending"], ["d pending"]]);
  expect(found.pages.map((one) => one.total)).toEqual([3, 3]);
});

it("shows it as decided among all", () => {
  const found = withDecided(data, question("b", "decided"), false);
  expect(shown(found as typeof data)).toEqual([["a pending", "b decided"], ["c pending", "d pending"]]);
  expect(found.pages[0]?.total).toBe(4);
});

it("leaves a list alone that does not have it", () => {
  expect(withDecided(data, question("z", "decided"), true)).toBe(data);
});
