import { useEffect, useRef, useState } from "react";
import { clerk } from "@/api/clerk";
import { Button } from "@/parts/button";

type State = "loading" | "asking" | "refused" | "away";

/** Clerk's own form, in our colours. */
export function ClerkSignIn({ onSession }: { onSession(): void }) {
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<State>("loading");
  const signedIn = useRef(onSession);
  useEffect(() => {
    let close: (() => void) | null = null;
    let isGone = false;
    const show = async () => {
      const found = await clerk();
      const node = place.current;
      if (!found || !node || isGone) return;
      // It would send who has a session back to where we are, for ever.
      if (found.session) return setState("refused");
      found.mountSignIn(node, { routing: "hash", withSignUp: true, appearance: { variables: colours() } });
      const stop = found.addListener(({ session }) => {
        if (session) signedIn.current();
      });
      close = () => {
        stop();
        found.unmountSignIn(node);
      };
      setState("asking");
    };
    show().catch(() => setState("away"));
    return () => {
      isGone = true;
      close?.();
    };
  }, []);
  return (
    <div>
      {state === "loading" && <div role="status" aria-label="Loading" className="skeleton h-60" />}
      {state === "refused" && <Refused />}
      {state === "away" && (
        <p role="alert" className="text-failed">
          The sign-in of Clerk did not load. Check the connection, and whether something blocks it; then load this page again.
        </p>
      )}
      <div ref={place} />
    </div>
  );
}

function Refused() {
  const leave = async () => (await clerk())?.signOut({ redirectUrl: "/" });
  return (
    <div role="alert" className="flex flex-col items-start gap-2">
      <p>You are signed in at Clerk, and this server does not take that session. Whoever runs it can compare CLERK_ISSUER and CLERK_AUTHORIZED_PARTIES with this address.</p>
      <Button onClick={() => void leave()}>Sign out there</Button>
    </div>
  );
}

/** It mixes colours by itself and needs to know ours as they are. */
function colours(): Record<string, string> {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    colorPrimary: of("accent-fill"),
    colorBackground: of("surface"),
    colorText: of("text"),
    colorTextSecondary: of("text-2"),
    colorNeutral: of("text"),
    colorInputBackground: of("bg"),
    colorInputText: of("text"),
    colorDanger: of("failed"),
    borderRadius: "6px",
    fontSize: "13px",
  };
}
