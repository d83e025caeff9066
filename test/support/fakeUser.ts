// A fake user who is asked about agents' writes, with their settings. Questions stay open until the test answers them.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Write } from "../../src/channel/gate.ts";
import type { WriteMode } from "../../src/channel/writeMode.ts";
import type { TargetState } from "../../src/editor/agents/ask/targetState.ts";
import type { Answer, DeciderOptions } from "../../src/editor/agents/decide.ts";

interface Question {
  write: Write;
  known: TargetState;
  forSession: boolean;
  answer(answer: Answer): void;
  /** Makes the question fail. */
  fail(error: Error): void;
}

export function createAgentPerson() {
  const questions: Question[] = [];
  const lateAnswers: Write[] = [];
  const errors: string[] = [];
  const listeners: (() => void)[] = [];
  const settings = { mode: "ask" as WriteMode, asksForGrave: true };

  const options: DeciderOptions = {
    mode: () => settings.mode,
    asksForGrave: () => settings.asksForGrave,
    onModeChange: (changed) => void listeners.push(changed),
    ask: (write, _, known, { forSession }) =>
      new Promise((answer, fail) => questions.push({ write, known, forSession, answer, fail })),
    whenCompleted: async () => {},
    showTooLate: (write) => void lateAnswers.push(write),
    log: { error: (text) => void errors.push(text) },
    errorText: String,
  };

  return {
    options,
    /** The questions, in order. */
    questions,
    /** The writes whose answers came too late. */
    lateAnswers,
    /** The logged errors. */
    errors,
    settings,
    setMode(mode: WriteMode) {
      settings.mode = mode;
      for (const changed of listeners) changed();
    },
    /** Resolves once `count` questions were asked. */
    async waitForQuestions(count: number): Promise<void> {
      await waitUntil(() => questions.length >= count, `${count} questions`);
    },
  };
}

/** Waits until the condition is true. @throws AssertionError after 10 seconds */
export async function waitUntil(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, `still waiting for ${what}`);
    await sleep(5);
  }
}
