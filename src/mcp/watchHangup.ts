import { fstatSync, writeSync } from "node:fs";

const INTERVAL_MS = 100;
const NOTHING = new Uint8Array(0);

/**
 * Calls `onHangup` when the other end of a socket closes; Node clients use sockets for stdout. Does nothing for a pipe,
 * where only the next write fails. Returns a function that stops watching.
 */
export function watchHangup(fd: number | undefined, onHangup: () => void): () => void {
  if (fd === undefined || !isSocket(fd)) return () => {};
  const timer = setInterval(() => {
    try {
      // Writes no bytes, but fails if writing a byte would fail.
      writeSync(fd, NOTHING);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EPIPE") onHangup();
    }
  }, INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function isSocket(fd: number): boolean {
  try {
    return fstatSync(fd).isSocket();
  } catch {
    return false;
  }
}
