/** Notices calls of an object's methods for a while, by shadowing them on this one object. */
import { restoreProperty } from "../../net/restoreProperty.ts";

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Calls `noticed` with the first argument before every call of one of `methods`, until the function that is
 * returned has been called. What somebody puts over a shadow meanwhile stays, and reaches the method through it.
 */
export function watch(
  object: object,
  methods: readonly string[],
  noticed: (method: string, argument: unknown) => void,
): () => void {
  const endings = methods.map((name) => shadow(object, name, noticed));
  return () => {
    for (const end of endings) end();
  };
}

function shadow(
  object: object,
  name: string,
  noticed: (method: string, argument: unknown) => void,
): () => void {
  const before = Object.getOwnPropertyDescriptor(object, name);
  const method = Reflect.get(object, name) as Method;
  let isWatching = true;
  const value: Method = function (...args) {
    if (isWatching) noticed(name, args[0]);
    return Reflect.apply(method, this, args);
  };
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
  return () => {
    isWatching = false;
    if (Reflect.get(object, name) === value) restoreProperty(object, name, before);
  };
}
