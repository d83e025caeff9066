import { isDeepStrictEqual } from "node:util";
import { type Client, entryOf, type Machine, SERVER_NAME, startsLauncher } from "./clientList.ts";
import { FileError, readConfig } from "./configFile.ts";
import { ConfigError, type Entry } from "./formats/format.ts";
import { formats } from "./formats/formats.ts";

/** What a client's file says about our server. */
export type Setup =
  | { kind: "missing" }
  | { kind: "current"; isDisabled?: true }
  /** An entry under our name with another command. */
  | { kind: "different" }
  /** Our launcher under another name. */
  | { kind: "renamed"; name: string };

export type ClientState =
  | { client: Client; file: string; isFound: boolean; text: string | undefined; setup: Setup }
  | { client: Client; file: string; error: ConfigError | FileError };

export type ReadableState = Extract<ClientState, { setup: Setup }>;

/** Reads a client's file. Never fails. */
export async function readClientState(client: Client, machine: Machine, launcher: string): Promise<ClientState> {
  const file = client.file(machine);
  try {
    const text = await readConfig(file);
    const isFound = text !== undefined || client.traces(machine).some((path) => machine.exists(path));
    const setup: Setup =
      text === undefined
        ? { kind: "missing" }
        : findSetup(formats[client.format].read(text), client, machine, launcher);
    return { client, file, isFound, text, setup };
  } catch (error) {
    if (error instanceof ConfigError || error instanceof FileError) return { client, file, error };
    return { client, file, error: new FileError("other", file, { cause: error }) };
  }
}

function findSetup(servers: ReadonlyMap<string, unknown>, client: Client, machine: Machine, launcher: string): Setup {
  if (servers.has(SERVER_NAME)) {
    const own = servers.get(SERVER_NAME);
    if (startsAs(own, entryOf(client, launcher, machine)))
      return isDisabled(own) ? { kind: "current", isDisabled: true } : { kind: "current" };
    return { kind: "different" };
  }
  for (const [name, entry] of servers) if (startsLauncher(entry)) return { kind: "renamed", name };
  return { kind: "missing" };
}

/** Codex has `enabled`, other clients have `disabled`. */
function isDisabled(entry: unknown): boolean {
  const { enabled, disabled } = Object(entry) as Record<string, unknown>;
  return enabled === false || disabled === true;
}

/** True if the entry runs the same command. Users and clients add fields to it, such as the tools that they approved. */
function startsAs(entry: unknown, expected: Entry): boolean {
  const { type = "stdio", command, args = [] } = Object(entry) as Record<string, unknown>;
  const isLocal = type === "stdio" || type === "local";
  return isLocal && command === expected.command && isDeepStrictEqual(args, expected.args ?? []);
}
