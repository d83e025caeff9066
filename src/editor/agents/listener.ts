import * as vscode from "vscode";
import { entryFolder } from "../../channel/entries.ts";
import { createGate } from "../../channel/gate.ts";
import { type ChannelListener, listen } from "../../channel/listen.ts";
import type { WindowState } from "../../channel/protocol.ts";
import { startedRotations } from "../../openrouter/safety/startedRotations.ts";
import type { AccountSession } from "../data/accountData.ts";
import { errorLogText } from "../platform/errorText.ts";
import {
  asksBeforeGraveWrites,
  safetyPolicySetting,
  showsNewSecrets,
  toolSelection,
  writeMode,
} from "../platform/settings.ts";
import { askToCopy } from "../secrets/copyNow.ts";
import { askUser, showTooLate } from "./ask/askUser.ts";
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
  /** Resolves once writes in progress are answered and recorded. */
  settled(): Promise<void>;
}

/** Listens for this user's MCP servers; the gate answers their requests. */
export async function startListening(services: AgentServices): Promise<AgentListening> {
  const { sessions, log, context } = services;
  const inFlight = new Set<Promise<unknown>>();
  const targetStates: TargetStates = new WeakMap();
  const completions = createCompletions();
  const decide = createDecider(
    {
      mode: writeMode,
      asksForGrave: asksBeforeGraveWrites,
      onModeChange: (changed) => context.subscriptions.push(vscode.workspace.onDidChangeConfiguration(changed)),
      ask: askUser,
      whenCompleted: completions.wait,
      showTooLate,
      log,
      errorText: errorLogText,
    },
    targetStates,
  );
  const keepSecret = createSecretKeeper({
    secrets: services.secrets,
    offer: (session, key) => offerSecret(services, session, key),
    askToCopy,
    copy: (secret) => vscode.env.clipboard.writeText(secret),
    log,
    errorText: errorLogText,
  });
  const recordWrite = createWriteRecorder({ ...services, targetName, errorText: errorLogText }, targetStates);
  const gate = createGate<AccountSession>({
    session: () => sessions.open(),
    writeMode,
    decide,
    secretKeeper: (isGone) => (showsNewSecrets() && !isGone ? undefined : keepSecret),
    onRead: createReadLogger(log),
    onSend(done) {
      inFlight.add(done);
      const forget = () => inFlight.delete(done);
      done.then(forget, forget);
    },
    onDecided(write, ...outcome) {
      recordWrite(write, ...outcome);
      completions.done(write);
    },
  });
  const onError = (error: unknown) => log.error(String(error));
  const listening = await listen({ folder: entryFolder(), state, handle: gate, onError });
  return {
    ...listening,
    async settled() {
      await Promise.allSettled(inFlight);
      await services.changes.list();
    },
  };

  async function state(): Promise<WindowState> {
    const policy = safetyPolicySetting();
    const settings = {
      writes: writeMode(),
      tools: toolSelection(),
      policy: policy === undefined ? undefined : JSON.stringify(policy),
    };
    // Views show why the session can't be opened.
    const session = await sessions.open().catch(() => undefined);
    if (!session) return settings;
    const { id, keyId, name, source, client } = session;
    const rotations = startedRotations(services.rotations.list(session));
    return {
      account: { id, keyId, name, sample: source === "sample" },
      baseUrl: client.baseUrl,
      ...settings,
      rotations,
    };
  }
}
