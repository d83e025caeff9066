import * as vscode from "vscode";
import { isPendingSecret, type PendingSecret } from "./pendingSecret.ts";
import type { SecretRecords } from "./secretRecords.ts";

/** Stores the records in the browser's storage for this site, which writes each file as a whole. */
export function createSecretRecords(globalStorage: vscode.Uri): SecretRecords {
  const { fs } = vscode.workspace;
  const folder = vscode.Uri.joinPath(globalStorage, "held");
  const file = (id: string) => vscode.Uri.joinPath(folder, `${encodeURIComponent(id)}.json`);
  // Writes run one after another, so that the last one wins.
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <R>(work: () => Promise<R>): Promise<R> => {
    const done = queue.then(work);
    queue = done.catch(() => {});
    return done;
  };

  async function read(uri: vscode.Uri): Promise<PendingSecret | undefined> {
    try {
      const stored: unknown = JSON.parse(new TextDecoder().decode(await fs.readFile(uri)));
      return isPendingSecret(stored) ? stored : undefined;
    } catch (error) {
      if (isMissing(error) || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  async function write(id: string, record: PendingSecret): Promise<void> {
    await fs.createDirectory(folder);
    await fs.writeFile(file(id), new TextEncoder().encode(JSON.stringify(record)));
  }

  return {
    async list() {
      const names = await fs.readDirectory(folder).then(undefined, ifMissing<[string, vscode.FileType][]>([]));
      const records = await Promise.all(
        names.map(([name]) => read(vscode.Uri.joinPath(folder, name)).catch(() => undefined)),
      );
      return records.filter((record) => record !== undefined);
    },
    write: (id, record) => inTurn(() => write(id, record)),
    update: (id, change) =>
      inTurn(async () => {
        const record = await read(file(id));
        if (record === undefined) return undefined;
        const next = change(record);
        await write(id, next);
        return next;
      }),
    remove: (id) => inTurn(async () => fs.delete(file(id)).then(undefined, ifMissing(undefined))),
    // The browser's storage leaves no partial files.
    removeStaleFiles: async () => {},
  };
}

const isMissing = (error: unknown) => error instanceof vscode.FileSystemError && error.code === "FileNotFound";

function ifMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (isMissing(error)) return value;
    throw error;
  };
}
