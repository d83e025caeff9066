import assert from "node:assert/strict";
import { OpenRouter } from "@openrouter/sdk";
import { OpenRouterError } from "@openrouter/sdk/models/errors";
import { type LedgerRow, type SampleAccount, type SampleOptions, startSampleAccount } from "../../src/sample/index.ts";

/** Creates OpenRouter's official client for a sample account; by default with its management key. */
export function sdkFor(account: SampleAccount, key = account.key): OpenRouter {
  return new OpenRouter({ apiKey: key, serverURL: account.baseUrl, retryConfig: { strategy: "none" } });
}

/** The current day of the tests' accounts, a Wednesday. */
export const TODAY = "2026-06-10";
export const NOON = `${TODAY}T12:00:00.000Z`;
/** The first of the 30 completed days of `/activity`. */
export const FIRST_DAY = "2026-05-11";

/** Starts a new sample account for each test of the suite, with the SDK connected to it. */
export function sampleForEach() {
  const sample = {
    account: undefined as unknown as SampleAccount,
    sdk: undefined as unknown as OpenRouter,

    /** Replaces the account with one that has other options. */
    async start(options: SampleOptions = {}) {
      await sample.account?.close();
      sample.account = await startSampleAccount({ now: () => new Date(NOON), ...options });
      sample.sdk = sdkFor(sample.account);
    },

    /** Sends a request without the SDK. */
    // biome-ignore lint/suspicious/noExplicitAny: responses of every kind
    async raw(path: string, body?: unknown, method = body ? "POST" : "GET"): Promise<{ status: number; body: any }> {
      const headers = { authorization: `Bearer ${sample.account.key}` };
      const response = await fetch(sample.account.baseUrl + path, { method, headers, body: JSON.stringify(body) });
      return { status: response.status, body: await response.json() };
    },

    key: (name: string) => [...sample.account.state.keys.values()].find((key) => key.name === name)!,
    guardrail: (name: string) => [...sample.account.state.guardrails.values()].find((one) => one.name === name)!,
    /** 0 is Production, the default workspace; 1 is Research. */
    workspace: (i: number) => sample.account.state.workspaces[i]!,
    /** The ledger of the 30 completed days. */
    completed: () => sample.account.state.ledger.filter((row) => row.day >= FIRST_DAY && row.day < TODAY),
  };
  beforeEach(() => sample.start());
  after(() => sample.account.close());
  return sample;
}

/** Sums one field of ledger rows. */
export const sumOf = (rows: readonly LedgerRow[], of: (row: LedgerRow) => number): number =>
  rows.reduce((sum, row) => sum + of(row), 0);

/** Asserts that two numbers are equal except for floating-point noise. */
export function assertNear(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);
}

/** Asserts that a call fails with this status and message, and returns the SDK's error. */
export async function assertRefused(
  promise: Promise<unknown>,
  status: number,
  message: RegExp,
): Promise<OpenRouterError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof OpenRouterError, String(error));
    assert.equal(error.statusCode, status);
    assert.match(error.body, message);
    assert.equal(JSON.parse(error.body).error.code, status);
    return error;
  }
  return assert.fail(`did not fail with ${status}`);
}
