import { t } from "@vscode/l10n";

/** Names the account of the figures; the sample account stands out, so that nobody takes its figures for real ones. */
export function drawAccount(line: HTMLElement, account: { text: string; isSample: boolean } | undefined): void {
  line.hidden = account === undefined || account.text === "";
  line.textContent = account?.text ?? "";
  line.classList.toggle("banner", account?.isSample === true);
}

/** An account as the MCP server names it in the metadata of a result. */
export interface ServerAccount {
  /** Stays the same if it is renamed; undefined if the key comes from the environment. */
  id?: string;
  /** Its name in VS Code; undefined if the key comes from the environment. */
  name?: string;
  sample: boolean;
}

/** Reads the account of a tool result's metadata; undefined for another value, such as that of an older server. */
export function readServerAccount(value: unknown): ServerAccount | undefined {
  const { id, name, sample } = (value ?? {}) as Record<string, unknown>;
  if (typeof sample !== "boolean" || !isOptionalText(id) || !isOptionalText(name)) return undefined;
  return { id, name, sample };
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}

/** Formats an account of the MCP server for `drawAccount`. */
export function serverAccountText(account: ServerAccount | undefined): { text: string; isSample: boolean } | undefined {
  if (!account) return undefined;
  const { name, sample: isSample } = account;
  if (name === undefined) return { text: isSample ? t("Sample account: invented data.") : "", isSample };
  const quoted = t("“{0}”", name);
  return {
    text: isSample ? t("Account: {0} (sample account, invented data)", quoted) : t("Account: {0}", quoted),
    isSample,
  };
}
