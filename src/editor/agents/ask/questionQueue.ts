/**
 * @param ask is told whether it waited for questions before it
 * @returns what was answered. @throws the signal's reason once it aborts, and what `ask` throws
 */
export type AskInTurn = <T>(
  ask: (waited: boolean) => Promise<T>,
  signal: AbortSignal,
  late: (answer: T) => void,
) => Promise<T>;

/**
 * Asks one question after another: VS Code shows one modal at a time, and cannot close it.
 *
 * A question whose signal aborts before its turn is not asked. One that is open then stays open; its answer counts no
 * longer, and goes to `late`.
 */
export function createQuestionQueue(): AskInTurn {
  let last: Promise<unknown> = Promise.resolve();
  let questions = 0;
  return <T>(ask: (waited: boolean) => Promise<T>, signal: AbortSignal, late: (answer: T) => void) => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const giveUp = () => reject(signal.reason);
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
    const waited = questions > 0;
    questions += 1;
    const turn = last.then(async () => {
      if (signal.aborted) return;
      const answer = await ask(waited);
      if (signal.aborted) late(answer);
      else resolve(answer);
    });
    last = turn.catch(reject).finally(() => {
      questions -= 1;
    });
    return promise.finally(() => signal.removeEventListener("abort", giveUp));
  };
}
