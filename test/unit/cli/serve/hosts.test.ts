import os from "node:os";
import { describe, expect, test } from "vitest";
import { Hosts } from "../../../../src/cli/serve/hosts.ts";

describe("Hosts", () => {
  const hosts = new Hosts("127.0.0.1", []);

  test.each([
    ...["127.0.0.1", "127.0.0.1:3000", "192.168.1.7:80", "[::1]", "[::1]:3000", "[fe80::1]:3000"],
    ...["localhost", "localhost:3000", "LOCALHOST:3000", "localhost.:3000", "app.localhost:3000"],
    ...[os.hostname(), `${os.hostname()}.local:3000`],
  ])("answers for %s, which nobody else can claim", (header) => {
    expect(hosts.allows(header)).toBe(true);
  });

  test.each([
    ...["evil.example", "evil.example:3000", "127.0.0.1.evil.example", "localhost.evil.example"],
    ...["evillocalhost", "1.2.3", "", ":3000", "[::1", "::1", "localhost:3000:1", "a b"],
    ...["127.0.0.1@evil.example", "0x7f000001", "127.1"],
  ])("refuses %j, which a site may point here", (header) => {
    expect(hosts.allows(header)).toBe(false);
  });

  test("goes by the name, whatever was allowed before", () => {
    expect(hosts.allows("localhost:3000")).toBe(true);
    expect(hosts.allows("evil.example:3000")).toBe(false);
    expect(hosts.allows("evil.example:3000")).toBe(false);
    expect(hosts.allows("localhost:3000")).toBe(true);
  });

  test("answers requests of HTTP/1.0 that name no host", () => {
    expect(hosts.allows(undefined)).toBe(true);
  });

  test("answers for the name it listens on, and for those that are allowed", () => {
    const more = new Hosts("files.lan", ["a.example", ".Sub.example"]);
    for (const name of ["files.lan", "A.example:1", "sub.example", "x.y.sub.example"]) {
      expect(more.allows(name), name).toBe(true);
    }
    for (const name of ["x.a.example", "evilsub.example", "b.example"]) {
      expect(more.allows(name), name).toBe(false);
    }
    expect(new Hosts("::", ["*"]).allows("any.example")).toBe(true);
  });
});
