/**
 * Puts a property back that was shadowed on this one object. `before` is what the object itself had;
 * undefined: it inherits.
 */
export function restoreProperty(
  object: object,
  name: PropertyKey,
  before: PropertyDescriptor | undefined,
): void {
  if (before) Object.defineProperty(object, name, before);
  else Reflect.deleteProperty(object, name);
}
