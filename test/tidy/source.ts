/**
 * The TypeScript of `src`, parsed and type-checked once, so that a rule can ask what a value *is*:
 * `lines.set(…)` on a Map is no copy, on a Uint8Array it is one. The compiler's API is marked
 * unstable; its version is pinned in package.json.
 */
import path from "node:path";
import { API } from "typescript/unstable/sync";
import type { Checker, Type } from "typescript/unstable/sync";
import type { Node, SourceFile } from "typescript/unstable/ast";
import { root } from "../repository.ts";

const config = path.join(root, "tsconfig.json");

export interface Source {
  readonly checker: Checker;
  readonly files: readonly SourceFile[];
  /** `src/net/source.ts` */
  readonly nameOf: (file: SourceFile) => string;
  close(): void;
}

export function openSource(): Source {
  const api = new API({ cwd: root });
  const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
  if (!project) throw new Error(`Cannot check the sources: wanted a project in ${config}`);
  const { checker, program } = project;
  return {
    checker,
    files: project.rootFiles.map((file) => program.getSourceFile(file)).filter((file) => !!file),
    nameOf: (file) => path.relative(root, file.fileName),
    close: () => api.close(),
  };
}

export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  const children: Node[] = [];
  node.forEachChild((child) => void children.push(child));
  for (const child of children) yield* nodesOf(child);
}

export function place(source: Source, file: SourceFile, node: Node): string {
  const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return `${source.nameOf(file)}:${line + 1} ${node.getText(file).split("\n")[0]}`;
}

/** The type itself, or the members of a union. */
export function constituents(type: Type): readonly Type[] {
  return type.isUnionType() ? type.getTypes() : [type];
}
