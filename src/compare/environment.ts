/** The machine a comparison was made on, as far as it explains the figures. */
import { statfsSync } from "node:fs";
import os from "node:os";
import { addonState } from "../native/binding.ts";

export interface Environment {
  readonly node: string;
  /** `"Linux 6.1.0 x64"` */
  readonly system: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly fileSystem: string;
  readonly addon: "loaded" | { readonly missing: string; readonly advice: string };
}

/** @param path - what was read; undefined: memory. */
export function describeEnvironment(path: string | undefined): Environment {
  const state = addonState();
  const cpus = os.cpus();
  return {
    node: process.version,
    system: `${os.type()} ${os.release()} ${process.arch}`,
    cpu: cpus[0]?.model.trim() ?? "unknown",
    cores: cpus.length,
    memoryBytes: os.totalmem(),
    fileSystem: path === undefined ? "none" : fileSystemOf(path),
    addon: state.addon ? "loaded" : { missing: state.reason, advice: state.advice },
  };
}

/** statfs(2), f_type. */
const fileSystems: Readonly<Record<number, string>> = {
  0xef53: "ext4",
  0x58465342: "xfs",
  0x9123683e: "btrfs",
  0x2fc12fc1: "zfs",
  0xf2f52010: "f2fs",
  0x01021994: "tmpfs",
  0x858458f6: "ramfs",
  0x794c7630: "overlayfs",
  0x65735546: "fuse",
  0x6969: "nfs",
  0xff534d42: "cifs",
  0x01021997: "9p",
};

function fileSystemOf(path: string): string {
  if (process.platform !== "linux") return "unknown";
  const { type } = statfsSync(path);
  return fileSystems[type >>> 0] ?? `0x${(type >>> 0).toString(16)}`;
}
