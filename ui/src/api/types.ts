import type { components, Json } from "./schema";

export type { Json };

type Schemas = components["schemas"];

export type FlowStatus = Schemas["FlowStatus"];
export type ExecutionStatus = Schemas["ExecutionStatus"];
export type TriggerKind = Schemas["TriggerType"];
export type User = Schemas["User"];
export type Usage = Schemas["UsageDashboard"];
export type FlowSummary = Schemas["FlowSummary"];
export type Flow = Schemas["Flow"];
export type CanvasState = Schemas["CanvasState"];
export type Stats = Schemas["FlowStats"];
export type Diagnostic = Schemas["Diagnostic"];
export type EdgeFit = Schemas["EdgeFit"];
export type FieldFit = Schemas["FieldFit"];
export type FitLevel = Schemas["FitLevel"];
export type GivenField = Schemas["GivenField"];
export type ExecutionSummary = Schemas["ExecutionSummary"];
export type Execution = Schemas["Execution"];
export type Failure = Schemas["StepError"];
export type Tokens = Schemas["ModelUsage"];
export type Trigger = Schemas["Trigger"];
export type TriggerConfig = Schemas["TriggerConfig"];
export type Scope = Schemas["Scope"];
export type TokenInfo = Schemas["TokenInfo"];
export type ApiKeyInfo = Schemas["ApiKeyInfo"];
export type SecretInfo = Schemas["SecretInfo"];
export type VariableInfo = Schemas["VariableInfo"];
export type Version = Schemas["FlowVersionSummary"];
export type Alert = Schemas["Alert"];
export type AuditEntry = Schemas["AuditEntry"];
export type Approval = Schemas["Approval"];
export type Node = Schemas["Node"];
export type ModelHealth = Schemas["ModelHealth"];

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

/** A handler; that its three schemas are JSON Schema, the description cannot say. */
export type Handler = Omit<Schemas["Handler"], "config" | "input" | "output"> & {
  config: Schema;
  input: Schema | null;
  output: Schema | null;
};

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
  | "waiting"
  | "listed"
  | "opened"
  | "gathered"
  | "delegated"
  | "returned"
  | "warned"
  | "ended";

/** One event of an execution; what its kind puts into `details` is read here. */
export type StepEvent = Omit<Schemas["StepEvent"], "kind" | "details"> & {
  kind: StepKind;
  details: {
    case?: string;
    status?: string | number;
    content?: string | null;
    calls?: ModelCall[];
    call?: number;
    objection?: string;
    retryAt?: string;
    for?: "delay" | "approval";
    until?: string | null;
    message?: string;
    items?: number;
    item?: number;
    flow?: string;
  } | null;
};
