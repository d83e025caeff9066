import assert from "node:assert/strict";
import { setImmediate as settled } from "node:timers/promises";
import { createQuestionQueue } from "../../src/editor/agents/ask/questionQueue.ts";

describe("questions to a person, one after another", () => {
  /** Questions that are open until the test answers them. */
  function desk() {
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

  it("asks the next once the one before is answered", async () => {
    const { ask, open, asked } = desk();
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

  it("gives up one that waits, and never asks it", async () => {
    const { ask, open, asked } = desk();
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

  it("takes no answer that comes too late, and says so; the next waits for it all the same", async () => {
    const { ask, open, asked, late } = desk();
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

  it("tells a question whether it waited for another", async () => {
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

  it("goes on after a question that could not be asked", async () => {
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
