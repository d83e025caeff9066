// Reads the sample account's guardrails and drives the Guardrails view.
import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { GuardrailRecord, SampleAccount } from "../../../src/sample/index.ts";
import { dismissAll } from "../host/dismissAll.ts";
import type { Session } from "../host/session.ts";
import { chooseInContextMenu, findRow, type Row, viewRows } from "../host/tree.ts";

export const VIEW = "Guardrails";

export interface GuardrailDriver {
  /** The account's guardrail with this name. */
  named(name: string): GuardrailRecord;
  /** The names of the keys and the ids of the members that the guardrail is assigned to. */
  assigned(name: string): { keys: string[]; members: string[] };
  requests(method: string): SampleAccount["requests"];
  /** @param parent needed if several rows have the label */
  row(label: string | RegExp, parent?: string): Promise<Locator>;
  /** Runs an action of a row's context menu. */
  menu(label: string | RegExp, action: string): Promise<void>;
  /** The rows of guardrails, under those of their workspaces. */
  rows(): Promise<Row[]>;
}

/** Returns helpers for a session with an open Guardrails view. Closes what a test leaves open. */
export function guardrailDriver(session: Session): GuardrailDriver {
  const row = (label: string | RegExp, parent?: string) => findRow(session.page, VIEW, label, { parent });
  const named = (name: string) => {
    const found = [...session.account.state.guardrails.values()].find((one) => one.name === name);
    assert.ok(found, `there is no guardrail ${name}`);
    return found;
  };
  afterEach(() => dismissAll(session.page));

  return {
    ...{ row, named },
    assigned(name) {
      const { state } = session.account;
      const { id } = named(name);
      const targets = (store: "keyAssignments" | "memberAssignments") =>
        state[store].filter((one) => one.guardrail_id === id).map(({ target }) => target);
      const keys = targets("keyAssignments").map((hash) => state.keys.get(hash)?.name ?? hash);
      return { keys: keys.sort(), members: targets("memberAssignments") };
    },
    requests: (method) => session.account.requests.filter((one) => one.method === method),
    menu: async (label, action) => chooseInContextMenu(await row(label), action),
    rows: async () =>
      (await viewRows(session.page, VIEW, { all: true })).filter(
        ({ level, icon }) => level === 2 && ["shield", "star-full"].includes(icon),
      ),
  };
}
