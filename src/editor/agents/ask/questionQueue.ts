/**
 * Asks a question once all earlier ones are answered.
 * @param ask receives true if it had to wait for earlier questions
 * @param late receives an answer that comes after the signal aborted
 * @returns the answer. @throws the signal's reason when it aborts; the errors of `ask`
 */
export type AskInTurn = <T>(
  ask: (waited: boolean) => Promise<T>,
  signal: AbortSignal,
  late: (answer: T) => void,
) => Promise<T>;

/**
 * Creates a queue that asks one question after another: VS Code shows one modal at a time, and can't close it.
 *
 * A question whose signal aborts before its turn is not asked. If it is already open, it stays open, but its answer is
 * ignored and passed to `late`.
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
