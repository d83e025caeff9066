import * as vscode from "vscode";
import { entryFolder } from "../../channel/folder.ts";
import { createGate } from "../../channel/gate.ts";
import { type Listening, listen } from "../../channel/listen.ts";
import type { WindowState } from "../../channel/protocol.ts";
import type { AccountSession } from "../data/accountData.ts";
import { errorText } from "../platform/errorText.ts";
import { asksForGraveWrites, showNewSecrets, writeMode } from "../platform/settings.ts";
import { askToCopy } from "../secrets/copyAtOnce.ts";
import { askPerson, tellLate } from "./ask/askPerson.ts";
import type { BeforeWrites } from "./ask/before.ts";
import { createCarriedOut } from "./ask/carriedOut.ts";
import { targetName } from "./ask/question.ts";
import { createDecider } from "./decide.ts";
import { createKeeper } from "./keepSecret.ts";
import { offerSecret } from "./offerSecret.ts";
import { createReadLog } from "./readLog.ts";
import type { AgentServices } from "./services.ts";
import { createTeller } from "./tell.ts";

export interface AgentListening extends Listening {
  /** Resolves once writes that are being sent are answered and recorded. */
  settled(): Promise<void>;
}

/** Lets MCP servers of this user ask this window, through the gate. */
export async function startListening(services: AgentServices): Promise<AgentListening> {
  const { sessions, log, context } = services;
  const underWay = new Set<Promise<unknown>>();
  const before: BeforeWrites = new WeakMap();
  const carriedOut = createCarriedOut();
  const decide = createDecider(
    {
      mode: writeMode,
      asksForGrave: asksForGraveWrites,
      onModeChange: (changed) => context.subscriptions.push(vscode.workspace.onDidChangeConfiguration(changed)),
      ask: askPerson,
      carriedOut: carriedOut.wait,
      tellLate,
      log,
      errorText,
    },
    before,
  );
  const keep = createKeeper({
    secrets: services.secrets,
    offer: (session, key) => offerSecret(services, session, key),
    askToCopy,
    copy: (secret) => vscode.env.clipboard.writeText(secret),
    log,
    errorText,
  });
  const tell = createTeller({ ...services, targetName, errorText }, before);
  const gate = createGate<AccountSession>({
    session: () => sessions.open(),
    writes: writeMode,
    decide,
    keeper: (isGone) => (showNewSecrets() && !isGone ? undefined : keep),
    reads: createReadLog(log),
    sending(done) {
      underWay.add(done);
      const isOver = () => underWay.delete(done);
      done.then(isOver, isOver);
    },
    decided(write, ...outcome) {
      tell(write, ...outcome);
      carriedOut.done(write);
    },
  });
  const onError = (error: unknown) => log.error(String(error));
  const listening = await listen({ folder: entryFolder(), state, handle: gate, onError });
  return {
    ...listening,
    async settled() {
      await Promise.allSettled(underWay);
      await services.changes.list();
    },
  };

  async function state(): Promise<WindowState> {
    const writes = writeMode();
    // Why it cannot be opened is shown in the views.
    const session = await sessions.open().catch(() => undefined);
    if (!session) return { writes };
    const { id, name, source, client } = session;
    return { account: { id, name, sample: source === "sample" }, baseUrl: client.baseUrl, writes };
  }
}
