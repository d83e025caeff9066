import * as vscode from "vscode";
import { entryFolder } from "../../channel/entries.ts";
import { createGate } from "../../channel/gate.ts";
import { type ChannelListener, listen } from "../../channel/listen.ts";
import type { WindowState } from "../../channel/protocol.ts";
import type { AccountSession } from "../data/accountData.ts";
import { errorText } from "../platform/errorText.ts";
import { asksBeforeGraveWrites, showsNewSecrets, writeMode } from "../platform/settings.ts";
import { askToCopy } from "../secrets/copyNow.ts";
import { askPerson, showTooLate } from "./ask/askPerson.ts";
import { createCompletions } from "./ask/completions.ts";
import { targetName } from "./ask/question.ts";
import type { TargetStates } from "./ask/targetState.ts";
import { createDecider } from "./decide.ts";
import { createSecretKeeper } from "./keepSecret.ts";
import { createReadLogger } from "./logReads.ts";
import { offerSecret } from "./offerSecret.ts";
import { createWriteRecorder } from "./recordWrite.ts";
import type { AgentServices } from "./services.ts";

export interface AgentListening extends ChannelListener {
  /** Resolves once writes that are being sent are answered and recorded. */
  settled(): Promise<void>;
}

/** Lets MCP servers of this user ask this window, through the gate. */
export async function startListening(services: AgentServices): Promise<AgentListening> {
  const { sessions, log, context } = services;
  const underWay = new Set<Promise<unknown>>();
  const before: TargetStates = new WeakMap();
  const carriedOut = createCompletions();
  const decide = createDecider(
    {
      mode: writeMode,
      asksForGrave: asksBeforeGraveWrites,
      onModeChange: (changed) => context.subscriptions.push(vscode.workspace.onDidChangeConfiguration(changed)),
      ask: askPerson,
      carriedOut: carriedOut.wait,
      showTooLate,
      log,
      errorText,
    },
    before,
  );
  const keep = createSecretKeeper({
    secrets: services.secrets,
    offer: (session, key) => offerSecret(services, session, key),
    askToCopy,
    copy: (secret) => vscode.env.clipboard.writeText(secret),
    log,
    errorText,
  });
  const tell = createWriteRecorder({ ...services, targetName, errorText }, before);
  const gate = createGate<AccountSession>({
    session: () => sessions.open(),
    writeMode,
    decide,
    secretKeeper: (isGone) => (showsNewSecrets() && !isGone ? undefined : keep),
    onRead: createReadLogger(log),
    onSend(done) {
      underWay.add(done);
      const isOver = () => underWay.delete(done);
      done.then(isOver, isOver);
    },
    onDecided(write, ...outcome) {
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
