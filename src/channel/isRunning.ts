/** True if a process with this id is running. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process is running and belongs to another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
