/** Asks for 80 files, and for every fourth of them once more. */
import http from "node:http";

const [port] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true });

for (let index = 0; index < 80; index += 1) {
  await download(index);
  if (index % 4 === 0) await download(index);
}
agent.destroy();

async function download(index) {
  const { promise, resolve, reject } = withResolvers();
  http
    .get({ agent, port, path: `/${index}.bin` }, (res) => res.resume().on("end", resolve))
    .on("error", reject);
  await promise;
}

function withResolvers() {
  let resolve;
  let reject;
  const promise = new Promise((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
}
