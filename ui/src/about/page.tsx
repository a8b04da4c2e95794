import { Link } from "@tanstack/react-router";
import { Bot, Braces, Check, HardDriveDownload, History, KeyRound, Workflow } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { Mark } from "@/app/mark";
import { PRICES } from "./prices";
import { Questions } from "./questions";

const Demo = lazy(() => import("./demo").then((module) => ({ default: module.Demo })));

const POINTS = [
  { icon: Workflow, title: "Draw it or write it", about: "The canvas and the YAML are one text. Comments and order stay; what you commit is what you drew." },
  { icon: HardDriveDownload, title: "Every step on disk first", about: "Kill the server in the middle: each run goes on where it stood. What was acknowledged is kept." },
  { icon: Bot, title: "Agents with tools", about: "An agent calls other listeners as its tools. Budgets, a watchdog and approvals keep it within bounds." },
  { icon: History, title: "See what happened", about: "Each run as a timeline and as conversations, with every input and output. Replay one, or many." },
  { icon: Braces, title: "Any model", about: "OpenAI, Anthropic, xAI, Together, Ollama, or what speaks their language, with failover. Or echo, without a key." },
  { icon: KeyRound, title: "Secrets stay secret", about: "Sealed at rest, opened only for the hosts you name, never shown again, never in a log." },
];

const STEPS = [
  ["Draw", "Begin with a template or a blank canvas. Drag listeners in and connect them."],
  ["Run", "Press Run and watch messages go from listener to listener."],
  ["Leave it running", "Add a webhook or a schedule. It answers while you sleep, and tells you when something is wrong."],
];

/** What this is, for whoever comes by: a demo to look at, what it does, what it costs. */
export function AboutPage({ onSignIn }: { onSignIn?: () => void }) {
  useEffect(() => {
    document.title = "BloxServer";
  }, []);
  return (
    <div className="dotted h-full w-full overflow-y-auto bg-bg">
      <header className="mx-auto flex h-14 max-w-280 items-center gap-2 px-6">
        <Mark size={24} />
        <span className="text-base font-semibold">BloxServer</span>
        <nav aria-label="On this page" className="ml-auto flex items-center gap-5 text-text-2">
          <a href="#does" className="hover:text-text max-sm:hidden">
            What it does
          </a>
          <a href="#prices" className="hover:text-text max-sm:hidden">
            Prices
          </a>
          <a href="#questions" className="hover:text-text max-sm:hidden">
            Questions
          </a>
          <a href="/docs" className="hover:text-text max-sm:hidden">
            API
          </a>
          <Enter onSignIn={onSignIn}>{onSignIn ? "Sign in" : "Open it"}</Enter>
        </nav>
      </header>
      <main>
        <section className="rise mx-auto flex max-w-180 flex-col items-center gap-5 px-6 pt-16 pb-12 text-center">
          <h1 className="text-2xl font-semibold text-balance sm:text-[40px] sm:leading-12">Teams of AI agents that you can see, trust and leave running</h1>
          <p className="max-w-140 text-lg text-text-2">Draw how they work together. Run it, watch every message, and find each run as it was, even after the power went out.</p>
          <div className="flex flex-wrap justify-center gap-2">
            <Enter onSignIn={onSignIn} isLarge>
              {onSignIn ? "Begin" : "Open your flows"}
            </Enter>
            <a href="#demo" className="inline-flex h-9 items-center rounded-md border border-line-strong bg-raised px-4 text-base font-medium hover:bg-hover">
              See it run
            </a>
          </div>
          <p className="text-xs text-text-3">Apache-2.0 · one binary · no card for the free tier</p>
        </section>
        <figure id="demo" className="mx-auto max-w-360 scroll-mt-6 px-6">
          <div className="h-56 overflow-hidden rounded-lg border border-line bg-bg sm:h-110 xl:h-130">
            <Suspense fallback={<div role="status" aria-label="Loading the demo" className="skeleton h-full" />}>
              <Demo />
            </Suspense>
          </div>
          <figcaption className="mt-2 text-center text-xs text-text-3">The editor itself, with a recorded run played slowly: an order is worked out, and an agent with a calculator answers.<span className="max-[1100px]:hidden"> Click a card to see its lines, or a line to see its card.</span></figcaption>
        </figure>
        <Part id="does" title="What it does">
          <ul className="grid gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-2 lg:grid-cols-3">
            {POINTS.map(({ icon: Icon, title, about }) => (
              <li key={title} className="flex flex-col gap-2 bg-surface p-5">
                <Icon size={18} className="text-accent-text" aria-hidden />
                <h3 className="text-base">{title}</h3>
                <p className="text-base text-text-2">{about}</p>
              </li>
            ))}
          </ul>
        </Part>
        <Part id="steps" title="Three steps">
          <ol className="grid gap-6 sm:grid-cols-3">
            {STEPS.map(([title, about], place) => (
              <li key={title} className="flex flex-col gap-1">
                <span className="font-mono text-xs text-text-3">{place + 1}</span>
                <h3 className="text-base">{title}</h3>
                <p className="text-base text-text-2">{about}</p>
              </li>
            ))}
          </ol>
        </Part>
        <Part id="prices" title="Prices">
          <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
            {PRICES.map(({ name, price, about, isUsual }) => (
              <li key={name} className={`flex flex-col gap-2 rounded-lg border bg-surface p-5 ${isUsual ? "border-accent" : "border-line"}`}>
                <h3 className="text-text-2">{name}</h3>
                <p className="text-xl font-semibold tabular">{price}</p>
                <ul className="flex flex-col gap-1 text-text-2">
                  {about.map((point) => (
                    <li key={point} className="flex gap-2">
                      <Check size={14} className="mt-[3px] shrink-0 text-text-3" aria-hidden /> {point}
                    </li>
                  ))}
                </ul>
              </li>
            ))}
          </ul>
          <p className="mt-3 text-xs text-text-3">A run is everything that one firing of a trigger causes, however many steps it takes. Models are paid to whoever serves them, with your own keys.</p>
        </Part>
        <Part id="questions" title="Questions">
          <Questions />
        </Part>
      </main>
      <footer className="mx-6 flex max-w-268 gap-5 border-t border-line py-6 text-xs text-text-3 min-[1120px]:mx-auto">
        <span>BloxServer, Apache-2.0</span>
        <a href="/docs" className="ml-auto hover:text-text">
          API reference
        </a>
        <a href="/openapi.json" className="hover:text-text">
          OpenAPI
        </a>
      </footer>
    </div>
  );
}

const LOOK = "inline-flex items-center rounded-md bg-accent-fill font-medium text-on-accent hover:bg-accent-fill-hover";

function Enter({ onSignIn, isLarge, children }: { onSignIn: (() => void) | undefined; isLarge?: boolean; children: ReactNode }) {
  const look = `${LOOK} ${isLarge ? "h-9 px-4 text-base" : "h-7 px-2.5"}`;
  return onSignIn ? (
    <button type="button" className={look} onClick={onSignIn}>
      {children}
    </button>
  ) : (
    <Link to="/" className={look}>
      {children}
    </Link>
  );
}

function Part({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section aria-labelledby={`${id}-title`} id={id} className="mx-auto max-w-280 scroll-mt-6 px-6 pt-16 last:pb-20">
      <h2 id={`${id}-title`} className="mb-5 text-xl">
        {title}
      </h2>
      {children}
    </section>
  );
}
