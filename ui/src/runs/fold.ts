import type { Failure, Json, ModelCall, StepEvent, Tokens } from "@/api/types";
import { TRIGGER } from "@/model/graph";

export type VisitState = "running" | "waiting" | "done" | "failed";

/** One try of a step. */
export interface Attempt {
  number: number;
  start: number;
  end: number | null;
  error: Failure | null;
}

/** One bar of the timeline: a listener at work, a turn of an agent's model, or a call of a tool. */
export interface Visit {
  /** The seq of the event that began it. */
  id: number;
  kind: "step" | "agent" | "turn" | "call" | "item";
  /** The listener; of a call, the one that is called; of an item, the one that begins it. */
  listener: string;
  frame: number;
  state: VisitState;
  /** Milliseconds since the epoch. */
  start: number;
  end: number | null;
  attempts: Attempt[];
  input: Json;
  output: Json;
  error: Failure | null;
  tokens: Tokens | null;
  /** What a model said beside its calls, and the calls. */
  content: string | null;
  calls: ModelCall[];
  /** Why a model's answer was sent back to it. */
  objection: string | null;
  /** The case that a branch took. */
  port: string | null;
  /** What it waits for. */
  waits: { for: "delay" | "approval" | "flow"; until: string | null; message: string | null } | null;
  /** Whether it was recorded by the execution that this one runs again, and not done anew. */
  isReused: boolean;
  /** Which item of a list, counted from 1. */
  item: number | null;
  children: Visit[];
}

/** What the canvas shows of a listener. */
export interface ListenerRun {
  state: VisitState | "skipped";
  count: number;
  /** The last visit's, in milliseconds; null for what took no time of its own. */
  lastMs: number | null;
  error: Failure | null;
  inputTokens: number;
  outputTokens: number;
  isSimulated: boolean;
}

/** An execution, read from its events. */
export interface Run {
  start: number | null;
  end: number | null;
  status: "running" | "success" | "error" | "timeout";
  error: Failure | null;
  input: Json;
  output: Json;
  visits: Visit[];
  listeners: Map<string, ListenerRun>;
  /** Messages by `from to`. */
  messages: Map<string, number>;
}

/** Reads all events of an execution, in their order. */
export function fold(events: StepEvent[]): Run {
  const folding = new Folding();
  for (const event of events) folding.take(event);
  return folding.finish();
}

class Folding {
  private readonly run: Run = {
    start: null,
    end: null,
    status: "running",
    error: null,
    input: null,
    output: null,
    visits: [],
    listeners: new Map(),
    messages: new Map(),
  };
  private readonly steps = new Map<number, { visit: Visit; turn: Visit | null }>();
  private readonly frames = new Map<number, Visit>();
  private readonly agents = new Map<string, Visit>();
  private readonly held = new Map<string, Visit>();
  private readonly flat: Visit[] = [];

  take(event: StepEvent): void {
    const at = Date.parse(event.at);
    this.count(event);
    switch (event.kind) {
      case "started":
        this.run.start = at;
        this.run.input = event.input;
        break;
      case "passed":
      case "merged":
        this.pass(event, at);
        break;
      case "waiting":
        this.wait(event, at);
        break;
      case "listed":
        this.steps.set(event.seq, { visit: this.open(event, at), turn: null });
        break;
      case "delegated":
        this.delegate(event, at);
        break;
      case "opened":
        this.item(event, at);
        break;
      case "held":
        this.hold(event, at);
        break;
      case "scheduled":
        this.schedule(event, at);
        break;
      case "retrying":
      case "interrupted":
        this.retry(event, at);
        break;
      case "turned":
      case "corrected":
        this.turn(event, at);
        break;
      case "called":
      case "rejected":
        this.call(event, at);
        break;
      case "answered":
        this.answer(event, at);
        break;
      case "gathered":
      case "returned":
      case "finished":
      case "failed":
        this.settle(event, at);
        break;
      case "ended":
        this.run.end = at;
        this.run.status = (event.details?.status as Run["status"] | undefined) ?? "success";
        this.run.error = event.error;
        this.run.output = event.output;
        break;
    }
  }

