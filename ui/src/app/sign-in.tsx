import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { type FormEvent, lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { meQuery } from "@/api/account";
import { ask } from "@/api/call";
import { hasClerk } from "@/api/clerk";
import { setStranger, useConnection } from "@/api/connection";
import { ApiError, explain, passes } from "@/api/error";
import { keepToken, onTokenElsewhere, token } from "@/api/token";
import { Button } from "@/parts/button";
import { Field, Input } from "@/parts/input";
import { Failed } from "@/parts/states";
import { ClerkSignIn } from "./clerk-sign-in";
import { Mark } from "./mark";
import { Shell } from "./shell";

const AboutPage = lazy(() => import("@/about/page").then((module) => ({ default: module.AboutPage })));

/** Lets in whom the server knows; in development mode that is everybody. */
export function SignedIn({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const me = useQuery({ ...meQuery, retry: (tries, error) => passes(error) && tries < 2 });
  const isStranger = useConnection((state) => state.isStranger);
  const letIn = async () => {
    setStranger(false);
    await client.resetQueries();
  };
  useEffect(() => onTokenElsewhere(() => void letIn()));
  if (isStranger) return <Stranger wasIn={me.data !== undefined} letIn={letIn} />;
  if (me.data) return children;
  const isBarred = me.error instanceof ApiError && me.error.status === 403;
  if (isBarred) return <SignIn why={`${explain(me.error)}, and without that there is nothing to see.`} tokenError={null} letIn={letIn} />;
  return me.error ? <Failed error={me.error} retry={() => void me.refetch()} /> : <Shell />;
}

interface StrangerProps {
  /** Whether somebody worked here until a moment ago. */
  wasIn: boolean;
  /** What is on the screen goes on, for who has signed in. */
  letIn(): Promise<void>;
}

/** Whoever comes to the front door without a token reads what this is first. */
function Stranger({ wasIn, letIn }: StrangerProps) {
  const hadToken = token() !== null;
  const isFrontDoor = useLocation().pathname === "/";
  const [isSigningIn, setSigningIn] = useState(hadToken || wasIn || !isFrontDoor);
  const tokenError = hadToken && !wasIn ? "The token of this browser is not valid any more" : null;
  if (isSigningIn) return <SignIn why={wasIn ? OVER : null} tokenError={tokenError} letIn={letIn} />;
  return (
    <Suspense fallback={null}>
      <AboutPage onSignIn={() => setSigningIn(true)} />
    </Suspense>
  );
}

const OVER = "Your session is over: its token has expired or was revoked. Sign in to go on where you were; unsaved edits are kept in this browser.";

interface SignInProps {
  /** What happened to who was here already. */
  why: string | null;
  tokenError: string | null;
  letIn(): Promise<void>;
}

function SignIn({ why, tokenError, letIn }: SignInProps) {
  const withClerk = hasClerk();
  const [value, setValue] = useState("");
  const [error, setError] = useState(tokenError);
  const [isBusy, setBusy] = useState(false);
  const signIn = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    keepToken(value.trim());
    try {
      // Asked beside the cache: a refusal there would put this form, and what was typed, away.
      await ask("get", "/me");
      await letIn();
    } catch (failure) {
      keepToken(null);
      const isWrong = failure instanceof ApiError && failure.status === 401;
      setError(isWrong ? "The server does not know this token" : explain(failure));
    }
    setBusy(false);
  };
  return (
    <main className="flex min-h-full w-full items-center justify-center overflow-y-auto p-4">
      <form onSubmit={signIn} className="flex w-100 flex-col gap-4">
        <Mark size={28} />
        <div>
          <h1 className="text-xl">Sign in</h1>
          {why && (
            <p role="alert" className="mt-1">
              {why}
            </p>
          )}
          {!why && !withClerk && <p className="text-text-2">With a personal token of this server.</p>}
        </div>
        {withClerk && (
          <>
            <ClerkSignIn onSession={() => void letIn()} />
            <p className="flex items-center gap-3 text-xs text-text-3 before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">or with a personal token</p>
          </>
        )}
        <Field
          label="Personal token"
          error={error}
          hint={
            <>
              The server makes one: <code className="font-mono">bloxserver token create</code>
            </>
          }
        >
          <Input
            type="password"
            required
            placeholder="blx_…"
            autoComplete="off"
            value={value}
            onChange={(event) => setValue(event.target.value)}
            className="font-mono"
          />
        </Field>
        <Button type="submit" look={withClerk ? "plain" : "primary"} isBusy={isBusy} className="!h-8">
          Sign in
        </Button>
      </form>
    </main>
  );
}
