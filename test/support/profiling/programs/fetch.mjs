// Downloads by fetch: into memory, as a text, to a file.
//   node fetch.mjs URL FOLDER
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const [url, folder] = process.argv.slice(2);

async function download(how) {
  const response = await fetch(url);
  return how(response);
}

const bytes = await download((response) => response.arrayBuffer());
console.log(createHash("sha256").update(new Uint8Array(bytes)).digest("hex"));

const text = await download((response) => response.text());
console.log(text.length);

await download(({ body }) =>
  pipeline(Readable.fromWeb(body), createWriteStream(path.join(folder, "fetched"))),
);
console.log("saved");
