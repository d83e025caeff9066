import assert from "node:assert/strict";
import { setImmediate as settled } from "node:timers/promises";
import { createQuestionQueue } from "../../src/editor/agents/ask/questionQueue.ts";

describe("createQuestionQueue", () => {
  /** Creates a queue whose questions stay open until the test answers them. */
  function openQueue() {
    const inTurn = createQuestionQueue();
    const open: { name: string; answer(value: string): void }[] = [];
    const asked: string[] = [];
    const late: string[] = [];
    return {
      ...{ open, asked, late },
      ask(name: string, signal = new AbortController().signal) {
        const question = () => {
          asked.push(name);
          return new Promise<string>((answer) => open.push({ name, answer }));
        };
        return inTurn(question, signal, (answer) => late.push(`${name}: ${answer}`));
      },
    };
  }

  it("asks the next question once the previous one is answered", async () => {
    const { ask, open, asked } = openQueue();
    const [first, second] = [ask("first"), ask("second")];
    await settled();
    assert.deepEqual(asked, ["first"]);
    open[0]?.answer("yes");
    assert.equal(await first, "yes");
    await settled();
    assert.deepEqual(asked, ["first", "second"]);
    open[1]?.answer("no");
    assert.equal(await second, "no");
  });

  it("never asks a question that was aborted while waiting", async () => {
    const { ask, open, asked } = openQueue();
    const controller = new AbortController();
    const first = ask("first");
    const second = ask("second", controller.signal);
    controller.abort(new Error("gone"));
    await assert.rejects(second, /gone/);
    open[0]?.answer("yes");
    await first;
    await settled();
    assert.deepEqual(asked, ["first"]);
  });

  it("reports late answers, and asks the next question only after them", async () => {
    const { ask, open, asked, late } = openQueue();
    const controller = new AbortController();
    const first = ask("first", controller.signal);
    const second = ask("second");
    await settled();
    controller.abort(new Error("gone"));
    await assert.rejects(first, /gone/);
    await settled();
    assert.deepEqual(asked, ["first"]);
    open[0]?.answer("yes");
    await settled();
    assert.deepEqual(late, ["first: yes"]);
    open[1]?.answer("yes");
    assert.equal(await second, "yes");
  });

  it("passes to a question whether it had to wait", async () => {
    const inTurn = createQuestionQueue();
    const { signal } = new AbortController();
    const ask = () =>
      inTurn(
        async (waited) => waited,
        signal,
        () => {},
      );
    assert.deepEqual(await Promise.all([ask(), ask()]), [false, true]);
    await settled();
    assert.equal(await ask(), false);
  });

  it("continues after a question that couldn't be asked", async () => {
    const inTurn = createQuestionQueue();
    const { signal } = new AbortController();
    const failing = inTurn(
      () => Promise.reject(new Error("no window")),
      signal,
      () => {},
    );
    const next = inTurn(
      async () => "yes",
      signal,
      () => {},
    );
    await assert.rejects(failing, /no window/);
    assert.equal(await next, "yes");
  });
});
