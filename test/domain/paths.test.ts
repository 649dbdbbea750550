import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { posix, win32 } from 'node:path'
import { collisions, folded, pathProblem } from '../../domain/paths.ts'
import { namesOf } from '../../domain/template-path.ts'

test.each(['a', 'src/main.py', '.gitignore', '.github/workflows/ci.yml', 'a b/c d.txt', 'ä/日本/🦷.txt', 'con_', 'console', 'COM10.txt', 'nulls', '...a', 'a.b.c', "it's", '-rf', '~', '$HOME', '.gitmodules', 'x'.repeat(255)])('%j is a path', (path) => {
  expect(pathProblem(path)).toBeUndefined()
})

test.each(['', '/', '/a', 'a/', 'a//b', '.', '..', '../a', 'a/..', 'a/../b', './a', 'C:', 'C:/a', 'c:a', 'a\\b', '\\\\host\\share', 'a\0b', 'a\nb', 'a\u007f', 'con', 'CON', 'con.txt', 'a/Nul', 'aux.tar.gz', 'com1', 'COM¹', 'LPT9.log', 'conin$', 'a.', 'a ', ' a', 'a/ b', 'a./b', 'a<b', 'a>b', 'a:b', 'a"b', 'a|b', 'a?b', 'a*b', '.git', '.git/config', 'a/.GIT/hooks', 'GIT~1', 'x'.repeat(256), 'ä'.repeat(128), 'a/'.repeat(40) + 'b', `${'x'.repeat(250)}/`.repeat(4) + 'b'])('%j is none, and why is told', (path) => {
  expect(pathProblem(path)).toMatch(/\w/)
})

test('whatever is taken for a path stays below the folder it is unpacked in, on every system', () => {
  const part = fc.constantFrom('..', '.', '/', '\\', 'a', 'C:', ' ', '%2e', '~', '\0', '//', 'con', '.git')
  fc.assert(fc.property(fc.array(part), (parts) => {
    const path = parts.join('')
    fc.pre(pathProblem(path) === undefined)
    expect(posix.join('/folder/project', path).startsWith('/folder/project/')).toBe(true)
    expect(win32.resolve('C:\\root\\project', path).startsWith('C:\\root\\project\\')).toBe(true)
  }), { numRuns: 2_000 })
})

test('paths that are in each other\'s way are found, others are not', () => {
  expect(collisions(['a', 'b/c', 'b/d', 'bc'])).toEqual([])
  expect(collisions(['a', 'a'])).toEqual([{ index: 1, message: 'a is there twice' }])
  expect(collisions(['A', 'x', 'a'])).toEqual([{ index: 2, message: 'a and A differ in case only' }])
  expect(collisions(['b/c/d', 'B'])).toEqual([{ index: 0, message: 'b/c/d needs a folder where B is a file' }])
  expect(folded('\u00c9')).toBe(folded('e\u0301'))
})

test('a path\'s names are parted by slashes, but not by those inside an expression', () => {
  expect(namesOf("src/${{ variables.a | replace: '.', '/' }}/x${% if a/b %}y${% endif %}.txt").map(({ text, outline }) => [text, outline])).toEqual([['src', 'src'], ["${{ variables.a | replace: '.', '/' }}", 'x'], ['x${% if a/b %}y${% endif %}.txt', 'xxyx.txt']])
  expect(namesOf('a/{{ b/c', { output: ['{{', '}}'], tag: ['{%', '%}'] }).map(({ text }) => text)).toEqual(['a', '{{ b', 'c'])
})
