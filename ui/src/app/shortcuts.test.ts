import { expect, it } from "vitest";
import { keysOf } from "./shortcuts";

const press = (key: string, code: string, held: Partial<KeyboardEvent> = {}) =>
  keysOf({ key, code, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held });

it("writes keys as shortcuts are written", () => {
  expect(press("k", "KeyK", { ctrlKey: true })).toBe("Mod+K");
  expect(press("Z", "KeyZ", { metaKey: true, shiftKey: true })).toBe("Mod+Shift+Z");
  expect(press("?", "Slash", { shiftKey: true })).toBe("?");
  expect(press("!", "Digit1", { shiftKey: true })).toBe("Shift+1");
  expect(press("Enter", "Enter", { ctrlKey: true })).toBe("Mod+Enter");
});
