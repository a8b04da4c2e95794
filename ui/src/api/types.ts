/** The shapes of the API that the interface reads; `docs/api.md` describes them. */

export type FlowStatus = "stopped" | "starting" | "running" | "stopping" | "error";
export type ExecutionStatus = "running" | "success" | "error" | "timeout";
export type TriggerKind = "webhook" | "schedule" | "manual";
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Page<T> {
  items: T[];
  total: number;
  page: number;
  pageSize: number;
  hasMore: boolean;
}

export interface User {
  id: string;
  email: string;
  name: string | null;
  tier: string;
}

export interface Usage {
  periodStart: string;
  periodEnd: string;
  runsUsed: number;
  runsLimit: number | null;
  runsPercentage: number;
  tokensUsed: number;
  daysRemaining: number;
}

export interface FlowSummary {
  id: string;
  name: string;
  description: string | null;
  status: FlowStatus;
  updatedAt: string;
}

export interface Flow extends FlowSummary {
  organismYaml: string;
  canvasState: CanvasState | null;
  errorMessage: string | null;
  createdAt: string;
}

export interface CanvasState {
  nodes?: { id: string; type?: string; position: { x: number; y: number } }[];
  edges?: unknown[];
  viewport?: { x: number; y: number; zoom: number };
}

export interface Stats {
  executionsTotal: number;
  executionsSuccess: number;
  executionsError: number;
  executionsTimeout: number;
  avgDurationMs: number;
  lastExecutedAt: string | null;
}

export interface Diagnostic {
  code: string;
  severity: "error" | "warning" | "info";
  message: string;
  hint: string | null;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  listener: string | null;
}

/** The part of JSON Schema that settings are described with. */
export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: Json;
  enum?: Json[];
  const?: Json;
  examples?: Json[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  minimum?: number;
  maximum?: number;
}

export interface Handler {
  name: string;
  title: string;
  description: string;
  icon: string;
  place: "core" | "turn" | "outside";
  config: Schema;
  input: Schema | null;
  output: Schema | null;
  timeoutMs: number;
}

export interface ExecutionSummary {
  id: string;
  status: ExecutionStatus;
  triggerType: TriggerKind;
  startedAt: string;
  durationMs: number | null;
}

export interface Execution extends ExecutionSummary {
  flowId: string;
  triggerId: string | null;
  completedAt: string | null;
  errorCode: string | null;
  errorMessage: string | null;
  waitingOn: { kind: string; until?: string } | null;
  inputPayload: string | null;
  outputPayload: string | null;
}

export interface Failure {
  code: string;
  message: string;
}

export interface Tokens {
  model: string;
  inputTokens: number;
  outputTokens: number;
  simulated?: boolean;
}

export interface ModelCall {
  id: string;
  name: string;
  arguments: Json;
}

export type StepKind =
  | "started"
  | "passed"
  | "held"
  | "merged"
  | "scheduled"
  | "finished"
  | "retrying"
  | "interrupted"
  | "failed"
  | "turned"
  | "corrected"
  | "called"
  | "rejected"
  | "answered"
  | "ended";

/** One event of an execution, as the server tells it. */
export interface StepEvent {
  seq: number;
  at: string;
  kind: StepKind;
  listener: string | null;
  step: number | null;
  attempt: number | null;
  frame: number | null;
  input: Json;
  output: Json;
  error: Failure | null;
  durationMs: number | null;
  tokens: Tokens | null;
  to: string[];
  details: {
    case?: string;
    status?: string | number;
    content?: string | null;
    calls?: ModelCall[];
    call?: number;
    objection?: string;
    retryAt?: string;
  } | null;
}

export interface Trigger {
  id: string;
  flowId: string;
  type: TriggerKind;
  name: string;
  config: Record<string, Json>;
  enabled: boolean;
  webhookToken: string | null;
  webhookUrl: string | null;
  /** The next ticks of a schedule. */
  nextFirings: string[];
  lastFiredAt: string | null;
  /** Why a schedule does not fire, and what to do. */
  problem: string | null;
  createdAt: string;
}

export type Scope = "read" | "write" | "run" | "admin" | "*";

export interface TokenInfo {
  id: string;
  name: string;
  prefix: string;
  scopes: Scope[];
  expiresAt: string | null;
  lastUsedAt: string | null;
  createdAt: string;
}

export interface ApiKeyInfo {
  provider: string;
  keyHint: string | null;
  isValid: boolean;
  lastUsedAt: string | null;
  createdAt: string;
}

export interface SecretInfo {
  name: string;
  hint: string;
  hosts: string[];
  createdAt: string;
  updatedAt: string;
}

export interface VariableInfo {
  name: string;
  value: Json;
  createdAt: string;
  updatedAt: string;
}
