import { randomUUID } from "node:crypto";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";

/** Starts an account with 350 keys in two workspaces, 120 guardrails and 230 members. */
export async function startLargeAccount(): Promise<SampleAccount> {
  const account = await startSampleAccount({ keys: 350 });
  const { state } = account;
  const [production, research, sandbox] = state.workspaces;
  state.workspaces = [production!, research!];
  for (const one of [...state.keys.values(), ...state.guardrails.values()])
    if (one.workspace_id === sandbox!.id) one.workspace_id = research!.id;
  const [model] = state.guardrails.values();
  while (state.guardrails.size < 120) {
    const number = state.guardrails.size;
    const workspace_id = state.workspaces[number % 2]!.id;
    const id = randomUUID();
    state.guardrails.set(id, { ...model!, id, name: `Team ${number}`, workspace_id });
  }
  while (state.members.length < 230) {
    const number = state.members.length;
    const name = { first_name: "Kim", last_name: `Park ${number}` };
    state.members.push({ id: `user_${number}`, email: `kim${number}@brightleaf.example`, ...name, role: "org:member" });
  }
  return account;
}
