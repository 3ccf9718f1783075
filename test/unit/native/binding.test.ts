import { expect, test } from "vitest";
import { addonState, nativeAddon, requireAddon } from "../../../src/native/binding.ts";

test("addonState answers the same every time", () => {
  expect(addonState()).toBe(addonState());
  expect(nativeAddon()).toBe(addonState().addon);
});

test("the addon refuses wrong arguments instead of reading garbage", (context) => {
  const addon = nativeAddon();
  if (!addon) return context.skip("there is no native addon");
  const call = addon as unknown as Record<string, (...words: unknown[]) => unknown>;
  const integer = "a native function wants an integer";
  expect(() => call["sendfile"]!(1, 2, 3)).toThrow("wrong number of arguments");
  expect(() => call["sendfile"]!("1", 2, 3, 4)).toThrow(integer);
  expect(() => call["sendfile"]!(1, 2, 3, 2 ** 53)).toThrow(integer);
  expect(() => call["sendfile"]!(1, 2, undefined, 4)).toThrow(integer);
  expect(() => call["sendfile"]!(2 ** 31, 2, 3, 4)).toThrow("wants a file descriptor");
  expect(() => call["duplicateTo"]!(0.5, 0)).toThrow(integer);
  expect(() => call["mapWindow"]!({}, 1, 2)).toThrow("wants a mapping");
  expect(() => call["cancelTransfer"]!({}, 1)).toThrow("wants a transfer group");
  expect(() => call["startTransfer"]!(1, 2, 3, 4, 5, 6, 7)).toThrow("wants a transfer group");
});

test("the addon returns -errno and never throws for what the kernel refuses", (context) => {
  const addon = nativeAddon();
  if (!addon) return context.skip("there is no native addon");
  expect(addon.duplicateTo(-1, 0)).toBe(-9);
  expect(addon.sendfile(-1, -1, 0, 1)).toBe(-9);
  expect(addon.mapMemory(-1, 0, 4096, 1, 2)).toBe(-9);
  expect(addon.mapMemory(-1, 0, 0, 1, 2)).toBe(-22);
  const group = addon.openTransfers(() => {});
  expect(addon.startTransfer(group, -1, -1, 0, 1, 0, 0)).toBe(-9);
  expect(addon.startTransfer(group, 0, 0, -1, 1, 0, 0)).toBe(-22);
  addon.cancelTransfer(group, 12_345);
});

test("requireAddon returns the addon where there is one", (context) => {
  const addon = nativeAddon();
  if (!addon) return context.skip("there is no native addon");
  expect(requireAddon("sendfile")).toBe(addon);
});
