import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The browser against the real binary: one server, one browser, one file after the other. */
export default defineConfig(({ mode }) => ({
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  test: {
    include: mode === "figures" ? ["e2e/**/*.figures.ts"] : ["e2e/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    expect: { poll: { timeout: 10_000 } },
    // A busy machine may be slow once.
    retry: mode === "figures" ? 0 : 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
}));
