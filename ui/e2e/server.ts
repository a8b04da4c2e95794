import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

/** How long the server may take to be ready, in milliseconds. */
const READY_MS = 20_000;

export interface Server {
  url: string;
  /** Opens a server that knows strangers only by their token. */
  token: string | null;
  /** Ends it as a power cut would; `again` brings it back at the same address, with what it had on disk. */
  kill(): Promise<void>;
  again(): Promise<void>;
  stop(): Promise<void>;
}

/** The real binary on a port and a folder of its own; requests to this machine are allowed, so that tools can be tried. */
export async function startServer(mode: "development" | "production" = "development", more: Record<string, string> = {}): Promise<Server> {
  const port = await freePort();
  const data = mkdtempSync(path.join(tmpdir(), "bloxserver-e2e-"));
  const env = { ...process.env, ENV: mode, PORT: String(port), BLOX_DATA_DIR: data, EGRESS_ALLOW: "127.0.0.1/32", ...more };
  const create = ["token", "create", "--email", "ada@example.com", "--name", "e2e"];
  const token = mode === "production" ? execFileSync(binary(), create, { env, stdio: ["ignore", "pipe", "ignore"] }).toString().trim() : null;
  const url = `http://127.0.0.1:${port}`;
  const serve = async () => {
    const started = spawn(binary(), ["serve"], { env, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    started.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    await ready(url, started, () => said);
    return started;
  };
  let child = await serve();
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await gone;
  };
  return {
    url,
    token,
    kill: () => end("SIGKILL"),
    async again() {
      child = await serve();
    },
    async stop() {
      await end("SIGTERM");
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function binary(): string {
  const root = path.resolve(import.meta.dirname, "../..");
  const candidates = [process.env["BLOX_BINARY"], `${root}/target/release/bloxserver`, `${root}/target/debug/bloxserver`];
  const found = candidates.find((one) => one && existsSync(one));
  if (!found) throw new Error("there is no server to test: run `make build`, or name one in BLOX_BINARY");
  return found;
}

async function ready(url: string, child: ChildProcess, said: () => string): Promise<void> {
  const until = Date.now() + READY_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended: ${said()}`);
    // eslint-disable-next-line no-await-in-loop -- one question after the other
    const isReady = await fetch(`${url}/health/ready`).then((answer) => answer.ok, () => false);
    if (isReady) return;
    if (Date.now() > until) throw new Error(`the server is not ready: ${said()}`);
    // eslint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
