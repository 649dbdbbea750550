import { join } from 'node:path'
import ts from 'typescript'
import { applied } from './mutants.ts'
import type { Mutant } from './mutants.ts'

/** Says whether the compiler lets a mutant pass: one it refuses is caught before any test, and proves nothing about them. */
export function createCompiles(root: string, files: readonly string[]): (mutant: Mutant) => boolean {
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)).config, ts.sys, root)
  const host = ts.createCompilerHost({ ...options, noEmit: true })
  const read = host.getSourceFile.bind(host)
  const unchanged = new Map<string, ts.SourceFile | undefined>()
  let changed: { path: string; text: string } | undefined
  host.getSourceFile = (path, version) => {
    if (path === changed?.path) return ts.createSourceFile(path, changed.text, version, true)
    if (!unchanged.has(path)) unchanged.set(path, read(path, version))
    return unchanged.get(path)
  }
  const roots = files.map((file) => join(root, file))
  let program = ts.createProgram(roots, { ...options, noEmit: true }, host)
  return (mutant) => {
    const path = join(root, mutant.file)
    changed = { path, text: applied(host.readFile(path) ?? '', mutant) }
    program = ts.createProgram(roots, { ...options, noEmit: true }, host, program)
    const source = program.getSourceFile(path)
    return program.getSyntacticDiagnostics(source).length === 0 && program.getSemanticDiagnostics(source).length === 0
  }
}
