import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { type FormEvent, lazy, type ReactNode, Suspense, useState } from "react";
import { meQuery } from "@/api/account";
import { ask } from "@/api/call";
import { hasClerk } from "@/api/clerk";
import { ApiError, explain } from "@/api/error";
import { keepToken, token } from "@/api/token";
import { Button } from "@/parts/button";
import { Field, Input } from "@/parts/input";
import { Failed } from "@/parts/states";
import { ClerkSignIn } from "./clerk-sign-in";
import { Mark } from "./mark";

const AboutPage = lazy(() => import("@/about/page").then((module) => ({ default: module.AboutPage })));

/** Lets in whom the server knows; in development mode that is everybody. */
export function SignedIn({ children }: { children: ReactNode }) {
  const me = useQuery({ ...meQuery, retry: (tries, error) => !(error instanceof ApiError) && tries < 2 });
  if (me.error instanceof ApiError && me.error.status === 401) return <Stranger />;
  if (me.error) return <Failed error={me.error} retry={() => void me.refetch()} />;
  return me.data ? children : null;
}

/** Whoever comes to the front door without a token reads what this is first. */
function Stranger() {
  const hadToken = token() !== null;
  const isFrontDoor = useLocation().pathname === "/";
  const [isSigningIn, setSigningIn] = useState(hadToken || !isFrontDoor);
  if (isSigningIn) return <SignIn hadToken={hadToken} />;
  return (
    <Suspense fallback={null}>
      <AboutPage onSignIn={() => setSigningIn(true)} />
    </Suspense>
  );
}

function SignIn({ hadToken }: { hadToken: boolean }) {
  const client = useQueryClient();
  const withClerk = hasClerk();
  const [value, setValue] = useState("");
  const [error, setError] = useState(hadToken ? "The token of this browser is not valid any more" : null);
  const [isBusy, setBusy] = useState(false);
  const signIn = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    keepToken(value.trim());
    try {
      // Asked beside the cache: a refusal there would put this form, and what was typed, away.
      await ask("get", "/me");
      await client.resetQueries();
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
          {!withClerk && <p className="text-text-2">With a personal token of this server.</p>}
        </div>
        {withClerk && (
          <>
            <ClerkSignIn />
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
