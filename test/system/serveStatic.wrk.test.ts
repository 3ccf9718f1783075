/** wrk on `serveStatic`: pipelined requests of all kinds over connections that are kept alive. */
import { execFile, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { content, temporaryFolder } from "../support/content.ts";
import "../support/engine.ts";
import { describeHttpModes } from "../support/httpModes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { folderWith, serving } from "../support/site.ts";

leaveNothingOpen();

/** Names are sizes. A response that is shifted by a byte has no status that could be read. */
const script = `
local threads = {}
wrong = 0
function setup(thread) table.insert(threads, thread) end
function init()
  pipelined = table.concat({
    wrk.format("GET", "/5"),
    wrk.format("GET", "/200000"),
    wrk.format("GET", "/200000", { ["Range"] = "bytes=199990-" }),
    wrk.format("GET", "/40000", { ["If-None-Match"] = "*" }),
    wrk.format("GET", "/40000"),
  })
end
function request() return pipelined end
sizes = { [5] = true, [200000] = true, [40000] = true }
function response(status, headers, body)
  local fine = (status == 200 and sizes[#body]) or (status == 206 and #body == 10) or (status == 304 and #body == 0)
  if not fine then wrong = wrong + 1 end
end
function done(summary)
  local bad = 0
  for _, thread in ipairs(threads) do bad = bad + thread:get("wrong") end
  local e = summary.errors
  print("requests", summary.requests)
  print("wrong", bad + e.connect + e.read + e.write + e.status + e.timeout)
end
`;

describeHttpModes((mode) => {
  test("wrk finds no response that is wrong, late or cut off", async (context) => {
    if (spawnSync("wrk", ["--version"]).error) context.skip("there is no wrk");
    const sizes = [5, 40_000, 200_000];
    const folder = folderWith(
      Object.fromEntries(sizes.map((size) => [String(size), content(1, size)])),
    );
    const { port } = await serving(mode, folder);
    const lua = path.join(temporaryFolder(), "mixed.lua");
    fs.writeFileSync(lua, script);
    const words = ["-t1", "-c16", "-d1s", "--timeout", "20s", "-s", lua];
    const { stdout } = await promisify(execFile)("wrk", [...words, `http://127.0.0.1:${port}`]);
    expect(Number(/^requests\t(\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(0);
    expect(/^wrong\t(.*)$/m.exec(stdout)?.[1], stdout).toBe("0");
  });
});
