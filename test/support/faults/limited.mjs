// Sends the file argv[2], and saves to argv[3], with 0, 1, 2, … descriptors left to open; prints what came
// of each: { left, sent, received, saved }.
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import { saveTo, sendFile } from "zerocopy/net";

const [file, target] = process.argv.slice(2);
const content = fs.readFileSync(file);

async function connect() {
  const server = net.createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const outer = net.connect(server.address().port, "127.0.0.1").on("error", () => {});
  const [inner] = await once(server, "connection");
  server.close();
  return { outer, inner: inner.on("error", () => {}) };
}

function fill() {
  const open = [];
  for (;;) {
    try {
      open.push(fs.openSync("/dev/null"));
    } catch {
      return open;
    }
  }
}

const told = (promise) =>
  promise.then(
    ({ bytes }) => bytes,
    ({ code }) => code,
  );

const outcomes = [];
for (let left = 0; left < 8; left += 1) {
  const [sending, saving] = [await connect(), await connect()];
  const chunks = [];
  sending.outer.on("data", (chunk) => chunks.push(chunk));
  const closed = once(sending.outer, "close");
  saving.outer.resume().end(content);
  const full = fill();
  for (const fd of full.splice(0, left)) fs.closeSync(fd);
  const sent = await told(sendFile(sending.inner, file));
  const saved = await told(saveTo(saving.inner, target));
  for (const fd of full) fs.closeSync(fd);
  sending.inner.end();
  await closed;
  const received = Buffer.concat(chunks);
  const isRight = received.equals(content.subarray(0, received.length));
  const isSaved = typeof saved === "string" || fs.readFileSync(target).equals(content);
  outcomes.push({
    left,
    sent,
    received: isRight ? received.length : "foreign bytes",
    saved,
    isSaved,
  });
  for (const end of [saving.inner, saving.outer]) end.destroy();
}
console.log(JSON.stringify(outcomes));
