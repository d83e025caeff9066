import type { OpenRouter } from "@openrouter/sdk";
import type { Client } from "../../src/openrouter/index.ts";
import type { SampleAccount } from "../../src/sample/index.ts";

/** A call of the official SDK and ours, with the same arguments. */
export interface Operation {
  name: string;
  sdk(sdk: OpenRouter, account: SampleAccount): Promise<unknown>;
  ours(client: Client, account: SampleAccount): Promise<unknown>;
  /** Defaults that the SDK writes into the query of its own accord; we ask for the whole list, as the document allows. */
  added?: Record<string, string>;
  /** What we ask for besides, which the SDK does not know: see `newer.ts`. */
  newer?: Record<string, string>;
}

export const hash = (account: SampleAccount, i = 0): string => [...account.state.keys.keys()][i]!;
export const guardrail = (account: SampleAccount, i = 0): string => [...account.state.guardrails.keys()][i]!;
export const user = (account: SampleAccount, i = 0): string => account.state.members[i]!.id;
export const workspace = (account: SampleAccount, i = 0): string => account.state.workspaces[i]!.id;
