// An application of Express (process.argv[2] is the package: express, express4), and clients of it. Says
// in JSON what each request got, as bytes of its socket, and what callbacks and handlers were told. Which
// `send` is below is nothing it knows of: replaceSend.cjs.
"use strict";
const { once } = require("node:events");
const net = require("node:net");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const compression = require("compression");

const [, , framework, folder] = process.argv;
const frameworks = {
  express: () => require("express"),
  express4: () => require("express4"),
  connect: () => require("connect"),
};
const express = frameworks[framework]();
// serve-static 2 alone, below connect; else that of the framework.
const serveStatic = framework === "connect" ? require("serve-static") : express.static;
const file = (name) => path.join(folder, name);

let log = [];

/** The parts of an error that handlers look at. */
function told(error) {
  if (!error) return "no error";
  const { name, message, code, errno, syscall, status, statusCode, expose, headers } = error;
  const place = error.path;
  if (error instanceof TypeError) return [name, message.split(":")[0].split(" ", 2)];
  return { name, message, code, errno, syscall, path: place, status, statusCode, expose, headers };
}

/** Arguments of res.sendFile. */
const sending = {
  plain: [file("a.txt")],
  big: [file("big.bin")],
  rooted: ["a.txt", { root: folder }],
  options: [file("a.txt"), { maxAge: "1h", immutable: true, lastModified: false }],
  quiet: [file("a.txt"), { cacheControl: false, acceptRanges: false }],
  headers: [file("a.txt"), { headers: { "X-Mine": "1", "Content-Type": "x/y" } }],
  part: [file("nums"), { start: 2, end: 5 }],
  hidden: [file(".dot"), {}],
  allowed: [file(".dot"), { dotfiles: "allow" }],
  denied: [file(".dot"), { dotfiles: "deny" }],
  missing: [file("nope")],
  directory: [file("dir")],
  slash: [`${file("dir")}/`],
  "file-slash": [`${file("a.txt")}/`],
  unicode: [file("ünï.json")],
  percent: [file("100%.txt")],
  climbing: ["../a.txt", { root: file("dir") }],
  nul: ["a\0.txt", { root: folder }],
  empty: [file("empty.txt")],
  closed: [file("closed")],
  bogus: [file("a.txt"), { dotfiles: "bogus" }],
};

const app = framework === "connect" ? express() : withRoutes(express());

function withRoutes(made) {
  made.get("/etagless", (req, res) => res.sendFile(file("a.txt"), { etag: false }));
  for (const [name, args] of Object.entries(sending)) {
    made.get(`/callback/${name}`, (req, res) =>
      res.sendFile(...args, (error) => {
        log.push(["callback", told(error), res.headersSent, res.writableEnded]);
        if (error && !res.headersSent) res.status(error.status ?? 599).end("handled");
      }),
    );
    made.get(`/next/${name}`, (req, res) => res.sendFile(...args));
    made.get(`/download/${name}`, (req, res) => res.download(args[0], "näme.txt", args[1] ?? {}));
  }
  made.get("/status", (req, res) => res.status(203).sendFile(file("a.txt")));
  made.get("/preset", (req, res) => res.set("ETag", '"mine"').type("x/z").sendFile(file("a.txt")));
  made.get("/begun", (req, res) => {
    res.write("begun");
    res.sendFile(file("a.txt"), (error) => {
      log.push(["callback", told(error)]);
      res.end();
    });
  });
  made.get("/huge", (req, res) => {
    res.sendFile(file("huge.bin"), (error) => log.push(["callback", told(error)]));
  });
  made.get("/after", (req, res) => {
    res.sendFile(file("a.txt"));
    res.set("X-After", "1"); // nothing has been sent yet
  });
  made.get("/compressed/:name", compression({ threshold: 0 }), (req, res) =>
    res.sendFile(file(req.params.name)),
  );
  made.disable("x-powered-by");
  return made;
}

