import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import orderDesk from "../src/templates/texts/order-desk.yaml?raw";
import { type App, boxOf, seen, startApp } from "./app";
import { chromiumPath } from "./browser";

/** How much the hand does; `make soak` lets it do more. */
const STEPS = Number(process.env["HAND_STEPS"] ?? 200);
const SEED = Number(process.env["HAND_SEED"] ?? 7);

const KEYS = "Delete,Control+z,Control+y,Control+c,Control+v,Control+x,Control+a,Control+d,Control+s,Control+Enter,Control+k,Escape,Shift+A,Shift+1,Shift+N,Enter,Tab,ArrowRight,ArrowDown,1,2,3,a,?,t,:, ".split(",");
const WORDS = ["http", "agent", "- name: z\n", "{{ input", "set\n", "\n  next: [out]\n", "é漢", "? [a]: b\n"];

describe.skipIf(!chromiumPath)("a hand that does anything", () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp();
  });

  afterAll(async () => app?.close());

  it(`breaks nothing in ${STEPS} steps`, { timeout: 60_000 + STEPS * 1_000 }, async () => {
    const { page } = app;
    const id = await app.newFlow("order desk", orderDesk);
    const open = async () => {
      await page.goto(`/flows/${id}`);
      // The hand may have deleted every card.
      await seen(page.locator(".react-flow__pane"));
    };
    await open();
    const random = randomFrom(SEED);
    const done: string[] = [];
    for (let step = 0; step < STEPS; step += 1) {
      if (!page.url().includes(`/flows/${id}`)) await open();
      done.push(await act(page, random));
      expect(app.tab.complaints, `HAND_SEED=${SEED}, step ${step}, after: ${done.slice(-8).join(" | ")}`).toEqual([]);
    }
    await open();
  });
});

/** One thing that a hand may do; answers what it was. */
async function act(page: Page, random: Random): Promise<string> {
  const kind = random(100);
  if (kind < 30) {
    const key = KEYS[random(KEYS.length)] ?? "Escape";
    await page.keyboard.press(key);
    return key;
  }
  if (kind < 37) {
    const words = WORDS[random(WORDS.length)] ?? "";
    await page.keyboard.type(words);
    return `types ${JSON.stringify(words)}`;
  }
  if (kind < 55) {
    const at = { x: 60 + random(1_350), y: 10 + random(850) };
    await page.mouse.click(at.x, at.y);
    return `clicks at ${at.x}, ${at.y}`;
  }
  const what = kind < 80 ? "button, [role=radio], input, .react-flow__node" : ".react-flow__node, .react-flow__handle";
  const from = await anyOf(page.locator(what), random);
  if (!from) return "finds nothing";
  if (kind < 80) {
    await page.mouse.click(from.x, from.y);
    return `clicks what stands at ${from.x}, ${from.y}`;
  }
  const to = (await anyOf(page.locator(what), random)) ?? from;
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x + random(60) - 30, to.y + random(60) - 30, { steps: 4 });
  await page.mouse.up();
  return `drags from ${from.x}, ${from.y} to ${to.x}, ${to.y}`;
}

/** The middle of one of them; null when it is not there, or no longer. */
async function anyOf(all: Locator, random: Random): Promise<{ x: number; y: number } | null> {
  const count = await all.count();
  const one = all.nth(random(Math.max(1, count)));
  const box = count > 0 && (await one.isVisible()) ? await boxOf(one).catch(() => null) : null;
  return box && { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
}

type Random = (below: number) => number;

/** The same numbers for the same seed: the Lehmer generator of Park and Miller (1988). */
function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}
