import { globSync, readFileSync } from "node:fs";
import { parseSync } from "oxc-parser";

const root = new URL("../../", import.meta.url);

/** A string in the sources; `translated` if it is the first argument of `l10n.t`. */
export interface SourceText {
  file: string;
  line: number;
  text: string;
  translated: boolean;
  /** The enclosing call, property or import. */
  context: string;
}

interface Node {
  type: string;
  start: number;
  [field: string]: unknown;
}

/** Finds every string and template literal of the editor and its webviews. */
export function editorTexts(): SourceText[] {
  const files = globSync("src/{editor/**/*.ts,webview/**/*.ts,extension.ts}", { cwd: root }).sort();
  // The core gets a translator as an argument where it words texts for people.
  const core = globSync("src/openrouter/**/*.ts", { cwd: root }).sort();
  const isTranslated = ({ translated, context }: SourceText) => translated || context === NO_LITERAL;
  return [...files.flatMap(textsOf), ...core.flatMap(textsOf).filter(isTranslated)];
}

const NO_LITERAL = "l10n.t without a literal";

function textsOf(file: string): SourceText[] {
  const source = readFileSync(new URL(file, root), "utf8");
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const texts: SourceText[] = [];
  const add = (node: Node, text: string, context: string, translated: boolean) =>
    texts.push({ file, line: source.slice(0, node.start).split("\n").length, text, context, translated });

  function visit(node: Node, context: string): void {
    if (node.type.startsWith("TS") && node.type !== "TSAsExpression" && node.type !== "TSNonNullExpression") {
      if (node.type !== "TSSatisfiesExpression") return; // skip types
    }
    if (node.type === "CallExpression" || node.type === "NewExpression") {
      visitCall(node, context);
      return;
    }
    if (node.type === "Literal" && typeof node.value === "string") add(node, node.value, context, false);
    if (node.type === "TemplateLiteral") {
      const parts = (node.quasis as { value: { cooked: string } }[]).map((part) => part.value.cooked);
      add(node, parts.join("…"), context, false);
    }
    const within = contextOf(node, source) ?? context;
    for (const child of childrenOf(node)) visit(child, within);
  }

  function visitCall(call: Node, context: string): void {
    const callee = call.callee as Node;
    const name = source.slice(callee.start, callee.end as number);
    const args = call.arguments as Node[];
    if (/(^|\.)l10n\.t$|^t$/.test(name)) {
      const [first, ...rest] = args;
      if (first?.type === "Literal") add(first, String(first.value), name, true);
      else add(call, source.slice(call.start, call.end as number), NO_LITERAL, false);
      for (const arg of rest) visit(arg, context);
      return;
    }
    visit(callee, context);
    for (const arg of args) visit(arg, `${name}()`);
  }

  visit(program as unknown as Node, "");
  return texts;
}

function contextOf(node: Node, source: string): string | undefined {
  if (node.type === "ImportDeclaration" || node.type === "ImportExpression" || /^Export.*Declaration$/.test(node.type))
    return node.source ? "import" : undefined;
  if (node.type === "BinaryExpression") return "comparison";
  if (node.type === "Property") {
    const key = node.key as Node;
    return `${source.slice(key.start, key.end as number)}:`;
  }
  return undefined;
}

function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flat()
    .filter((child): child is Node => typeof (child as Node | null)?.type === "string");
}
