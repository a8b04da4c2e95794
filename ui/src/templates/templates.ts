import type { Json } from "@/api/types";
import agentWithHttp from "./texts/agent-with-http.yaml?raw";
import blank from "./texts/blank.yaml?raw";
import carefulRequest from "./texts/careful-request.yaml?raw";
import counter from "./texts/counter.yaml?raw";
import csvToJson from "./texts/csv-to-json.yaml?raw";
import hello from "./texts/hello.yaml?raw";
import orderDesk from "./texts/order-desk.yaml?raw";
import pageSummary from "./texts/page-summary.yaml?raw";
import parallel from "./texts/parallel.yaml?raw";
import team from "./texts/team.yaml?raw";
import triage from "./texts/triage.yaml?raw";

/** A flow to begin with. */
export interface Template {
  id: string;
  title: string;
  about: string;
  /** What it cannot run without; empty when it runs as it is. */
  needs: string[];
  yaml: string;
  /** What to run it with the first time. */
  payload: Json;
}

const MODEL_KEY = "a model provider's key";
const INTERNET = "the internet";

export const BLANK_YAML = blank;

export const TEMPLATES: Template[] = [
  {
    id: "order-desk",
    title: "Order desk",
    about: "An order is worked out, and an agent with a calculator answers the large ones",
    needs: [],
    yaml: orderDesk,
    payload: { customer: "Ada", price: 25, quantity: 6 },
  },
  { id: "hello", title: "Hello", about: "A message comes in, an answer goes out", needs: [], yaml: hello, payload: { name: "Ada" } },
  {
    id: "agent-with-http",
    title: "Agent with an HTTP tool",
    about: "An agent reads the encyclopedia by itself before it answers",
    needs: [INTERNET],
    yaml: agentWithHttp,
    payload: { title: "Alan_Turing" },
  },
  {
    id: "team",
    title: "A team of agents",
    about: "An editor asks a researcher and a critic, each an agent",
    needs: [],
    yaml: team,
    payload: { topic: "Why bees dance" },
  },
  {
    id: "parallel",
    title: "In parallel",
    about: "Three branches at the same time, and a merge that waits for them",
    needs: [],
    yaml: parallel,
    payload: { price: 80 },
  },
  {
    id: "csv-to-json",
    title: "CSV to JSON",
    about: "A table as text becomes a list of objects",
    needs: [],
    yaml: csvToJson,
    payload: { text: "name,city\nAda,London\nAlan,Manchester" },
  },
  { id: "counter", title: "Counter", about: "Remembers a number from run to run", needs: [], yaml: counter, payload: {} },
  {
    id: "careful-request",
    title: "Careful request",
    about: "Tries a request again, and answers kindly when nothing helps",
    needs: [INTERNET],
    yaml: carefulRequest,
    payload: {},
  },
  {
    id: "triage",
    title: "Ticket triage",
    about: "A model sorts tickets into categories, and refunds go to a person",
    needs: [MODEL_KEY],
    yaml: triage,
    payload: { subject: "My order 42 never came", from: "ada@example.com" },
  },
  {
    id: "page-summary",
    title: "Page summary",
    about: "Fetches a page and says in two sentences what is on it",
    needs: [MODEL_KEY, INTERNET],
    yaml: pageSummary,
    payload: { url: "https://example.com/" },
  },
];
