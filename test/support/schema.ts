/** Whether what `--json` writes is what the schemas in docs/ promise. */
import fs from "node:fs";
import { Ajv } from "ajv";
import type { ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";

const options = { strict: true, allowUnionTypes: true } as const;

function schema(name: string): object {
  const file = new URL(`../../docs/${name}.schema.json`, import.meta.url);
  return JSON.parse(fs.readFileSync(file, "utf8")) as object;
}

/** A result of `zerocopy compare`. */
export const matchesSchema: ValidateFunction = new Ajv(options).compile(schema("compare"));

/** A recording of `zerocopy profile`. */
export const matchesRecordingSchema: ValidateFunction = new Ajv2020(options).compile(
  schema("profile"),
);
