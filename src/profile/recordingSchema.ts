/**
 * docs/profile.schema.json as a check of what is read: one text says what a recording is, to people, to other
 * programs and here. It knows as much of JSON Schema as that file uses.
 */
import { readFileSync } from "node:fs";
import { describe } from "../core/errors.ts";

/** What is not as the schema says. */
export interface Problem {
  /** `stacks[3].bytes`; empty for the whole. */
  readonly place: string;
  readonly wanted: string;
  readonly found: string;
}

type Check = (value: unknown) => Problem | undefined;

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
}

type Definitions = Readonly<Record<string, Schema>>;

let recordingCheck: Check | undefined;

/** The first thing in `value` that is not as in a recording. */
export function problemOf(value: unknown): Problem | undefined {
  recordingCheck ??= readSchema();
  return recordingCheck(value);
}

function readSchema(): Check {
  const file = new URL("../../docs/profile.schema.json", import.meta.url);
  const schema = JSON.parse(readFileSync(file, "utf8")) as Schema & { $defs: Definitions };
  return checkOf(schema, schema.$defs);
}

function checkOf(schema: Schema, definitions: Definitions): Check {
  if (schema.$ref !== undefined) return reference(schema.$ref, definitions);
  if (schema.enum) return oneOf(schema.enum);
  if ("const" in schema) return oneOf([schema.const]);
  if (schema.type === "object") return object(schema, definitions);
  if (schema.type === "array") return list(schema, definitions);
  if (schema.type === "string")
    return (value) => unless(typeof value === "string", value, "a text");
  if (schema.type === "boolean") return oneOf([true, false]);
  return number(schema);
}

function reference($ref: string, definitions: Definitions): Check {
  let check: Check | undefined;
  return (value) => {
    check ??= checkOf(definitions[$ref.replace("#/$defs/", "")]!, definitions);
    return check(value);
  };
}

function oneOf(values: readonly unknown[]): Check {
  const wanted = values.map((value) => JSON.stringify(value)).join(" or ");
  return (value) => unless(values.includes(value), value, wanted);
}

function number({ type, minimum = -Infinity }: Schema): Check {
  const noun = type === "integer" ? "a whole number" : "a number";
  const wanted = minimum === -Infinity ? noun : `${noun} from ${minimum}`;
  return (value) =>
    unless(
      typeof value === "number" &&
        value >= minimum &&
        (type === "number" || Number.isInteger(value)),
      value,
      wanted,
    );
}

function object(
  { required = [], properties = {}, additionalProperties }: Schema,
  definitions: Definitions,
): Check {
  const checks = new Map(
    Object.entries(properties).map(([name, schema]) => [name, checkOf(schema, definitions)]),
  );
  const other = additionalProperties && checkOf(additionalProperties, definitions);
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return unless(false, value, "an object");
    }
    const fields = value as Readonly<Record<string, unknown>>;
    const missing = required.filter((name) => !Object.hasOwn(fields, name));
    for (const name of [...missing, ...Object.keys(fields)]) {
      const problem = (checks.get(name) ?? other)?.(fields[name]);
      if (problem) return under(other ? `[${JSON.stringify(name)}]` : name, problem);
    }
    return undefined;
  };
}

function list(
  { items, minItems = 0, maxItems = Infinity }: Schema,
  definitions: Definitions,
): Check {
  const check = checkOf(items!, definitions);
  const wanted = maxItems === Infinity ? "a list" : `a list of ${maxItems}`;
  return (value) => {
    if (!Array.isArray(value) || value.length < minItems || value.length > maxItems) {
      return unless(false, value, wanted);
    }
    for (let index = 0; index < value.length; index += 1) {
      const problem = check(value[index]);
      if (problem) return under(`[${index}]`, problem);
    }
    return undefined;
  };
}

function unless(isRight: boolean, value: unknown, wanted: string): Problem | undefined {
  return isRight ? undefined : { place: "", wanted, found: describe(value) };
}

/** Places are put together on the way out only, so that what is right costs no text. */
function under(name: string, { place, wanted, found }: Problem): Problem {
  const dot = place === "" || place.startsWith("[") ? "" : ".";
  return { place: `${name}${dot}${place}`, wanted, found };
}
