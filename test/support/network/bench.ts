// OpenRouter behind a proxy and a private certificate authority, all on this machine.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ConnectionFailure } from "../../../src/openrouter/http/failedLink.ts";
import { type SampleAccount, startSampleAccount } from "../../../src/sample/index.ts";
import { type Certificate, createPrivateCa, createSelfSigned, type PrivateCa } from "./certificates.ts";
import { type ConnectProxy, type ProxyOptions, startConnectProxy } from "./connectProxy.ts";
import { startTlsFront, type TlsFront } from "./openRouterTls.ts";

export const OPENROUTER = "openrouter.ai:443";

export interface NetworkBench {
  account: SampleAccount;
  ca: PrivateCa;
  /** Starts something that answers at OpenRouter's address, by default the account with a certificate of the CA. */
  front(certificate?: Certificate, respond?: Parameters<typeof startTlsFront>[2]): Promise<TlsFront>;
  selfSigned(): Certificate;
  /** Starts a proxy whose tunnel to OpenRouter leads to `front`. */
  proxy(front: TlsFront, options?: Partial<ProxyOptions>): Promise<ConnectProxy>;
  close(): Promise<void>;
}

export async function startNetworkBench(): Promise<NetworkBench> {
  const account = await startSampleAccount();
  const ca = createPrivateCa();
  const opened: { close(): Promise<void> }[] = [account];
  const opening = <T extends { close(): Promise<void> }>(one: T): T => {
    opened.unshift(one);
    return one;
  };
  return {
    account,
    ca,
    front: async (certificate = ca.issue({ host: "openrouter.ai" }), respond) =>
      opening(await startTlsFront(certificate, account.baseUrl, respond)),
    selfSigned: () => createSelfSigned("openrouter.ai"),
    proxy: async (front, options) =>
      opening(await startConnectProxy({ targets: { [OPENROUTER]: front.port }, ...options })),
    async close() {
      for (const one of opened) await one.close();
      ca.remove();
    },
  };
}

/** Returns the environment of a process that uses a proxy. Node's own support reads both spellings. */
export function proxyEnv(url: string): Record<string, string> {
  return { NODE_USE_ENV_PROXY: "1", HTTPS_PROXY: url, https_proxy: url };
}

export interface Outcome {
  works: boolean;
  name?: string;
  message?: string;
  nextStep?: string;
  connection?: ConnectionFailure;
  mayHaveTakenEffect?: boolean;
  /** Everything that the process printed. */
  output: string;
}

const REQUEST = fileURLToPath(new URL("request.ts", import.meta.url));

/** Sends a request with our client, in a process with this environment. */
export async function sendRequest(
  env: Record<string, string>,
  { operation = "read", baseUrl = "https://openrouter.ai/api/v1", node = process.execPath } = {},
): Promise<Outcome> {
  const { stdout, stderr } = await promisify(execFile)(node, [REQUEST, operation, baseUrl], { env });
  return { ...JSON.parse(stdout), output: stdout + stderr };
}
