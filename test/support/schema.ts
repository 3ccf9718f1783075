/** Whether a result of `zerocopy compare --json` is what docs/compare.schema.json promises. */
import fs from "node:fs";
import { Ajv } from "ajv";
import type { ValidateFunction } from "ajv";

const file = new URL("../../docs/compare.schema.json", import.meta.url);
const schema = JSON.parse(fs.readFileSync(file, "utf8")) as object;

export const matchesSchema: ValidateFunction = new Ajv({
  strict: true,
  allowUnionTypes: true,
}).compile(schema);
