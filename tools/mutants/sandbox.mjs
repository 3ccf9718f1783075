// A private copy of the package in which a bug can be sown and the tests run: the compiled modules, the
// tests, and in place of the sources modules that lead to the compiled ones.
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const vectors = path.join(root, "test/conformance/vectors");
const vectorRunner = fileURLToPath(new URL("./vectors.mjs", import.meta.url));
const vitestConfig = fileURLToPath(new URL("./vitest.config.mjs", import.meta.url));
const runFile = promisify(execFile);

/** What the tests of the layers that are mutated lie in; the rest of test/ knows nothing of them. */
const testFolders = ["unit/core", "unit/format", "unit/struct", "property"];
const notOurs = /sendFile/;

/** Ten times what the longest step takes, so that a busy machine gets to its end. */
const timeoutMs = 1_200_000;

/**
 * @typedef {object} Change
 * @property {string} bug What is wrong then.
 * @property {string} file Of dist.
 * @property {string} [inside] How the function or class begins in which to look for `from`.
 * @property {string} from Text that is there once.
 * @property {string} to
 * @property {string} [by] The test file that finds it, where the vectors do not.
 */

export class Sandbox {
  #folder;

  constructor(folder) {
    this.#folder = folder;
  }

  /** Another one like this. */
  copyTo(folder) {
    fs.cpSync(this.#folder, folder, { recursive: true, verbatimSymlinks: true });
    return new Sandbox(folder);
  }

  /** Fills the folder. */
  async prepare() {
    await this.#compile("src", "dist", ["index.ts", "struct/index.ts"]);
    await this.#compile("test/conformance", "conformance", ["machine.ts", "backings.ts"]);
    for (const name of fs.readdirSync(this.#at("dist"), { recursive: true })) {
      if (name.endsWith(".js")) this.#writeStandIn(name);
    }
    fs.cpSync(this.#at("dist"), this.#at("sound"), { recursive: true });
    for (const name of testFolders) this.#copy(`test/${name}`);
    this.#copy("package.json");
    fs.symlinkSync(path.join(root, "node_modules"), this.#at("node_modules"));
  }

  /** Makes the change; or says why it cannot be made. */
  sow({ file, inside, from, to, by }) {
    if (by !== undefined && !fs.existsSync(this.#at(by))) return `${by} is not there`;
    const text = fs.readFileSync(this.#at(`dist/${file}`), "utf8");
    const start = inside === undefined ? 0 : text.indexOf(inside);
    const end = inside === undefined ? text.length : text.indexOf("\n}", start);
    const part = text.slice(start, end);
    const times = start < 0 ? 0 : part.split(from).length - 1;
    if (times !== 1) return `${JSON.stringify(start < 0 ? inside : from)} is there ${times} times`;
    const changed = text.slice(0, start) + part.replace(from, () => to) + text.slice(end);
    fs.writeFileSync(this.#at(`dist/${file}`), changed);
    return undefined;
  }

  /** Takes it back. */
  reap({ file }) {
    fs.copyFileSync(this.#at(`sound/${file}`), this.#at(`dist/${file}`));
  }

  /**
   * What fails first, in words; undefined when nothing does. `by` names the test file that is known to
   * fail; it is tried first, which saves the time of all others.
   */
  async firstFailure(by) {
    return (
      (by && (await this.#testFailure([by]))) ??
      (await this.#vectorFailure("sample")) ??
      (await this.#vectorFailure("plain")) ??
      (await this.#testFailure([])) ??
      (await this.#vectorFailure("others"))
    );
  }

  async #vectorFailure(which) {
    const { status, output } = await this.#run([vectorRunner, vectors, which]);
    return status === 0 ? undefined : output;
  }

  async #testFailure(files) {
    const report = this.#at("report.json");
    fs.rmSync(report, { force: true });
    const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
    const words = ["run", "--root", this.#folder, "--config", vitestConfig, ...files];
    const { status, output } = await this.#run([vitest, ...words]);
    if (status === 0) return undefined;
    if (!fs.existsSync(report)) throw new Error(`the tests did not run: ${output}`);
    for (const { name, assertionResults, message } of JSON.parse(fs.readFileSync(report))
      .testResults) {
      const failed = assertionResults.find((result) => result.status === "failed");
      const where = path.relative(this.#folder, name);
      if (failed) return `${where}: ${failed.fullName}`;
      if (message) return `${where}: ${message}`;
    }
    return output;
  }

  /** A process that is killed, or does not come to an end, says nothing of the tests. */
  async #run(words) {
    try {
      await runFile(process.execPath, words, { cwd: this.#folder, timeout: timeoutMs });
      return { status: 0, output: "" };
    } catch (error) {
      if (typeof error.code !== "number") throw error;
      return { status: error.code, output: (error.stdout || error.stderr).trim() };
    }
  }

  async #compile(from, to, files) {
    const project = this.#at(`${to}.tsconfig.json`);
    const config = {
      extends: path.join(root, "tsconfig.base.json"),
      compilerOptions: {
        rootDir: path.join(root, from),
        outDir: this.#at(to),
        noCheck: true,
        declaration: false,
        typeRoots: [path.join(root, "node_modules/@types")],
      },
      files: files.map((file) => path.join(root, from, file)),
    };
    fs.mkdirSync(this.#folder, { recursive: true });
    fs.writeFileSync(project, JSON.stringify(config));
    const tsc = path.join(root, "node_modules/typescript/bin/tsc");
    await runFile(process.execPath, [tsc, "-p", project]);
  }

  #writeStandIn(name) {
    const file = path.join(this.#at("src"), name.replace(/\.js$/, ".ts"));
    const compiled = path.relative(path.dirname(file), path.join(this.#at("dist"), name));
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `export * from ${JSON.stringify(compiled)};\n`);
  }

  #copy(name) {
    const filter = (file) => !notOurs.test(file);
    fs.cpSync(path.join(root, name), this.#at(name), { recursive: true, filter });
  }

  #at(name) {
    return path.join(this.#folder, name);
  }
}
