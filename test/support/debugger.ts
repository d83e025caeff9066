// Sets breakpoints in lines of src/ through the Chrome DevTools Protocol, as the debugger of VS Code does.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { basename, dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A line of a source file: "src/extension.ts" and its number, from 1. */
export interface SourceLine {
  file: string;
  line: number;
}

/** A place in a bundle, from 0, as the protocol counts. */
interface Position {
  lineNumber: number;
  columnNumber: number;
}

interface Paused {
  callFrames: { location: Position }[];
  hitBreakpoints?: string[];
}

/** A program that can be debugged: a Node process or a page. */
export interface Target {
  send(method: string, params?: object): Promise<unknown>;
  on(event: string, listener: (params: never) => void): void;
}

/** Builds all bundles readable and with source maps into a folder of their own, as `npm run watch` does into dist/. */
export function buildForDebugging(outdir: string): void {
  execFileSync(process.execPath, ["esbuild.js", "--debug", `--outdir=${outdir}`], { cwd: ROOT });
}

/** The first line of a source file that holds the text. */
export function findLine(file: string, text: string): SourceLine {
  const index = readFileSync(resolve(ROOT, file), "utf8")
    .split("\n")
    .findIndex((line) => line.includes(text));
  if (index < 0) throw new Error(`${file} has no line with ${text}`);
  return { file, line: index + 1 };
}

/**
 * Sets a breakpoint at a line of a source.
 * @param bundle the built file whose source map says where that line is
 * @returns `hit`, the source line at which the program pauses there; it is resumed at once
 */
export async function breakAt(target: Target, bundle: string, at: SourceLine): Promise<{ hit: Promise<SourceLine> }> {
  const map = new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, "utf8")));
  const toSource = ({ lineNumber, columnNumber }: Position): SourceLine | undefined => {
    const entry = map.findEntry(lineNumber, columnNumber);
    if (!("originalSource" in entry)) return undefined;
    return { file: relative(ROOT, resolve(dirname(bundle), entry.originalSource)), line: entry.originalLine + 1 };
  };
  const starts = readFileSync(bundle, "utf8")
    .split("\n")
    .map((text, lineNumber): Position => ({ lineNumber, columnNumber: text.search(/\S|$/) }));
  const position = starts.find((start) => {
    const source = toSource(start);
    return source?.file === at.file && source.line === at.line;
  });
  if (!position) throw new Error(`The source map of ${basename(bundle)} does not have ${at.file}:${at.line}`);

  const hit = Promise.withResolvers<SourceLine>();
  let id: string | undefined;
  target.on("Debugger.paused", ({ callFrames, hitBreakpoints }: Paused) => {
    const source = callFrames[0] && toSource(callFrames[0].location);
    if (id !== undefined && hitBreakpoints?.includes(id) && source) hit.resolve(source);
    void target.send("Debugger.resume");
  });
  await target.send("Debugger.enable");
  const urlRegex = `/${basename(bundle).replaceAll(".", "\\.")}(\\?.*)?$`;
  ({ breakpointId: id } = (await target.send("Debugger.setBreakpointByUrl", { urlRegex, ...position })) as {
    breakpointId: string;
  });
  return { hit: hit.promise };
}

export interface Inspector extends Target {
  close(): void;
}

/** Connects to a Node process that was started with `--inspect`. @param url "ws://127.0.0.1:9229/…" */
export async function connectInspector(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  const answers = new Map<number, PromiseWithResolvers<unknown>>();
  const listeners = new Map<string, ((params: never) => void)[]>();
  socket.addEventListener("message", ({ data }) => {
    const { id, method, params, result, error } = JSON.parse(data);
    if (method) for (const listener of listeners.get(method) ?? []) listener(params as never);
    else if (error) answers.get(id)?.reject(new Error(error.message));
    else answers.get(id)?.resolve(result);
  });
  await new Promise((opened, failed) => {
    socket.addEventListener("open", opened);
    socket.addEventListener("error", () => failed(new Error(`${url} cannot be reached`)));
  });
  let sent = 0;
  return {
    send(method, params = {}) {
      sent += 1;
      const answer = Promise.withResolvers<unknown>();
      answers.set(sent, answer);
      socket.send(JSON.stringify({ id: sent, method, params }));
      return answer.promise;
    },
    on: (event, listener) => listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    close: () => socket.close(),
  };
}
