/** What keeps a process alive: a transfer under way, as a write does; not one that has ended. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import { expect, test } from "vitest";
import { content, sha256, taggedFile } from "../support/content.ts";
import "../support/engine.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { listen, own, received, take } from "../support/sockets.ts";
import { inTime } from "../support/until.ts";

leaveNothingOpen();

const size = 24_000_000;

const program = `
  import net from "node:net";
  import { sendFile } from "zerocopy/net";
  const [port, file] = process.argv.slice(1);
  const socket = net.connect(Number(port), "127.0.0.1", () => {
    socket.unref();
    sendFile(socket, file).then(() => console.log("sent"));
  });`;

test.each([
  ["natively", {}],
  ["without the addon", { ZEROCOPY_DISABLE_NATIVE: "1" }],
])(
  "a sendFile over a socket that is unref'ed is delivered, and then the process ends (%s)",
  async (_name, environment) => {
    const server = net.createServer({ pauseOnConnect: true });
    const { port } = (await listen(server, "TCP")) as net.TcpNetConnectOpts;
    const words = ["--input-type=module", "--eval", program, `${port}`, taggedFile(1, size)];
    const accepted = once(server, "connection");
    const child = spawn(process.execPath, words, {
      cwd: import.meta.dirname,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    later(() => child.kill("SIGKILL"));
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    const ended = once(child, "close");

    const [reader] = (await inTime(accepted, "the connection")) as [net.Socket];
    own(reader);
    const head = await take(reader, 1_000_000);
    const rest = await inTime(received(reader), "the end");
    expect(head.equals(content(1, 1_000_000))).toBe(true);
    expect(rest.sha256).toBe(sha256(content(1, size - 1_000_000, 1_000_000)));
    expect(await inTime(ended, "the process to end")).toEqual([0, null]);
    expect(output).toBe("sent\n");
  },
);
