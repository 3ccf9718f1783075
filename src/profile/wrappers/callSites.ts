/** The stack of the moment, as data, and V8's words for what is on it. */

const frameLimit = 64;

/** Innermost first. Without what has to be awaited: it is not on the stack. */
export function callSites(): NodeJS.CallSite[] {
  const holder: { stack?: unknown } = {};
  const prepare = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  const { stackTraceLimit } = Error;
  const asIs = (_: Error, sites: NodeJS.CallSite[]): NodeJS.CallSite[] => sites;
  // Where Error is frozen none of this happens, and there are no stacks.
  Reflect.defineProperty(Error, "prepareStackTrace", { value: asIs, configurable: true });
  Reflect.set(Error, "stackTraceLimit", frameLimit);
  Error.captureStackTrace(holder, callSites);
  const sites = holder.stack;
  Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
  if (prepare) Reflect.defineProperty(Error, "prepareStackTrace", prepare);
  else Reflect.deleteProperty(Error, "prepareStackTrace");
  return Array.isArray(sites) ? sites.filter((site) => !site.isAsync()) : [];
}

/** What @types/node leaves out. */
interface Positions {
  getPosition(): number;
  getEnclosingLineNumber(): number | null;
  getEnclosingColumnNumber(): number | null;
}

/** The function as V8's log names it (codeName.ts), and the position in its script. */
export function codeOf(site: NodeJS.CallSite): [name: string, position: number] {
  const file = site.getFileName();
  const name = site.getFunctionName() ?? "";
  if (!file) return [`Builtin:${[site.getTypeName(), name].filter(Boolean).join("#")}`, -1];
  const at = site as unknown as Positions;
  const [line, column] = [at.getEnclosingLineNumber() ?? 0, at.getEnclosingColumnNumber() ?? 0];
  return [`JS:~${name} ${file}:${line}:${column}`, at.getPosition()];
}
