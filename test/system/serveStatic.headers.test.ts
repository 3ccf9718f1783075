/** Headers are set without asking Node again and again: nobody who looks at a response may notice. */
import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import "../support/engine.ts";
import { describeHttpModes } from "../support/httpModes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { folderWith, serving } from "../support/site.ts";

leaveNothingOpen();

const folder = (): string => folderWith({ "a.txt": "some text" });

describeHttpModes((mode) => {
  const servingWith = (prepare: (res: ServerResponse) => void) =>
    serving(mode, folder(), {}, (files) => (req, res) => {
      prepare(res);
      files(req, res);
    });

  test("a response tells of its headers what it has sent", async () => {
    const seen: Record<string, unknown>[] = [];
    const { get, head } = await servingWith((res) =>
      res.once("finish", () => seen.push({ ...res.getHeaders(), names: res.getHeaderNames() })),
    );
    const sent = await get("/a.txt");
    await head("/a.txt");
    await get("/a.txt", `If-None-Match: ${sent.headers.get("etag")}`);
    const names = ["accept-ranges", "cache-control", "last-modified", "etag"];
    const validators = Object.fromEntries(names.map((name) => [name, sent.headers.get(name)]));
    const content = { "content-type": "text/plain; charset=utf-8", "content-length": 9 };
    const whole = { ...validators, ...content, names: [...names, ...Object.keys(content)] };
    expect(seen).toEqual([whole, whole, { ...validators, names }]);
  });

  test("what somebody adds to one response while its head is written is not in the next", async () => {
    let isFirst = true;
    const { get } = await servingWith((res) => {
      if (!isFirst) return;
      isFirst = false;
      const { writeHead } = res;
      res.writeHead = function (this: ServerResponse, ...words: never[]) {
        this.appendHeader("Cache-Control", "no-transform");
        this.setHeader("Cache-Control", [this.getHeader("Cache-Control")].flat().join(", "));
        this.removeHeader("ETag");
        return Reflect.apply(writeHead, this, words) as ServerResponse;
      };
    });
    const first = await get("/a.txt");
    const second = await get("/a.txt");
    expect(first.raw.toString()).toContain(", no-transform\r\n");
    expect(first.headers.has("etag")).toBe(false);
    expect(second.raw.toString()).not.toContain("no-transform");
    expect(second.headers.has("etag")).toBe(true);
  });

  test("whoever has replaced setHeader sees every header", async () => {
    const seen: string[] = [];
    const { get } = await servingWith((res) => {
      const { setHeader } = res;
      res.setHeader = function (this: ServerResponse, name: string, value) {
        seen.push(name);
        return Reflect.apply(setHeader, this, [name, value]);
      };
    });
    await get("/a.txt");
    expect(seen).toEqual([
      ...["Accept-Ranges", "Cache-Control", "Last-Modified", "ETag", "Content-Type"],
      "Content-Length",
    ]);
  });
});
