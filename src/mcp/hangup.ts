import { fstatSync, writeSync } from "node:fs";

const INTERVAL_MS = 250;
const NOTHING = new Uint8Array(0);

/**
 * Calls back when nobody can read what is written to a file descriptor any more, for as long as the returned function is
 * not called. Works where a client made a socket of it, as Node does; what is a pipe is found broken at the next write.
 */
export function watchHangup(fd: number | undefined, onHangup: () => void): () => void {
  if (fd === undefined || !isSocket(fd)) return () => {};
  const timer = setInterval(() => {
    try {
      // Sends nothing, and fails where a byte would.
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
