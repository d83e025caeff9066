import { isDeepStrictEqual } from "node:util";
import { type Client, entryOf, type Machine, SERVER_NAME, startsLauncher } from "./clientList.ts";
import { FileError, readConfig } from "./configFile.ts";
import { ConfigError } from "./formats/format.ts";
import { formats } from "./formats/formats.ts";

/** What a client's file says about our server. */
export type Setup =
  | { kind: "missing" }
  | { kind: "current" }
  /** An entry under our name with another command; `isOurs` if it starts the launcher all the same. */
  | { kind: "different"; isOurs: boolean }
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

function findSetup(
  servers: ReadonlyMap<string, unknown>,
  client: Client,
  { platform }: Machine,
  launcher: string,
): Setup {
  const own = servers.get(SERVER_NAME);
  if (servers.has(SERVER_NAME)) {
    const expected = structuredClone(entryOf(client, launcher, platform));
    if (isDeepStrictEqual(plain(own), expected)) return { kind: "current" };
    return { kind: "different", isOurs: startsLauncher(own) };
  }
  for (const [name, entry] of servers) if (startsLauncher(entry)) return { kind: "renamed", name };
  return { kind: "missing" };
}

/** Tables of the TOML parser have no prototype. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
