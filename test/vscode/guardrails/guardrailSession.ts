// What is true of the account's guardrails, and their view.
import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { GuardrailRecord, SampleAccount } from "../../../src/sample/index.ts";
import { clearAway } from "../host/clearAway.ts";
import type { Session } from "../host/session.ts";
import { chooseInContextMenu, findRow, type Row, viewRows } from "../host/tree.ts";

export const VIEW = "Guardrails";

export interface GuardrailBench {
  /** The account's guardrail of that name. */
  named(name: string): GuardrailRecord;
  /** The names of the keys and the ids of the members that it binds. */
  bound(name: string): { keys: string[]; members: string[] };
  requests(method: string): SampleAccount["requests"];
  row(label: string | RegExp): Promise<Locator>;
  menu(label: string | RegExp, entry: string): Promise<void>;
  /** The rows of guardrails. */
  roots(): Promise<Row[]>;
}

/** For the tests of a session whose Guardrails view is open; what a test leaves open is closed after it. */
export function guardrailBench(session: Session): GuardrailBench {
  const row = (label: string | RegExp) => findRow(session.page, VIEW, label);
  const named = (name: string) => {
    const found = [...session.account.state.guardrails.values()].find((one) => one.name === name);
    assert.ok(found, `there is no guardrail ${name}`);
    return found;
  };
  afterEach(() => clearAway(session.page));

  return {
    ...{ row, named },
    bound(name) {
      const { state } = session.account;
      const { id } = named(name);
      const targets = (store: "keyAssignments" | "memberAssignments") =>
        state[store].filter((one) => one.guardrail_id === id).map(({ target }) => target);
      const keys = targets("keyAssignments").map((hash) => state.keys.get(hash)?.name ?? hash);
      return { keys: keys.sort(), members: targets("memberAssignments") };
    },
    requests: (method) => session.account.requests.filter((one) => one.method === method),
    menu: async (label, entry) => chooseInContextMenu(await row(label), entry),
    roots: async () => (await viewRows(session.page, VIEW, { all: true })).filter((one) => one.level === 1),
  };
}
