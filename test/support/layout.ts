// The layout of src/: which part may import which, as in docs/architecture.md.

/** The wings of src/editor. Each may import the wings of earlier ranks, but none of its own rank. */
export const wings: readonly (readonly string[])[] = [
  ["platform"],
  ["account"],
  ["data"],
  ["ui"],
  ["secrets", "mcp", "clients", "credits", "members"],
  ["keys"],
  ["guardrails", "rotation"],
  ["safety", "leaks"],
  ["activity", "agents"],
  ["alerts"],
  ["commands"],
];

/** The other parts of src/, and the parts that each may import. */
export const parts: Readonly<Record<string, readonly string[]>> = {
  openrouter: [],
  sample: [],
  webview: ["openrouter"],
  browser: [],
  channel: ["openrouter"],
  leaks: ["openrouter"],
  mcp: ["channel", "openrouter"],
  launcher: [],
};

/** What every wing may import besides earlier wings. */
const allWingsMayImport = ["channel", "openrouter"];
const extraImports: Readonly<Record<string, readonly string[]>> = {
  // Only types: the sample account is a separate bundle.
  "editor/account": ["sample"],
  // The messages between the editor and its webviews.
  "editor/activity": ["webview"],
  "editor/safety": ["webview"],
  "editor/leaks": ["leaks"],
};

/** Returns the part or wing of a file of src/: "openrouter", "editor/keys", "extension". */
export function findPart(path: string): string {
  const [, first = "", second = ""] = path.split("/");
  if (/^extension(\.web)?\.ts$/.test(first)) return "extension";
  return first === "editor" ? `editor/${second}` : first;
}

/** Returns the parts that a part may import besides itself; undefined for an unknown part. */
export function allowedImports(part: string): ReadonlySet<string> | undefined {
  const allWings = wings.flat().map((wing) => `editor/${wing}`);
  if (part === "extension") return new Set(allWings);
  if (part in parts) return new Set(parts[part]);
  const rank = wings.findIndex((ranked) => ranked.some((wing) => `editor/${wing}` === part));
  if (rank < 0) return undefined;
  const before = wings.slice(0, rank).flat();
  return new Set([...allWingsMayImport, ...before.map((wing) => `editor/${wing}`), ...(extraImports[part] ?? [])]);
}