const mounts = {
  "/static": {},
  "/strict": { fallthrough: false },
  "/unredirected": { redirect: false },
  "/extended": { extensions: ["html", "txt"], index: ["nope", "default.txt"] },
  "/unindexed": { index: false },
  "/dotted": { dotfiles: "allow" },
  "/denied": { dotfiles: "deny", fallthrough: false },
  "/aged": { maxAge: "2 days", immutable: true, etag: false, lastModified: false },
  "/ranged": { acceptRanges: false, cacheControl: false },
  "/set": {
    setHeaders: (res, place, stats) =>
      res.setHeader("X-Size", `${path.basename(place)} ${stats.size}`),
  },
};
for (const [mount, options] of Object.entries(mounts)) app.use(mount, serveStatic(folder, options));
app.use((error, req, res, next) => {
  if (req.url.startsWith("/default")) return next(error);
  log.push(["handler", told(error), res.headersSent]);
  if (res.headersSent) return res.destroy();
  res.statusCode = error.status ?? 500;
  res.end("handler");
});

const paths = [
  ...[
    "/",
    "",
    "/a.txt",
    "/nums",
    "/empty.txt",
    "/big.bin",
    "/page",
    "/both",
    "/dir",
    "/dir/",
    "//dir",
  ],
  ...[
    "/dir/default.txt",
    "/nope",
    "/a.txt/",
    "/.dot",
    "/.hidden/file.txt",
    "/%2e%2e/x",
    "/..%2fx",
    "/%00",
  ],
  ...[
    "/%",
    "/%C3%BCn%C3%AF.json",
    "/closed",
    "/link/",
    "/loop",
    "/dangling",
    `/${"x".repeat(300)}`,
    "/dir?q=1",
  ],
];

function requests() {
  const all = [];
  const add = (target, head = "", method = "GET") => all.push({ target, head, method });
  for (const mount of Object.keys(mounts)) for (const place of paths) add(`${mount}${place}`);
  for (const place of ["/static/a.txt", "/strict/a.txt", "/strict/nope"]) {
    for (const method of ["HEAD", "POST", "OPTIONS"]) add(place, "", method);
  }
  const heads = [
    ...[
      "Range: bytes=1-2",
      "Range: bytes=-2",
      "Range: bytes=99-",
      "Range: bytes=0-0,2-2",
      "Range: x",
    ],
    ...[
      "If-None-Match: *",
      'If-None-Match: W/"5-18d6d160605"',
      'If-Match: "x"',
      "If-Range: x\r\nRange: bytes=0-1",
    ],
    ...[
      "If-Modified-Since: Sat, 03 Feb 2024 04:05:06 GMT",
      "If-Unmodified-Since: Fri, 02 Feb 2024 04:05:06 GMT",
    ],
  ];
  for (const head of heads) {
    for (const place of ["/static/a.txt", "/static/big.bin", "/ranged/nums", "/strict/a.txt"])
      add(place, head);
  }
  if (framework === "connect") return all;
  const routes = [
    "/etagless",
    "/status",
    "/preset",
    "/after",
    "/compressed/a.txt",
    "/compressed/page.html",
  ];
  for (const route of routes) add(route, "Accept-Encoding: gzip");
  for (const kind of ["callback", "next", "download"]) {
    for (const name of Object.keys(sending)) add(`/${kind}/${name}`);
    for (const name of ["plain", "missing", "directory"]) add(`/${kind}/${name}`, "", "HEAD");
    for (const name of ["plain", "part"]) for (const head of heads) add(`/${kind}/${name}`, head);
  }
  add("/begun");
  return all;
}

async function ask(port, { target, head, method }, abortAfter = Infinity) {
  log = [];
  const socket = net.connect(port, "127.0.0.1");
  const chunks = [];
  let bytes = 0;
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > abortAfter) socket.resetAndDestroy();
  });
  const headers = `Host: localhost\r\nConnection: close\r\n${head && `${head}\r\n`}`;
  socket.write(`${method} ${target} HTTP/1.1\r\n${headers}\r\n`);
  await once(socket, "close");
  return Buffer.concat(chunks)
    .toString("latin1")
    .replace(/\r\nDate: [^\r]*/, "");
}

async function main() {
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  const results = [];
  for (const request of requests()) {
    const answer = await ask(port, request);
    if (request.target.startsWith("/callback")) while (log.length === 0) await sleep(1);
    await sleep(0);
    results.push({ request, answer, log });
  }
  if (framework !== "connect") {
    await ask(port, { target: "/huge", head: "", method: "GET" }, 1000);
    while (log.length === 0) await sleep(1);
    results.push({ request: "aborted", answer: "", log: log.slice() });
  }
  server.close();
  const counts = process.env.SEND === "ours" ? require("zerocopy/http").bodyCounts() : undefined;
  process.stdout.write(JSON.stringify({ results, counts }));
}

void main();
