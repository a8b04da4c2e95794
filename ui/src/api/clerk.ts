import { nonce } from "@/app/nonce";

/** What we use of Clerk's script. */
export interface Clerk {
  load(options: object): Promise<void>;
  session?: { getToken(): Promise<string | null> } | null;
  mountSignIn(place: HTMLDivElement, options: object): void;
  unmountSignIn(place: HTMLDivElement): void;
  addListener(listener: (now: { session?: unknown }) => void): () => void;
  signOut(options: { redirectUrl: string }): Promise<void>;
}

/** Its major version; the host serves the newest of it. */
const SCRIPT = "npm/@clerk/clerk-js@5/dist/clerk.browser.js";

const meta = () => document.querySelector<HTMLMetaElement>("meta[name=clerk]");
let loaded: Promise<Clerk> | null = null;

/** Whether people sign in with Clerk here; the server says so in its page. */
export const hasClerk = (): boolean => meta() !== null;

/**
 * Clerk, loaded the first time that somebody asks.
 *
 * @throws Error when its script does not come; the next question tries again.
 */
export async function clerk(): Promise<Clerk | null> {
  const said = meta();
  if (!said) return null;
  loaded ??= load(said.content, said.dataset["host"] ?? "");
  return loaded.catch((error: unknown) => {
    loaded = null;
    throw error;
  });
}

async function load(key: string, host: string): Promise<Clerk> {
  const script = document.createElement("script");
  script.src = `https://${host}/${SCRIPT}`;
  script.crossOrigin = "anonymous";
  script.dataset["clerkPublishableKey"] = key;
  await new Promise((resolve, reject) => {
    script.addEventListener("load", resolve, { once: true });
    script.addEventListener("error", () => reject(new Error(`${host} does not answer`)), { once: true });
    document.head.append(script);
  });
  const { Clerk: found } = globalThis as { Clerk?: Clerk };
  if (!found) throw new Error(`${host} sent something else than Clerk`);
  await found.load({ nonce: nonce() });
  return found;
}

/** The session's token, fresh for a minute; null for who is not signed in. */
export async function sessionToken(): Promise<string | null> {
  // Without the script nobody is signed in; the sign-in page says why.
  const found = await clerk().catch(() => null);
  return (await found?.session?.getToken()) ?? null;
}
