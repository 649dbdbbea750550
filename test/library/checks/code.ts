import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SourceTextModule, compileFunction } from 'node:vm'
import ts from 'typescript'
import type { RenderedFile } from '../../../domain/render-project.ts'

const isScript = /\.(js|mjs|cjs)$/
const isTyped = /\.(ts|mts|cts|tsx|jsx)$/

const told = ({ messageText, file, start }: ts.Diagnostic, folder = ''): string => {
  const at = file && start !== undefined ? `${file.fileName.replace(`${folder}/`, '')}:${String(ts.getLineAndCharacterOfPosition(file, start).line + 1)}: ` : ''
  return at + ts.flattenDiagnosticMessageText(messageText, ' ')
}

/** JavaScript that Node, and TypeScript that its compiler, cannot parse. */
export const unparsed = (files: readonly RenderedFile[]): string[] => files.filter(({ encoding }) => encoding === undefined).flatMap(({ path, content }) => {
  if (isScript.test(path)) return scriptProblems(path, content)
  if (!isTyped.test(path)) return []
  const { diagnostics = [] } = ts.transpileModule(content, { fileName: path, reportDiagnostics: true, compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext, jsx: ts.JsxEmit.Preserve, allowJs: true } })
  return diagnostics.map((one) => told(one))
})

function scriptProblems(path: string, content: string): string[] {
  try {
    // As Node does it: a file that imports or exports is a module, and so is one that awaits at its top.
    if (path.endsWith('.cjs') || (!path.endsWith('.mjs') && !/^\s*(import|export)\b|^[^\n]*\bawait\b/m.test(content))) compileFunction(content.replace(/^#!.*/, ''), ['exports', 'require', 'module', '__filename', '__dirname'])
    else void new SourceTextModule(content)
    return []
  } catch (error) {
    return [`${path}: ${String(error)}`]
  }
}

const kept = new Map<string, ts.SourceFile | undefined>()

/** A host that parses the declarations of packages once for all projects. */
function createHost(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options)
  const read = host.getSourceFile.bind(host)
  return {
    ...host,
    getSourceFile(name, how, ...rest) {
      if (!name.includes('/node_modules/')) return read(name, how, ...rest)
      const key = JSON.stringify([name, typeof how === 'object' ? [how.languageVersion, how.impliedNodeFormat] : how])
      if (!kept.has(key)) kept.set(key, read(name, how, ...rest))
      return kept.get(key)
    },
  }
}

const usual: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2024, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, strict: true, allowImportingTsExtensions: true, jsx: ts.JsxEmit.Preserve, types: ['node'],
  lib: ['lib.es2024.d.ts', 'lib.esnext.iterator.d.ts', 'lib.esnext.collection.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
}

function settings(folder: string): { options: ts.CompilerOptions; errors: ts.Diagnostic[] } {
  const file = join(folder, 'tsconfig.json')
  if (!existsSync(file)) return { options: usual, errors: [] }
  const { config, error } = ts.readConfigFile(file, (path) => ts.sys.readFile(path)) as { config: unknown; error?: ts.Diagnostic }
  const { options, errors } = ts.parseJsonConfigFileContent(config ?? {}, ts.sys, folder)
  const noInputs = 18003
  return { options, errors: error ? [error] : errors.filter(({ code }) => code !== noInputs) }
}

/** No such module, type definition or JSX runtime. */
const unresolved = new Set([2307, 2688, 2792, 2875, 7016])
const isOwn = (diagnostic: ts.Diagnostic): boolean => /'(\.[^']*)'/.test(ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '))

/** What the compiler says of a project's TypeScript, by its own tsconfig.json where it has one. Of one that needs packages which are not installed here, only its syntax and its own imports. */
export function typeErrors(files: readonly RenderedFile[], folder: string): string[] {
  const typed = files.filter(({ path }) => /\.(ts|mts|cts|tsx)$/.test(path)).map(({ path }) => join(folder, path))
  if (typed.length === 0) return []
  const { options, errors } = settings(folder)
  const checked: ts.CompilerOptions = { ...options, noEmit: true, skipLibCheck: true, incremental: false, composite: false, declaration: false }
  const program = ts.createProgram(typed, checked, createHost(checked))
  const all = [...errors, ...ts.getPreEmitDiagnostics(program)]
  const needsMore = all.some((one) => unresolved.has(one.code) && !isOwn(one))
  const counted = needsMore ? [...errors, ...program.getSyntacticDiagnostics(), ...all.filter((one) => unresolved.has(one.code) && isOwn(one))] : all
  return [...new Set(counted.map((one) => told(one, folder)))]
}
