import * as vscode from "vscode";

/** The part of undici's dispatcher that `fetch` uses. */
interface Dispatcher {
  dispatch(...args: unknown[]): boolean;
}

const MAX_CERTIFICATES_BYTES = 10_000_000;

let cached: { file: string; dispatcher: Dispatcher | undefined } | undefined;

/**
 * Returns the options of `fetch` with which VS Code trusts the certificates of NODE_EXTRA_CA_CERTS. With
 * `http.systemCertificates`, it passes a list of certificates to `fetch` that replaces Node's, so these are lost. It prefers
 * the list of a request's undici agent, which it finds by the descriptions of symbols
 * (`getAgentOptions` in @vscode/proxy-agent). With `http.proxySupport` "on", it doesn't use the proxy for a request with an
 * agent, so there these certificates are given up for the proxy.
 */
export function fetchOptions(): RequestInit {
  const file = process.env.NODE_EXTRA_CA_CERTS;
  const http = vscode.workspace.getConfiguration("http");
  const isReplaced = http.get("systemCertificates", true) && http.get("fetchAdditionalSupport", true);
  if (!file || !isReplaced || http.get("proxySupport") === "on") return {};
  if (cached?.file !== file) cached = { file, dispatcher: createDispatcher(file) };
  return (cached.dispatcher ? { dispatcher: cached.dispatcher } : {}) as RequestInit;
}

/** @returns undefined if the file can't be used; Node has warned about it */
function createDispatcher(file: string): Dispatcher | undefined {
  try {
    const { getCACertificates, rootCertificates } = process.getBuiltinModule("node:tls");
    const { readFileSync, statSync } = process.getBuiltinModule("node:fs");
    // Anything else could block the extension host.
    const stat = statSync(file);
    if (!stat.isFile() || stat.size > MAX_CERTIFICATES_BYTES) return undefined;
    const ca = [...rootCertificates, ...(getCACertificates?.("system") ?? []), readFileSync(file, "utf8")];
    return {
      // Only called if VS Code leaves the request to Node.
      dispatch: (...args) => nodeDispatcher().dispatch(...args),
      [Symbol("options")]: { connect: { ca } },
      [Symbol("proxy agent")]: { [Symbol("options")]: { requestTls: { ca }, proxyTls: { ca } } },
    } as Dispatcher;
  } catch {
    return undefined;
  }
}

function nodeDispatcher(): Dispatcher {
  return (globalThis as unknown as Record<symbol, Dispatcher>)[Symbol.for("undici.globalDispatcher.1")] as Dispatcher;
}
