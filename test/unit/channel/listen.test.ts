import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, existsSync, readdirSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { findWindow } from "../../../src/channel/connect.ts";
import { listEntries, makeFolder, processNamespace, writeEntry } from "../../../src/channel/entries.ts";
import { type ChannelListener, type ListenOptions, listen } from "../../../src/channel/listen.ts";
import type { ChannelRequest, Entry, WindowState } from "../../../src/channel/protocol.ts";
import { temporaryHome } from "../../support/channelWindow.ts";

const request: ChannelRequest = {
  ...{ method: "GET", path: "/credits", account: "a" },
  caller: { client: "test", tool: "or_credits", session: "s" },
};

describe("the channel's socket", () => {
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  const open: ChannelListener[] = [];
  const errors: unknown[] = [];

  beforeEach(async () => {
    home = await temporaryHome();
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
    await home.remove();
    assert.deepEqual(errors.splice(0), []);
  });

  async function start(options: Partial<ListenOptions> & { name?: string } = {}): Promise<Entry> {
    const before = new Set((await listEntries(home.folder)).map(({ file }) => file));
    const state = async (): Promise<WindowState> => ({
      account: { id: options.name ?? "a", name: "Name", sample: false },
      writes: "off",
    });
    const handle: ListenOptions["handle"] = async ({ path }) => ({
      ...{ kind: "answer", json: { path, by: options.name }, now: new Date().toISOString() },
    });
    const onError = (error: unknown) => errors.push(error);
    open.push(await listen({ folder: home.folder, state, handle, onError, ...options }));
    return (await listEntries(home.folder)).find(({ file }) => !before.has(file))!.entry;
  }

  /** Sends bytes as they are, and gives what comes back until the other side closes. */
  const raw = (address: string, bytes: Buffer | string) =>
    new Promise<string>((resolve) => {
      let answer = "";
      const socket = createConnection(address, () => socket.end(bytes));
      socket.on("data", (chunk) => {
        answer += chunk;
      });
      socket.on("error", () => {});
      socket.on("close", () => resolve(answer));
    });
  const post = (entry: Entry, body: string, head: Record<string, string> = {}) => {
    const headers = { host: "x", authorization: `Bearer ${entry.token}`, connection: "close", ...head };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const length = head["content-length"] ?? String(Buffer.byteLength(body));
    return raw(entry.address, `POST /request HTTP/1.1\r\n${lines.join("")}content-length: ${length}\r\n\r\n${body}`);
  };

  it("is in a folder that only its user may enter, under 100 bytes, and is taken away at the end", async () => {
    const { address } = await start();
    assert.ok(Buffer.byteLength(address) <= 100);
    assert.equal(statSync(dirname(address)).mode & 0o777, 0o700);
    assert.equal(statSync(address).mode & 0o777, 0o600);
    await open.pop()!.close();
    assert.ok(!existsSync(dirname(address)));
    assert.deepEqual(readdirSync(home.folder), []);
  });

  it("keeps its path short where the temporary folder's is long", async () => {
    const before = process.env.TMPDIR;
    process.env.TMPDIR = join(home.home, "a".repeat(100));
    try {
      assert.ok(Buffer.byteLength((await start()).address) <= 100);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
    assert.equal(tmpdir(), before ?? "/tmp");
  });

  it("answers who shows its token, and nobody else", async () => {
    const entry = await start();
    const body = JSON.stringify(request);
    assert.match(await post(entry, body), /^HTTP\/1.1 200 .*"path":"\/credits"/s);
    for (const authorization of ["", "Bearer", "Bearer ", "Bearer x", `Basic ${entry.token}`, `Bearer ${entry.token}x`])
      assert.match(await post(entry, body, { authorization }), /^HTTP\/1.1 401 (?!.*credits)/s);
    assert.match(
      await raw(entry.address, "GET /state HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"),
      /^HTTP\/1.1 401/,
    );
  });

  it("refuses what is no request, and goes on", async () => {
    const entry = await start();
    for (const [body, status] of [
      ["", 400],
      ["{", 400],
      ["[]", 400],
      [JSON.stringify({ ...request, method: "PUT" }), 400],
      [JSON.stringify({ ...request, path: "keys" }), 400],
      [`{"method":"PATCH","path":"/keys/a","account":"a","body":${"[".repeat(4_000)}${"]".repeat(4_000)}}`, 400],
      [JSON.stringify({ ...request, padding: "x".repeat(1_100_000) }), 413],
    ] as const)
      assert.match(await post(entry, body), new RegExp(`^HTTP/1.1 ${status} `), body.slice(0, 100));
    assert.match(await post(entry, JSON.stringify(request)), /^HTTP\/1.1 200 /);
  });

  it("survives any bytes, and requests that break off", async () => {
    const entry = await start();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        const answer = await raw(entry.address, Buffer.from(bytes));
        assert.doesNotMatch(answer, /^HTTP\/1.1 200/);
      }),
      { numRuns: 60 },
    );
    const whole = `POST /request HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${entry.token}\r\ncontent-length: 500\r\n\r\n{`;
    for (let length = 1; length <= whole.length; length += 7) await raw(entry.address, whole.slice(0, length));
    assert.match(await post(entry, JSON.stringify(request)), /^HTTP\/1.1 200 /);
  });

  it("tells its window when whoever asked is gone", async () => {
    const gone = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    await start({
      handle: (_request, signal) => {
        asked.resolve();
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            gone.resolve();
            reject(signal.reason);
          });
        });
      },
    });
    const window = await findWindow(home.folder);
    const stop = new AbortController();
    const answer = window!.send(request, stop.signal);
    await asked.promise;
    stop.abort(new Error("enough"));
    await assert.rejects(answer, /enough/);
    await gone.promise;
  });

  it("is found through the window that was in front last", async () => {
    await start({ name: "first" });
    await start({ name: "second" });
    // The windows of this test share its process, so that only the time tells them apart.
    assert.equal((await findWindow(home.folder))?.state.account?.id, "second");
    await open[0]!.updateEntry();
    assert.equal((await findWindow(home.folder))?.state.account?.id, "first");
  });

  it("is passed over, and its entry removed, once nobody listens there", async () => {
    const entry = await start({ name: "living" });
    const dead = { ...entry, address: join(home.home, "s"), since: new Date(Date.now() + 60_000).toISOString() };
    await writeEntry(join(home.folder, "dead.json"), dead);
    assert.equal((await findWindow(home.folder))?.state.account?.id, "living");
    assert.ok(!existsSync(join(home.folder, "dead.json")));
  });

  it("listens anew where its socket or its entry was taken away", async () => {
    const { address } = await start();
    await rm(dirname(address), { recursive: true });
    await rm(join(home.folder, ".."), { recursive: true });
    assert.equal(await findWindow(home.folder), undefined);
    await open[0]!.updateEntry();
    assert.equal((await findWindow(home.folder))?.state.account?.id, "a");
  });

  it("ends though its state never comes", async () => {
    let hangs = false;
    await start({ state: () => (hangs ? new Promise(() => {}) : Promise.resolve({ writes: "off" })) });
    hangs = true;
    void open[0]!.updateEntry();
    await open.pop()!.close();
    assert.deepEqual(readdirSync(home.folder), []);
  });

  it("is told apart from none where it does not answer, and holds up nobody", async () => {
    await start({ name: "living" });
    await start({ name: "silent", state: firstThenNever() });
    assert.equal((await findWindow(home.folder))?.state.account?.id, "living");
    await open[0]!.close();
    await assert.rejects(findWindow(home.folder), { name: "ChannelError", message: /does not answer/ });
  });

  /** The state that the entry is written from, and none after it. */
  function firstThenNever(): ListenOptions["state"] {
    let asked = 0;
    return () => (asked++ === 0 ? Promise.resolve({ writes: "off" }) : new Promise(() => {}));
  }

  for (const [what, status, sent] of [
    ["an upgrade", "101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade", true],
    ["an error of its own", "500 Internal Server Error", true],
    ["a refusal", "400 Bad Request", false],
  ] as const)
    it(`is asked no longer once it answers with ${what}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), "openrouter-admin-"));
      const server = createServer((socket) => {
        socket.on("error", () => {});
        socket.once("data", (head) => {
          const state = JSON.stringify({ account: { id: "a", name: "N", sample: false }, writes: "off" });
          const isState = String(head).startsWith("GET");
          socket.end(
            isState
              ? `HTTP/1.1 200 OK\r\ncontent-length: ${state.length}\r\nconnection: close\r\n\r\n${state}`
              : `HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`,
          );
        });
      });
      try {
        server.listen(join(folder, "s"));
        await once(server, "listening");
        await makeFolder(home.folder);
        const since = new Date().toISOString();
        const space = await processNamespace();
        await writeEntry(join(home.folder, "1.json"), {
          ...{ version: 1, address: join(folder, "s"), token: "t", pid: process.pid, space, since, writes: "off" },
        });
        const window = await findWindow(home.folder);
        await assert.rejects(window!.send(request), { name: "ChannelError", wasSent: sent });
      } finally {
        server.close();
        await rm(folder, { recursive: true });
      }
    });

  it("is passed over where others may enter the folder of its socket", async () => {
    const { address } = await start();
    chmodSync(dirname(address), 0o777);
    assert.equal(await findWindow(home.folder), undefined);
  });

  it("is passed over where its token is another", async () => {
    const entry = await start({ name: "living" });
    const wrong = { ...entry, token: "wrong", since: new Date(Date.now() + 60_000).toISOString() };
    await writeEntry(join(home.folder, "wrong.json"), wrong);
    assert.equal((await findWindow(home.folder))?.state.account?.id, "living");
  });

  it("fails clearly when its window ends before the answer", async () => {
    const asked = Promise.withResolvers<void>();
    await start({
      handle: () => {
        asked.resolve();
        return new Promise(() => {});
      },
    });
    const window = await findWindow(home.folder);
    const answer = assert.rejects(window!.send(request), {
      name: "ChannelError",
      wasSent: true,
      message: /was closed before it answered/,
    });
    await asked.promise;
    await open.pop()!.close();
    await answer;
    await assert.rejects(window!.send(request), { name: "ChannelError", wasSent: false });
    assert.equal(await findWindow(home.folder), undefined);
  });
});
