/**
 * A proxy in front sends the body: the response names the file in a header, and the proxy opens it.
 * Which file, which twin, which status: all that is decided here; how much of it, and whether it has
 * changed, is the proxy's to say, which has the file.
 *
 * Names are percent-encoded, so that one with a line break in it cannot become a header. nginx (since
 * 1.5.9), Apache's mod_xsendfile and lighttpd decode them.
 *
 * The proxy follows links by rules of its own: `symlinks` is what was found here.
 */
import type { Settings } from "./serveOptions.ts";

/** The name and the value of the header. `relative`: beneath `directory`. */
export function accelHeader(
  { accel, accelPrefix }: Settings,
  directory: string,
  relative: string,
): readonly [name: string, value: string] {
  const name = encodePath(relative);
  if (accel === "x-accel-redirect") {
    return ["X-Accel-Redirect", `${accelPrefix!.replace(/\/$/, "")}/${name}`];
  }
  const root = accelPrefix ?? encodePath(directory);
  return ["X-Sendfile", `${root.replace(/\/$/, "")}/${name}`];
}

function encodePath(file: string): string {
  return file.split("/").map(encodeURIComponent).join("/");
}
