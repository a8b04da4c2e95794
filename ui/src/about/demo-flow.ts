import type { EdgeFit, Flow, Handler, StepEvent } from "@/api/types";
import recorded from "@/runs/order-desk.events.json";
import fits from "@/runs/order-desk.fits.json";
import orderDesk from "@/templates/texts/order-desk.yaml?raw";

/** The flow of the demo, as the server would tell it. */
export const DEMO_FLOW: Flow = {
  id: "demo",
  userId: "demo",
  name: "Order desk",
  description: null,
  organismYaml: orderDesk,
  canvasState: null,
  status: "running",
  containerId: null,
  errorMessage: null,
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
};

/** What a real server recorded of it. */
export const DEMO_EVENTS = recorded as unknown as StepEvent[];

/** What it said about how the ends of each line fit. */
export const DEMO_FITS = fits as EdgeFit[];

const handler = (name: string, title: string, icon: string): Handler => ({
  name,
  title,
  icon,
  description: title,
  place: "core",
  config: {},
  input: null,
  output: null,
  timeoutMs: 0,
});

/** The handlers that the demo shows; strangers may not ask for the catalogue. */
export const DEMO_HANDLERS: Handler[] = [
  handler("agent", "Agent", "bot"),
  handler("branch", "Branch", "split"),
  handler("set", "Set fields", "pencil-line"),
  handler("calculate", "Calculate", "calculator"),
  handler("output", "Output", "flag"),
];
