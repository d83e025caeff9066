import { parse } from "jsonc-parser";
import * as vscode from "vscode";

/** The characters around a comment of one line. */
export interface CommentSyntax {
  open: string;
  close: string;
}

/** Languages whose files must not contain comments, whatever the editor accepts. */
const WITHOUT_COMMENTS = new Set(["json", "jsonl", "csv", "tsv", "search-result"]);
const HASH: CommentSyntax = { open: "# ", close: "" };

/** A language configuration, as far as we read it. */
interface Configuration {
  comments?: { lineComment?: string | { comment?: string } | null; blockComment?: [string, string] | null };
}

const known = new Map<string, CommentSyntax | undefined>();

/** Returns how a language's comments are written; undefined if it has none. Read from the extension that defines the language. */
export async function commentSyntax(languageId: string): Promise<CommentSyntax | undefined> {
  if (WITHOUT_COMMENTS.has(languageId)) return undefined;
  if (!known.has(languageId)) known.set(languageId, await read(languageId));
  return known.get(languageId);
}

async function read(languageId: string): Promise<CommentSyntax | undefined> {
  const files = configurationFiles(languageId);
  for (const file of files) {
    const syntax = syntaxOf(await readConfiguration(file));
    if (syntax) return syntax;
  }
  // Text files such as `.env` without an extension for them.
  return files.length === 0 ? HASH : undefined;
}

function configurationFiles(languageId: string): vscode.Uri[] {
  return vscode.extensions.all.flatMap(({ extensionUri, packageJSON }) => {
    const languages: unknown = packageJSON?.contributes?.languages;
    if (!Array.isArray(languages)) return [];
    return languages
      .filter(({ id, configuration }) => id === languageId && typeof configuration === "string")
      .map(({ configuration }) => vscode.Uri.joinPath(extensionUri, configuration));
  });
}

async function readConfiguration(file: vscode.Uri): Promise<Configuration | undefined> {
  try {
    const bytes = await vscode.workspace.fs.readFile(file);
    return parse(new TextDecoder().decode(bytes), [], { allowTrailingComma: true });
  } catch {
    return undefined;
  }
}

function syntaxOf(configuration: Configuration | undefined): CommentSyntax | undefined {
  const { lineComment, blockComment } = configuration?.comments ?? {};
  const line = typeof lineComment === "object" ? lineComment?.comment : lineComment;
  if (typeof line === "string" && line.trim()) return { open: `${line.trim()} `, close: "" };
  const [open, close] = Array.isArray(blockComment) ? blockComment : [];
  return open && close ? { open: `${open} `, close: ` ${close}` } : undefined;
}
