// Uploads to Fastify: one taken into memory, one saved to a file. Ends by SIGTERM.
//   node fastify.mjs FOLDER
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import fastify from "fastify";

const [folder] = process.argv.slice(2);
const app = fastify({ bodyLimit: 2 ** 30 });

app.addContentTypeParser("application/octet-stream", { parseAs: "buffer" }, (request, body, done) =>
  done(null, body),
);
app.addContentTypeParser("application/x-saved", (request, payload, done) => done(null, payload));

app.post("/memory", ({ body }) => createHash("sha256").update(body).digest("hex"));

app.post("/file", async ({ body }) => {
  await pipeline(body, createWriteStream(path.join(folder, "saved")));
  return "saved";
});

process.on("SIGTERM", () => void app.close());
console.log(await app.listen({ port: 0, host: "127.0.0.1" }));
