import { count, plural } from "@/parts/time";

/** What the tiers allow: the figures of the server's own table, with which a test compares them. */
export const TIERS = {
  free: { flows: 1, runs: 1_000 },
  pro: { flows: 100, runs: 100_000 },
  enterprise: { flows: 1_000, runs: null },
} as const;

const flowsOf = (tier: keyof typeof TIERS) => plural(TIERS[tier].flows, "flow");

interface Price {
  name: string;
  price: string;
  about: string[];
  isUsual?: boolean;
}

export const PRICES: Price[] = [
  { name: "Your own server", price: "Free", about: ["One binary under Apache-2.0", "On SQLite or PostgreSQL", "You choose the tier of its users"] },
  { name: "Free", price: "$0", about: [flowsOf("free"), `${count(TIERS.free.runs)} runs a month, then none until the next`, "No card"] },
  { name: "Pro", price: "$29 a month", about: [flowsOf("pro"), `${count(TIERS.pro.runs)} runs a month`, "Further runs at $0.50 for 1,000"], isUsual: true },
  { name: "Enterprise", price: "By agreement", about: [flowsOf("enterprise"), "Runs without a limit", "High frequency: capacity of your own"] },
];
