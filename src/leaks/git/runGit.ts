// Runs Git so that a repository that is searched can't run programs, ask questions, fetch or be changed.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { devNull } from "node:os";
import { findProgram } from "./findProgram.ts";

/** Git failed. The message is Git's own first line. */
export class GitError extends Error {
  override name = "GitError";
  readonly isMissing: boolean;
  readonly isUntrusted: boolean;
  constructor(message: string, isMissing = false) {
    super(message);
    this.isMissing = isMissing;
    this.isUntrusted = /dubious ownership|unsafe repository|safe\.directory/.test(message);
  }
}

export interface Git {
  /** The absolute path of the program, or its name in a folder of PATH. */
  program: string;
  signal: AbortSignal;
}

/** Settings of a repository that would run a program or read the work tree. */
const safeSettings = {
  "core.fsmonitor": "false",
  "core.hooksPath": devNull,
  "core.untrackedCache": "false",
  "core.pager": "cat",
  "core.quotePath": "false",
  "log.showSignature": "false",
  "log.follow": "false",
  "submodule.recurse": "false",
  "fetch.recurseSubmodules": "false",
  "i18n.logOutputEncoding": "UTF-8",
  "gc.auto": "0",
  "maintenance.auto": "false",
};

/** Variables of Git that remain: where Git is, and which of the person's own settings it reads. */
const keptVariables = new Set(["GIT_EXEC_PATH", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"]);

function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !name.toUpperCase().startsWith("GIT_") || keptVariables.has(name.toUpperCase()),
  );
  return {
    ...Object.fromEntries(own),
    LC_ALL: "C",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    SSH_ASKPASS: "",
    GCM_INTERACTIVE: "never",
    // Missing objects are not fetched; versions before 2.44 don't know the first variable.
    GIT_NO_LAZY_FETCH: "1",
    GIT_ALLOW_PROTOCOL: "none",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_LITERAL_PATHSPECS: "1",
  };
}

function start(git: Git, { cwd, args, env }: GitOptions): ChildProcessWithoutNullStreams {
  const settings = Object.entries(safeSettings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const program = findProgram(git.program);
  if (program === undefined) throw new GitError("Git is not found.", true);
  return spawn(program, [...settings, "--no-pager", ...args], {
    cwd,
    env: { ...environment(), ...env },
    windowsHide: true,
    signal: git.signal,
    killSignal: "SIGKILL",
    stdio: "pipe",
  });
}

export interface GitOptions {
  cwd: string;
  args: readonly string[];
  /** Lines that Git reads from its standard input, as it can take them. */
  input?: Iterable<string>;
  env?: Readonly<Record<string, string>>;
  /** Ends Git after this many milliseconds. */
  timeout?: number;
  /** Called with the first 4 kB of what Git says besides its output, before it ends. */
  onWarning?(text: string): void;
}

/**
 * Runs Git and returns the pieces of its output as they arrive.
 * @throws GitError after the last piece if Git failed; AbortError if the signal ended it
 */
export async function* streamGit(git: Git, options: GitOptions): AsyncGenerator<Buffer> {
  const { input, timeout } = options;
  const child = start(git, options);
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    if (errors.length < 4096) errors += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  ended.catch(() => {}); // it is awaited below
  // Git may end before it has read everything.
  child.stdin.on("error", () => {});
  void feed(child, input ?? []);
  const timer = timeout === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), timeout);
  try {
    for await (const piece of child.stdout) yield piece;
    const code = await ended;
    if (errors !== "") options.onWarning?.(errors);
    git.signal.throwIfAborted();
    if (code !== 0) throw new GitError(firstLine(errors) || `Git ended with code ${code}.`);
  } catch (error) {
    git.signal.throwIfAborted();
    const isMissing = ["ENOENT", "EACCES", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
    throw isMissing ? new GitError("Git can't be started.", true) : error;
  } finally {
    clearTimeout(timer);
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  }
}

/** Nothing whose output is read as a whole takes this long, ms. */
const READ_TIMEOUT = 30_000;

/**
 * Returns all of Git's output.
 * @throws GitError if Git fails or takes over 30 s; Error if there is more output than `maxBytes`
 */
export async function readGitBytes(
  git: Git,
  { maxBytes = Number.POSITIVE_INFINITY, ...options }: Omit<GitOptions, "timeout"> & { maxBytes?: number },
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of streamGit(git, { ...options, timeout: READ_TIMEOUT })) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > maxBytes) throw new Error(`git ${options.args[0]} says too much`);
  }
  return Buffer.concat(pieces);
}

/** Returns all of Git's output as text. Throws like `readGitBytes`. */
export async function readGit(git: Git, cwd: string, args: readonly string[], env = {}): Promise<string> {
  return (await readGitBytes(git, { cwd, args, env })).toString("utf8");
}

/** Runs Git and returns its output up to each separator. */
export async function* gitRecords(git: Git, options: GitOptions, separator: "\n" | "\0"): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const piece of streamGit(git, options)) {
    const parts = (rest + decoder.decode(piece, { stream: true })).split(separator);
    rest = parts.pop() ?? "";
    yield* parts;
  }
  if (rest !== "") yield rest;
}

async function feed(child: ChildProcessWithoutNullStreams, input: Iterable<string>): Promise<void> {
  let batch = "";
  const send = async () => {
    const isFull = !child.stdin.write(batch);
    batch = "";
    if (isFull) await new Promise((resolve) => child.stdin.once("drain", resolve).once("close", resolve));
  };
  for (const line of input) {
    batch += `${line}\n`;
    if (batch.length > 16_384) await send();
    if (child.stdin.destroyed) return;
  }
  if (batch !== "") await send();
  child.stdin.end();
}

const firstLine = (text: string) => text.trim().split("\n")[0] ?? "";
