// The layout of src/: which part may import which. The order is the one of docs/architecture.md.

/** The wings of src/editor, each rank importing only the ranks before it. Wings of one rank do not import each other. */
const wings: readonly (readonly string[])[] = [
  ["platform"],
  ["account"],
  ["data"],
  ["ui"],
  ["secrets", "mcp", "credits", "members"],
  ["keys"],
  ["guardrails", "rotation"],
  ["activity", "agents"],
  ["commands"],
];

/** The parts of src/ beside the wings. */
const parts: Readonly<Record<string, readonly string[]>> = {
  openrouter: [],
  sample: [],
  webview: ["openrouter"],
  channel: ["openrouter"],
  mcp: ["channel", "openrouter"],
};

/** What a wing may import beside the wings before it. */
const allWingsMayImport = ["channel", "openrouter"];
const extraImports: Readonly<Record<string, readonly string[]>> = {
  // The sample account is a bundle of its own; only its types are imported.
  "editor/account": ["sample"],
  // The messages between the editor and its webviews.
  "editor/activity": ["webview"],
};

/** The part or wing that a file of src/ belongs to: "openrouter", "editor/keys", "extension". */
export function findPart(path: string): string {
  const [, first = "", second = ""] = path.split("/");
  if (first === "extension.ts") return "extension";
  return first === "editor" ? `editor/${second}` : first;
}

/** The parts that a part may import besides itself; undefined for one that the layout does not know. */
export function allowedImports(part: string): ReadonlySet<string> | undefined {
  const allWings = wings.flat().map((wing) => `editor/${wing}`);
  if (part === "extension") return new Set(allWings);
  if (part in parts) return new Set(parts[part]);
  const rank = wings.findIndex((ranked) => ranked.some((wing) => `editor/${wing}` === part));
  if (rank < 0) return undefined;
  const before = wings.slice(0, rank).flat();
  return new Set([...allWingsMayImport, ...before.map((wing) => `editor/${wing}`), ...(extraImports[part] ?? [])]);
}
