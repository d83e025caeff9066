// A real VS Code on a sample account in which a model, a provider and a key have names that would do harm where they
// were taken for more than text.
import type { Page } from "playwright-core";
import {
  type LedgerRow,
  type SampleAccount,
  type SampleOptions,
  startSampleAccount,
} from "../../../src/sample/index.ts";
import { type Session, startSession } from "../host/session.ts";
import { type Watch, watchWebviews } from "../host/webview.ts";
import { dayAgo } from "../truth/spend.ts";

export const MODEL = '<img src=x onerror="globalThis.__pwned=1">';
export const PROVIDER = '"><script>globalThis.__pwned=2</script>';
export const KEY = '=HYPERLINK("http://127.0.0.1:9/","x")';

export interface ActivityBench {
  account: SampleAccount;
  session: Session;
  page: Page;
  watch: Watch;
  close(): Promise<void>;
}

interface ActivityBenchOptions {
  account?: SampleOptions;
  viewport?: { width: number; height: number };
  settings?: Record<string, unknown>;
  /** Gives the base URL that the extension uses, a proxy's for instance. */
  through?(account: SampleAccount): Promise<string>;
}

/** @param options.viewport high enough for the chart and the table unless given */
export async function startActivityBench(options: ActivityBenchOptions = {}): Promise<ActivityBench> {
  const account = await startHostileAccount(options.account);
  const session = await startSession(account, {
    baseUrl: await options.through?.(account),
    viewport: options.viewport ?? { width: 1300, height: 1300 },
    settings: {
      "chat.disableAIFeatures": true,
      "workbench.secondarySideBar.defaultVisibility": "hidden",
      ...options.settings,
    },
  });
  const { page, host } = session;
  const watch = await watchWebviews(page, host);
  return {
    ...{ account, session, page, watch },
    async close() {
      await session.close();
      await account.close();
    },
  };
}

/** An account whose ledger has rows of hostile names in the last days, today among them. */
export async function startHostileAccount(options: SampleOptions = {}): Promise<SampleAccount> {
  const account = await startSampleAccount(options);
  const headers = { authorization: `Bearer ${account.key}`, "content-type": "application/json" };
  const response = await fetch(`${account.baseUrl}/keys`, {
    ...{ method: "POST", headers, body: JSON.stringify({ name: KEY }) },
  });
  const { hash } = ((await response.json()) as { data: { hash: string } }).data;
  for (const [ago, usd, byok] of [
    [0, 0.5, 0],
    [1, 120.25, 3.5],
    [2, 90.000_001, 0],
    [9, 20, 1.25],
  ] as const) {
    add(account, { hash, ago, usage: usd, byok });
    add(account, { hash, ago, usage: usd / 8, byok: 0, provider: PROVIDER });
  }
  return account;
}

interface Spend {
  hash: string;
  /** Days before today. */
  ago: number;
  /** USD. */
  usage: number;
  byok: number;
  provider?: string;
}

function add({ state }: SampleAccount, { hash, ago, usage, byok, provider }: Spend): void {
  const like = state.ledger.find(
    ({ day, workspaceId }) => day === dayAgo(ago) && workspaceId === state.defaultWorkspaceId,
  );
  if (!like) throw new Error(`The sample account spent nothing ${ago} days ago.`);
  const row: LedgerRow = {
    ...{ ...like, key: hash, model: MODEL, permaslug: MODEL, provider: provider ?? like.provider },
    ...{ endpointId: `hostile ${provider ?? like.provider}`, usage: usage * 1e6, byok: byok * 1e6, requests: 7 },
  };
  state.ledger.push(row);
  state.ledgerByKey.set(hash, [...(state.ledgerByKey.get(hash) ?? []), row]);
}
