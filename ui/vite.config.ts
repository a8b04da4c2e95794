import { fileURLToPath } from "node:url";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compress } from "./vite.compress";

/** Where `npm run dev` finds a server. */
const server = process.env.BLOX_SERVER ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), tailwind(), compress()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // The server puts a fresh nonce here for every page it serves.
  html: { cspNonce: "__CSP_NONCE__" },
  build: {
    outDir: "dist/app",
    emptyOutDir: true,
    target: "es2022",
    // Data URLs are not allowed by the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/webhooks", "/health", "/schema", "/openapi.json"].map((path) => [path, server]),
    ),
  },
});
