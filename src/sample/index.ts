// The sample account: a server on this machine that behaves as OpenRouter's management API does, for trying the
// extension without a key and for its tests.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Callers, mask, newManagementSecret, newSecret } from "./auth.ts";
import { hex } from "./random.ts";
import type { Settings } from "./route.ts";
import { seed } from "./seed/index.ts";
import { answer, type RecordedRequest } from "./server.ts";
import type { SampleState } from "./state.ts";

export type { RecordedRequest } from "./server.ts";
export type * from "./state.ts";

export interface SampleOptions {
  now?: () => Date;
  /** No organisation: its members are 404. */
  personal?: boolean;
  /** False: the analytics answer 403, as where an account does not have them. */
  analytics?: boolean;
  /** How many keys the account has, 36 unless given. */
  keys?: number;
  port?: number;
  /** What `PATCH /keys` does with `expires_at`, which its document does not name; "ignore" unless given. */
  patchExpiresAt?: Settings["patchExpiresAt"];
  /**
   * What `GET /keys` does with `include_expired`: "known" unless given. Deployments older than the parameter "ignore"
   * it and list expired keys always; one that checks its query may "refuse" it.
   */
  includeExpired?: Settings["includeExpired"];
}

export interface SampleAccount {
  /** http://127.0.0.1:PORT/api/v1 */
  baseUrl: string;
  /** A management key; its beginning says that it is the sample account's. */
  key: string;
  /** A valid key that may not manage the account. */
  inferenceKey: string;
  /** Answers 401. */
  revokedKey: string;
  /** Live. */
  state: SampleState;
  /** What was asked, the last 20,000. */
  requests: RecordedRequest[];
  close(): Promise<void>;
}

/** Starts a sample account with a key of its own; its content is the same at every start but for the dates. */
export async function startSampleAccount(options: SampleOptions = {}): Promise<SampleAccount> {
  const now = options.now ?? (() => new Date());
  const personal = options.personal ?? false;
  const { state, first } = seed({ now: now().getTime(), personal, keys: options.keys ?? 36 });
  const [key, inferenceKey, revokedKey] = [newManagementSecret(), newSecret(), newSecret()];
  const callers: Callers = new Map([
    [hex(key), { management: true, label: mask(key) }],
    [hex(inferenceKey), { management: false, key: first }],
  ]);
  const requests: RecordedRequest[] = [];
  const settings = {
    personal,
    analytics: options.analytics ?? true,
    patchExpiresAt: options.patchExpiresAt ?? "ignore",
    includeExpired: options.includeExpired ?? "known",
  };
  const server = createServer(answer({ state, callers, settings, requests, now: () => now().getTime() }));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { baseUrl: `http://127.0.0.1:${port}/api/v1`, key, inferenceKey, revokedKey, state, requests, close };
}
