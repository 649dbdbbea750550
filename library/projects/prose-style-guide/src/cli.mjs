#!/usr/bin/env node
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { lint } from './lint.mjs'

const filesOf = (path) => (statSync(path).isDirectory() ? readdirSync(path, { recursive: true }).filter((name) => /\.(md|mdx|txt)$/.test(name) && !/(^|[\\/])node_modules[\\/]/.test(name)).map((name) => join(path, name)) : [path])
const files = process.argv.slice(2).flatMap(filesOf)
if (files.length === 0) throw new Error('Say which files or folders: node src/cli.mjs docs')

const found = files.flatMap((file) => lint(readFileSync(file, 'utf8')).map((one) => ({ file, ...one })))
for (const { file, line, column, level, rule, message } of found) console.log(`${file}:${line}:${column} ${level} ${rule}: ${message}`)
const errors = found.filter(({ level }) => level === 'error').length
console.log(`${files.length} files, ${errors} errors, ${found.length - errors} warnings`)
process.exitCode = errors > 0 ? 1 : 0
