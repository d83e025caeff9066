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

describe("channel socket", () => {
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

  /** Sends raw bytes and returns everything received until the other side closes. */
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

  it("is created in a private folder with a path of at most 100 bytes, and removed on close", async () => {
    const { address } = await start();
    assert.ok(Buffer.byteLength(address) <= 100);
    assert.equal(statSync(dirname(address)).mode & 0o777, 0o700);
    assert.equal(statSync(address).mode & 0o777, 0o600);
    await open.pop()!.close();
    assert.ok(!existsSync(dirname(address)));
    assert.deepEqual(readdirSync(home.folder), []);
  });

  it("has a short path even if the path of the temporary folder is long", async () => {
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

  it("answers requests with its token only", async () => {
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

  it("refuses invalid requests and keeps working", async () => {
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

  it("survives arbitrary bytes and truncated requests", async () => {
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

  it("aborts the handler's signal when the caller disconnects", async () => {
    const aborted = Promise.withResolvers<void>();
    const handling = Promise.withResolvers<void>();
    await start({
      handle: (_request, signal) => {
        handling.resolve();
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            aborted.resolve();
            reject(signal.reason);
          });
        });
      },
    });
    const window = await findWindow(home.folder);
    const stop = new AbortController();
    const answer = window!.send(request, stop.signal);
    await handling.promise;
    stop.abort(new Error("enough"));
    await assert.rejects(answer, /enough/);
    await aborted.promise;
  });

  it("prefers the window that was focused last", async () => {
    await start({ name: "first" });
    await start({ name: "second" });
    // The windows of this test share one process, so only `since` differs.
    assert.equal((await findWindow(home.folder))?.state.account?.id, "second");
    await open[0]!.updateEntry();
    assert.equal((await findWindow(home.folder))?.state.account?.id, "first");
  });

  it("is skipped, and its entry removed, if nothing listens at its address", async () => {
    const entry = await start({ name: "living" });
    const dead = { ...entry, address: join(home.home, "s"), since: new Date(Date.now() + 60_000).toISOString() };
    await writeEntry(join(home.folder, "dead.json"), dead);
    assert.equal((await findWindow(home.folder))?.state.account?.id, "living");
    assert.ok(!existsSync(join(home.folder, "dead.json")));
  });

  it("is created again after its folder and its entry were deleted", async () => {
    const { address } = await start();
    await rm(dirname(address), { recursive: true });
    await rm(join(home.folder, ".."), { recursive: true });
    assert.equal(await findWindow(home.folder), undefined);
    await open[0]!.updateEntry();
    assert.equal((await findWindow(home.folder))?.state.account?.id, "a");
  });

  it("closes even if its state never resolves", async () => {
    let hangs = false;
    await start({ state: () => (hangs ? new Promise(() => {}) : Promise.resolve({ writes: "off" })) });
    hangs = true;
    void open[0]!.updateEntry();
    await open.pop()!.close();
    assert.deepEqual(readdirSync(home.folder), []);
  });

  it("is reported if it does not respond, and does not delay other windows", async () => {
    await start({ name: "living" });
    await start({ name: "silent", state: firstThenNever() });
    assert.equal((await findWindow(home.folder))?.state.account?.id, "living");
    await open[0]!.close();
    await assert.rejects(findWindow(home.folder), { name: "ChannelError", message: /does not respond/ });
  });

  /** Resolves once, for the entry; later calls never resolve. */
  function firstThenNever(): ListenOptions["state"] {
    let calls = 0;
    return () => (calls++ === 0 ? Promise.resolve({ writes: "off" }) : new Promise(() => {}));
  }

  for (const [what, status, sent] of [
    ["an upgrade", "101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade", true],
    ["an internal error", "500 Internal Server Error", true],
    ["a refusal", "400 Bad Request", false],
  ] as const)
    it(`throws ChannelError if it responds with ${what}`, async () => {
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

  it("is skipped if other users have access to its folder", async () => {
    const { address } = await start();
    chmodSync(dirname(address), 0o777);
    assert.equal(await findWindow(home.folder), undefined);
  });

  it("is skipped if its entry has a wrong token", async () => {
    const entry = await start({ name: "living" });
    const wrong = { ...entry, token: "wrong", since: new Date(Date.now() + 60_000).toISOString() };
    await writeEntry(join(home.folder, "wrong.json"), wrong);
    assert.equal((await findWindow(home.folder))?.state.account?.id, "living");
  });

  it("throws ChannelError if its window closes before it responds", async () => {
    const handling = Promise.withResolvers<void>();
    await start({
      handle: () => {
        handling.resolve();
        return new Promise(() => {});
      },
    });
    const window = await findWindow(home.folder);
    const answer = assert.rejects(window!.send(request), {
      name: "ChannelError",
      wasSent: true,
      message: /closed before it responded/,
    });
    await handling.promise;
    await open.pop()!.close();
    await answer;
    await assert.rejects(window!.send(request), { name: "ChannelError", wasSent: false });
    assert.equal(await findWindow(home.folder), undefined);
  });
});
