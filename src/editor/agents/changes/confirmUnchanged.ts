// Confirms an action on data that may change while the question is open. Pure.

interface Confirmation<T> {
  read(): Promise<T>;
  /** @param again true if the question is repeated because the data has changed */
  ask(now: T, again: boolean): Promise<boolean>;
  isSame(asked: T, now: T): boolean;
}

/** Repeats the question until the confirmed data is still current. @returns undefined if the user declines */
export async function confirmUnchanged<T>({ read, ask, isSame }: Confirmation<T>): Promise<T | undefined> {
  let asked = await read();
  for (let again = false; await ask(asked, again); again = true) {
    const now = await read();
    if (isSame(asked, now)) return now;
    asked = now;
  }
  return undefined;
}
