import fs from "node:fs";
import { open } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { nativeAddon } from "../../../src/native/binding.ts";
import { openSource } from "../../../src/net/source.ts";
import { taggedFile, temporaryFolder } from "../../support/content.ts";
import { openFd } from "../../support/fds.ts";
import { later, leaveNothingOpen, openDescriptors } from "../../support/resources.ts";

leaveNothingOpen();

test("openSource opens a path, a URL and a Buffer path, and measures the file", async () => {
  const file = taggedFile(1, 1234);
  for (const name of [file, pathToFileURL(file), Buffer.from(file)]) {
    const source = await openSource(name);
    expect(source.size).toBe(1234);
    expect(fs.fstatSync(source.fd).size).toBe(1234);
    await source.close();
    expect(() => fs.fstatSync(source.fd)).toThrow("EBADF");
  }
});

test("openSource duplicates a descriptor before it returns, and closes only the duplicate", async (context) => {
  if (!nativeAddon()) return context.skip("there is no native addon to duplicate with");
  const fd = openFd(taggedFile(1, 10));
  const before = openDescriptors().length;
  const opening = openSource(fd);
  expect(openDescriptors().length).toBe(before + 1);
  const source = await opening;
  expect(source.fd).not.toBe(fd);
  await source.close();
  expect(fs.fstatSync(fd).size).toBe(10);
});

test("openSource takes a FileHandle and leaves it open", async () => {
  const handle = await open(taggedFile(1, 10));
  later(() => handle.close());
  const source = await openSource(handle);
  await source.close();
  expect((await handle.stat()).size).toBe(10);
});

test("openSource closes what it opened when it is no regular file", async () => {
  const before = openDescriptors();
  await expect(openSource(temporaryFolder())).rejects.toMatchObject({
    code: "ERR_NOT_REGULAR_FILE",
  });
  expect(openDescriptors()).toEqual(before);
});

test("openSource names the file only when it has a name to show", async () => {
  const folder = temporaryFolder();
  const said = async (file: Parameters<typeof openSource>[0]): Promise<string> =>
    openSource(file).then(
      () => "nothing",
      (error: Error) => error.message,
    );
  const refused = "Cannot send a file: wanted a regular file, found a directory";
  expect(await said(folder)).toBe(`${refused} (${folder})`);
  expect(await said(pathToFileURL(folder))).toBe(`${refused} (${pathToFileURL(folder).href})`);
  expect(await said(Buffer.from(folder))).toBe(refused);
  expect(await said(openFd(folder))).toBe(refused);
});

test.each([-1, 0.5, Number.NaN, 2 ** 31, 2 ** 53])(
  "openSource of %d is a TypeError",
  async (fd) => {
    const before = openDescriptors();
    await expect(openSource(fd)).rejects.toThrow(
      `Cannot send a file: wanted a path, an open file descriptor or an open FileHandle, found ${fd}`,
    );
    expect(openDescriptors()).toEqual(before);
  },
);

test.each(["missing", "with\0nul"])("openSource of %j rejects and never throws", async (name) => {
  await expect(openSource(name)).rejects.toThrow(/no such file|null bytes/);
});
