// A real VS Code with a sample account whose model, provider and key names would do harm if they were not treated as text.
import {
  type LedgerRow,
  type SampleAccount,
  type SampleOptions,
  startSampleAccount,
} from "../../../src/sample/index.ts";
import { describeSession } from "../host/session.ts";
import { dayAgo } from "../truth/spend.ts";

export const MODEL = '<img src=x onerror="globalThis.__pwned=1">';
export const PROVIDER = '"><script>globalThis.__pwned=2</script>';
export const KEY = '=HYPERLINK("http://127.0.0.1:9/","x")';

/**
 * Describes a suite about the activity panel. Its account has hostile names, its webviews are watched for CSP violations
 * and errors, and its window is tall enough for chart and table.
 */
export function describeActivity(
  name: string,
  options: Parameters<typeof describeSession>[1],
  body: Parameters<typeof describeSession>[2],
): void {
  const viewport = { width: 1300, height: 1300 };
  describeSession(name, { account: () => startHostileAccount(), viewport, watch: true, ...options }, body);
}

/** Starts an account with hostile names in its ledger in recent days, including today. */
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
