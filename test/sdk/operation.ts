import type { OpenRouter } from "@openrouter/sdk";
import type { Client } from "../../src/openrouter/index.ts";
import type { SampleAccount } from "../../src/sample/index.ts";

/** A call of the official SDK and the same call of our client, with the same arguments. */
export interface Operation {
  name: string;
  sdk(sdk: OpenRouter, account: SampleAccount): Promise<unknown>;
  ours(client: Client, account: SampleAccount): Promise<unknown>;
  /** Defaults that the SDK adds to the query. Our client omits them and so requests the whole list, as documented. */
  sdkDefaults?: Record<string, string>;
  /** Parameters that we send but the SDK doesn't know; see `newerThanSdk.ts`. */
  newerParameters?: Record<string, string>;
}

export const hash = (account: SampleAccount, i = 0): string => [...account.state.keys.keys()][i]!;
export const guardrail = (account: SampleAccount, i = 0): string => [...account.state.guardrails.keys()][i]!;
export const user = (account: SampleAccount, i = 0): string => account.state.members[i]!.id;
export const workspace = (account: SampleAccount, i = 0): string => account.state.workspaces[i]!.id;