  finish(): Run {
    for (const visit of this.flat) {
      if (this.run.end !== null && visit.end === null) {
        visit.end = this.run.end;
        visit.state = "failed";
        visit.error ??= this.run.error;
      }
      if (visit.kind === "step" || visit.kind === "agent") this.summarise(visit);
    }
    return this.run;
  }

  private open(event: StepEvent, at: number): Visit {
    const visit = newVisit(event, event.listener ?? event.to[0] ?? "", at);
    this.flat.push(visit);
    this.siblings(visit.frame).push(visit);
    return visit;
  }

  private siblings(frame: number): Visit[] {
    return this.frames.get(frame)?.children ?? this.run.visits;
  }

  private pass(event: StepEvent, at: number): void {
    const waited = this.steps.get(event.step ?? -1)?.visit ?? this.held.get(event.listener ?? "");
    this.close(waited ?? this.open(event, at), event, at);
    this.held.delete(event.listener ?? "");
  }

  private wait(event: StepEvent, at: number): void {
    const visit = this.open(event, at);
    const { for: reason = "delay", until = null, message = null } = event.details ?? {};
    visit.state = "waiting";
    visit.waits = { for: reason, until, message };
    this.steps.set(event.seq, { visit, turn: null });
  }

  /** Another flow is called: here nothing is at work until it has ended. */
  private delegate(event: StepEvent, at: number): void {
    const visit = this.open(event, at);
    visit.state = "waiting";
    visit.waits = { for: "flow", until: null, message: null };
    this.steps.set(event.seq, { visit, turn: null });
  }

  /** An item of a list opens a frame, as a call does. */
  private item(event: StepEvent, at: number): void {
    const item = newVisit(event, event.to[0] ?? "", at, "item");
    item.item = (event.details?.item ?? 0) + 1;
    this.flat.push(item);
    (this.steps.get(event.step ?? -1)?.visit.children ?? this.run.visits).push(item);
    this.frames.set(event.seq, item);
  }

  /** All messages that wait at a merge are one bar, from the first that came. */
  private hold(event: StepEvent, at: number): void {
    const listener = event.listener ?? "";
    if (this.held.has(listener)) return;
    const visit = this.open(event, at);
    visit.state = "waiting";
    this.held.set(listener, visit);
  }

  private schedule(event: StepEvent, at: number): void {
    const agent = this.agents.get(keyOf(event));
    if (agent) {
      const turn = newVisit(event, agent.listener, at, "turn");
      this.flat.push(turn);
      agent.children.push(turn);
      this.steps.set(event.seq, { visit: agent, turn });
      return;
    }
    const visit = this.open(event, at);
    visit.attempts.push({ number: 1, start: at, end: null, error: null });
    this.steps.set(event.seq, { visit, turn: null });
  }

  private retry(event: StepEvent, at: number): void {
    const step = this.steps.get(event.step ?? -1);
    const visit = step?.turn ?? step?.visit;
    const attempt = visit?.attempts.at(-1);
    if (!visit || !attempt) return;
    attempt.end = at;
    attempt.error = event.error ?? { code: "interrupted", message: "the server that ran it is gone" };
    const start = event.details?.retryAt ? Date.parse(event.details.retryAt) : at;
    visit.attempts.push({ number: attempt.number + 1, start, end: null, error: null });
  }

  private turn(event: StepEvent, at: number): void {
    const step = this.steps.get(event.step ?? -1);
    if (!step) return;
    const { visit } = step;
    const turn = step.turn ?? firstTurn(visit, this.flat);
    visit.kind = "agent";
    this.agents.set(keyOf(event), visit);
    turn.content = event.details?.content ?? null;
    turn.calls = event.details?.calls ?? [];
    turn.objection = event.details?.objection ?? null;
    turn.tokens = event.tokens;
    end(turn, at, event.kind === "corrected" ? "failed" : "done");
  }

