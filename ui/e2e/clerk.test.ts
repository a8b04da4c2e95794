import { generateKeyPairSync, sign } from "node:crypto";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { button, seen } from "./app";
import { chromiumPath, expectAccessible, openBrowser, openTab, picture } from "./browser";
import { type Server, startServer } from "./server";

const HOST = "clerk.example.test";

/** What stands for Clerk's script: the calls that the interface makes, and a session that its host signs. */
const SCRIPT = `
  const listeners = new Set();
  window.Clerk = {
    session: undefined,
    async load() {
      if (document.currentScript?.dataset.clerkPublishableKey === "") throw new Error("no key");
      if (sessionStorage.getItem("signed-in")) this.session = session;
      else this.session = null;
    },
    mountSignIn(place) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Continue as Ada";
      button.onclick = () => {
        sessionStorage.setItem("signed-in", "yes");
        Clerk.session = session;
        for (const listener of listeners) listener({ session });
      };
      place.append(button);
    },
    unmountSignIn(place) { place.replaceChildren(); },
    addListener(listener) { listeners.add(listener); return () => listeners.delete(listener); },
    async signOut() { sessionStorage.removeItem("signed-in"); Clerk.session = null; },
  };
  const session = { getToken: async () => (await fetch("https://${HOST}/token")).text() };
`;

describe.skipIf(!chromiumPath)("with Clerk", () => {
  const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  let issuer: HttpServer;
  let issuerUrl: string;
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    const jwk = { ...keys.publicKey.export({ format: "jwk" }), kid: "one", alg: "RS256", use: "sig" };
    issuer = createServer((_, answer) => answer.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ keys: [jwk] })));
    await new Promise<void>((resolve) => issuer.listen(0, "127.0.0.1", resolve));
    issuerUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
    const key = `pk_test_${Buffer.from(`${HOST}$`).toString("base64")}`;
    server = await startServer("production", { CLERK_ISSUER: issuerUrl, CLERK_PUBLISHABLE_KEY: key });
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    issuer?.close();
  });

  const jwt = (iss: string): string => {
    const now = Math.floor(Date.now() / 1_000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const body = `${part({ alg: "RS256", kid: "one", typ: "JWT" })}.${part({ iss, sub: "user_ada", iat: now, nbf: now - 10, exp: now + 60, sid: "sess_1", v: 2 })}`;
    return `${body}.${sign("sha256", Buffer.from(body), keys.privateKey).toString("base64url")}`;
  };

  /** Answers what the browser asks of Clerk's host. */
  async function standIn(page: Page, iss: string): Promise<void> {
    const headers = { "access-control-allow-origin": "*" };
    await page.route(`https://${HOST}/**`, (route) => {
      const isToken = route.request().url().endsWith("/token");
      return route.fulfill(isToken ? { headers, contentType: "text/plain", body: jwt(iss) } : { headers, contentType: "text/javascript", body: SCRIPT });
    });
  }

  it("lets in who signs in there, stays signed in, and lets out again", async () => {
    const { page, complaints } = await openTab(browser, server.url);
    await standIn(page, issuerUrl);
    await page.goto("/settings");
    await seen(button(page, "Continue as Ada"));
    await picture(page, "sign-in-clerk");
    await expectAccessible(page);
    await button(page, "Continue as Ada").click();
    await seen(page.getByRole("heading", { name: "Personal tokens" }));
    await page.reload();
    await seen(page.getByRole("heading", { name: "Personal tokens" }));
    await button(page, "Sign out of this browser").click();
    await seen(button(page, "Continue as Ada"));
    expect(complaints.filter((one) => !one.startsWith(`left the server: https://${HOST}/`))).toEqual([]);
    await page.context().close();
  });

  it("says so when the server does not take the session, instead of turning in circles", async () => {
    const { page } = await openTab(browser, server.url);
    await standIn(page, "https://somebody.else");
    await page.goto("/settings");
    await button(page, "Continue as Ada").click();
    await seen(page.getByText("this server does not take that session"));
    await page.context().close();
  });

  it("takes a personal token when Clerk does not load", async () => {
    const { page } = await openTab(browser, server.url);
    await page.route(`https://${HOST}/**`, (route) => route.abort());
    await page.goto("/settings");
    await seen(page.getByText("The sign-in of Clerk did not load"));
    await page.getByLabel("Personal token").fill(server.token ?? "");
    await button(page, "Sign in").click();
    await seen(page.getByRole("heading", { name: "Personal tokens" }));
    await page.context().close();
  });
});
