// The sample account: a server on this machine that imitates OpenRouter's management API, for trying the extension
// without a key and for tests.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { accountSecret, type Callers, managementSecret, maskSecret } from "./auth.ts";
import { createIds, sha256Hex } from "./random.ts";
import type { Settings } from "./route.ts";
import { ANALYTICS_PER_MINUTE } from "./routes/rateLimit.ts";
import { createState } from "./seed/index.ts";
import { createRequestListener, type RecordedRequest } from "./server.ts";
import type { SampleState } from "./state.ts";

export type { RecordedRequest } from "./server.ts";
export type * from "./state.ts";

export interface SampleOptions {
  now?: () => Date;
  /** Determines the account's keys and ids; random by default, so that each start is an account of its own. */
  seed?: string;
  /** A personal account: without an organization, `GET /organization/members` returns 404. */
  personal?: boolean;
  /** False: analytics return 403, as for accounts without them. */
  analytics?: boolean;
  /** The rate limit of analytics; default 64, as at OpenRouter. */
  analyticsPerMinute?: number;
  /** The number of keys; default 36. */
  keys?: number;
  port?: number;
  /** How `PATCH /keys/{hash}` treats the undocumented field `expires_at`; default "ignore". */
  patchExpiresAt?: Settings["patchExpiresAt"];
  /**
   * How `GET /keys` treats `include_expired`; default "known". Deployments older than the parameter "ignore" it and always
   * list expired keys; those that validate the query "refuse" it.
   */
  includeExpired?: Settings["includeExpired"];
}

export interface SampleAccount {
  /** http://127.0.0.1:PORT/api/v1 */
  baseUrl: string;
  /** A management key, recognizable as the sample account's. */
  key: string;
  /** A valid key that can't manage the account. */
  inferenceKey: string;
  /** Requests with this key return 401. */
  revokedKey: string;
  /** The live state: changes take effect at once. */
  state: SampleState;
  /** The last 20,000 requests. */
  requests: RecordedRequest[];
  close(): Promise<void>;
}

/**
 * Starts a sample account. Names and figures are the same at every start, apart from dates; keys and ids are those of the seed,
 * so two sample accounts are as distinct as two real ones.
 */
export async function startSampleAccount(options: SampleOptions = {}): Promise<SampleAccount> {
  const now = options.now ?? (() => new Date());
  const personal = options.personal ?? false;
  const ids = createIds(options.seed ?? randomUUID());
  const { state, inferenceKey: inferenceKeyRecord } = createState({
    now: now().getTime(),
    ids,
    personal,
    keys: options.keys ?? 36,
  });
  const key = managementSecret(ids);
  const [inferenceKey, revokedKey] = [accountSecret(ids, "inference key"), accountSecret(ids, "revoked key")];
  inferenceKeyRecord.label = maskSecret(inferenceKey);
  const callers: Callers = new Map([
    [sha256Hex(key), { management: true, label: maskSecret(key) }],
    [sha256Hex(inferenceKey), { management: false, key: inferenceKeyRecord }],
  ]);
  const requests: RecordedRequest[] = [];
  const settings = {
    personal,
    analytics: options.analytics ?? true,
    analyticsPerMinute: options.analyticsPerMinute ?? ANALYTICS_PER_MINUTE,
    patchExpiresAt: options.patchExpiresAt ?? "ignore",
    includeExpired: options.includeExpired ?? "known",
  };
  const server = createServer(
    createRequestListener({ state, callers, settings, requests, now: () => now().getTime() }),
  );
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