  private call(event: StepEvent, at: number): void {
    const agent = this.steps.get(event.step ?? -1)?.visit;
    const place = event.details?.call ?? 0;
    const asked = agent?.children.findLast((one) => one.kind === "turn")?.calls[place];
    const call = newVisit(event, event.to[0] ?? asked?.name ?? "", at, "call");
    this.flat.push(call);
    (agent?.children ?? this.run.visits).push(call);
    if (event.kind === "called") {
      this.frames.set(event.seq, call);
      return;
    }
    call.input = asked?.arguments ?? null;
    call.error = event.error;
    end(call, at, "failed");
  }

  private answer(event: StepEvent, at: number): void {
    const call = this.frames.get(event.frame ?? -1);
    if (!call) return;
    call.output = event.output;
    call.error = event.error;
    end(call, at, event.error ? "failed" : "done");
  }

  private settle(event: StepEvent, at: number): void {
    const step = this.steps.get(event.step ?? -1);
    const visit = step?.visit ?? this.open(event, at);
    if (step?.turn) {
      step.turn.tokens = event.tokens;
      step.turn.output = event.output;
      step.turn.error = event.error;
      end(step.turn, at, event.error ? "failed" : "done");
    } else {
      visit.tokens = event.tokens;
    }
    this.close(visit, event, at);
    this.agents.delete(keyOf(event));
  }

  private close(visit: Visit, event: StepEvent, at: number): void {
    visit.output = event.output;
    visit.error = event.error;
    visit.port = event.details?.case ?? null;
    end(visit, at, event.error ? "failed" : "done");
  }

  private count(event: StepEvent): void {
    const from = event.kind === "started" ? TRIGGER : event.listener;
    if (from === null) return;
    for (const to of event.to) {
      const key = `${from} ${to}`;
      this.run.messages.set(key, (this.run.messages.get(key) ?? 0) + 1);
    }
  }

  private summarise(visit: Visit): void {
    const before = this.run.listeners.get(visit.listener);
    const paid = [visit.tokens, ...visit.children.map((child) => (child.kind === "turn" ? child.tokens : null))].filter((one) => one !== null);
    this.run.listeners.set(visit.listener, {
      state: before?.state === "running" ? "running" : visit.state,
      count: (before?.count ?? 0) + 1,
      lastMs: visit.end !== null && takesTime(visit) ? visit.end - visit.start : null,
      error: visit.error ?? null,
      inputTokens: (before?.inputTokens ?? 0) + sum(paid.map((one) => one.inputTokens)),
      outputTokens: (before?.outputTokens ?? 0) + sum(paid.map((one) => one.outputTokens)),
      isSimulated: (before?.isSimulated ?? false) || paid.some((one) => one.simulated === true),
    });
  }
}

/** What passes at once has no time of its own. */
const takesTime = (visit: Visit): boolean => visit.attempts.length > 0 || visit.children.length > 0 || visit.waits !== null;

const keyOf = (event: StepEvent): string => `${event.frame ?? 0} ${event.listener ?? ""}`;

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

function newVisit(event: StepEvent, listener: string, at: number, kind: Visit["kind"] = "step"): Visit {
  return {
    id: event.seq,
    kind,
    listener,
    frame: event.frame ?? 0,
    state: "running",
    start: at,
    end: null,
    attempts: kind === "turn" ? [{ number: 1, start: at, end: null, error: null }] : [],
    input: event.input,
    output: null,
    error: null,
    tokens: null,
    content: null,
    calls: [],
    objection: null,
    port: null,
    waits: null,
    isReused: event.reused === true,
    item: null,
    children: [],
  };
}

/** A step turns out to be an agent's when its model asks for calls: what it did so far was the first turn. */
function firstTurn(visit: Visit, flat: Visit[]): Visit {
  const turn: Visit = { ...visit, kind: "turn", attempts: visit.attempts, children: [] };
  visit.children.push(turn);
  flat.push(turn);
  return turn;
}

function end(visit: Visit, at: number, state: VisitState): void {
  visit.end = at;
  visit.state = state;
  const attempt = visit.attempts.at(-1);
  if (attempt && attempt.end === null) attempt.end = at;
}
