// A question about something that may change while it is asked. Pure.

interface Confirmation<T> {
  read(): Promise<T>;
  /** @param again it is asked again, since something changed meanwhile */
  ask(now: T, again: boolean): Promise<boolean>;
  isSame(asked: T, now: T): boolean;
}

/** Asks until what the person agreed to is what is there. @returns undefined where they did not agree */
export async function confirmed<T>({ read, ask, isSame }: Confirmation<T>): Promise<T | undefined> {
  let asked = await read();
  for (let again = false; await ask(asked, again); again = true) {
    const now = await read();
    if (isSame(asked, now)) return now;
    asked = now;
  }
  return undefined;
}
