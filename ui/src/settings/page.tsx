import { useQuery, useQueryClient } from "@tanstack/react-query";
import { LogOut } from "lucide-react";
import { meQuery } from "@/api/account";
import { clerk, hasClerk } from "@/api/clerk";
import { keepToken, token } from "@/api/token";
import { Bar } from "@/app/bar";
import { type Theme, useTheme } from "@/app/theme";
import { sayFailure } from "@/app/toasts";
import { Button } from "@/parts/button";
import { Segmented } from "@/parts/segmented";
import { Audit } from "./audit";
import { Keys } from "./keys";
import { Secrets } from "./secrets";
import { Section } from "./section";
import { SECTIONS } from "./sections";
import { Tokens } from "./tokens";
import { Variables } from "./variables";

const THEMES: { value: Theme; label: string }[] = [
  { value: "dark", label: "Dark" },
  { value: "light", label: "Light" },
  { value: "system", label: "System" },
];

/** What holds for a person rather than for a flow. */
export function SettingsPage() {
  return (
    <>
      <Bar crumbs={[{ label: "Settings" }]} />
      <main className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex max-w-240 gap-12 px-6 py-8">
          <nav aria-label="Sections" className="sticky top-0 flex w-36 shrink-0 flex-col gap-0.5 self-start max-md:hidden">
            {SECTIONS.map(([id, label]) => (
              <a key={id} href={`#${id}`} className="flex h-7 items-center rounded-md px-2 text-text-2 hover:bg-hover hover:text-text">
                {label}
              </a>
            ))}
          </nav>
          <div className="flex min-w-0 flex-1 flex-col gap-12">
            <Profile />
            <Appearance />
            <Keys />
            <Secrets />
            <Variables />
            <Tokens />
            <Audit />
          </div>
        </div>
      </main>
    </>
  );
}

function Profile() {
  const me = useQuery(meQuery).data;
  const client = useQueryClient();
  const canSignOut = token() !== null || hasClerk();
  const signOut = async () => {
    const hadToken = token() !== null;
    keepToken(null);
    if (!hadToken) await (await clerk())?.signOut({ redirectUrl: "/" });
    await client.resetQueries();
  };
  return (
    <Section id="profile" title="Profile">
      <dl className="grid grid-cols-[100px_1fr] gap-y-1">
        <dt className="text-text-3">Name</dt>
        <dd className="break-words">{me?.name ?? "Not set"}</dd>
        <dt className="text-text-3">E-mail</dt>
        <dd className="break-words">{me?.email ?? "Not known yet"}</dd>
        <dt className="text-text-3">Tier</dt>
        <dd className="first-letter:uppercase">{me?.tier.replace("_", " ")}</dd>
      </dl>
      {canSignOut && (
        <Button icon={<LogOut size={14} />} className="self-start" onClick={() => void signOut().catch(sayFailure)}>
          Sign out of this browser
        </Button>
      )}
    </Section>
  );
}

function Appearance() {
  const { theme, choose } = useTheme();
  return (
    <Section id="appearance" title="Appearance">
      <div className="self-start">
        <Segmented label="Theme" value={theme} options={THEMES} onChange={choose} />
      </div>
    </Section>
  );
}
