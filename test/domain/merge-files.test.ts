import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { JsonObject } from '../../contracts/json.ts'
import type { ProjectFile } from '../../contracts/project.ts'
import { mergeFiles } from '../../domain/merge-files.ts'
import { mergeText } from '../../domain/merge-text.ts'
import { decide } from '../../domain/pull.ts'

const text = (...lines: string[]): string => lines.map((line) => `${line}\n`).join('')

describe('merging two changes of a text', () => {
  test.each<[string, string, string, string, string]>([
    ['lines apart', text('a', 'b', 'c'), text('A', 'b', 'c'), text('a', 'b', 'C'), text('A', 'b', 'C')],
    ['lines added at both ends', text('a'), text('0', 'a'), text('a', '2'), text('0', 'a', '2')],
    ['a line removed here and one changed there', text('a', 'b', 'c'), text('b', 'c'), text('a', 'b', 'C'), text('b', 'C')],
    ['the same change on both sides', text('a', 'b'), text('x', 'b'), text('x', 'b'), text('x', 'b')],
    ['the same change, and another beside it', text('a', 'b', 'c'), text('x', 'b', 'c'), text('x', 'b', 'z'), text('x', 'b', 'z')],
    ['a last line without its end', 'a\nb\nc', 'A\nb\nc', 'a\nb\nc\n', 'A\nb\nc\n'],
    ['equal lines, many times', text('x', 'x', 'x', 'x', 'y'), text('x', 'x', 'x', 'x', 'Y'), text('x', 'x', 'x', 'y'), ''],
  ])('%s', (_, base, ours, theirs, expected) => {
    const merged = mergeText(base, ours, theirs)
    if (expected === '') expect(merged).toHaveProperty('conflicts')
    else expect(merged).toEqual({ text: expected })
  })

  test('names the line where both changed the same one, as it is here', () => {
    expect(mergeText(text('a', 'b', 'c', 'd'), text('0', 'a', 'b', 'C', 'd'), text('a', 'b', 'X', 'd'))).toEqual({ conflicts: [{ line: 4, ours: 'C\n', theirs: 'X\n' }] })
    expect(mergeText(text('a', 'b'), text('A', 'b'), text('a', 'B'))).toEqual({ conflicts: [{ line: 1, ours: 'A\nb\n', theirs: 'a\nB\n' }] })
    expect(mergeText('', 'a\n', 'b\n')).toEqual({ conflicts: [{ line: 1, ours: 'a\n', theirs: 'b\n' }] })
  })

  test('gives up where nearly all was changed', () => {
    const many = (sign: string): string => Array.from({ length: 2_000 }, (_, at) => `${sign}${String(at)}\n`).join('')
    expect(mergeText(many('a'), many('b'), many('c'))).toBeUndefined()
  })

  const lines = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', 'd\n'), { maxLength: 8 }).map((all) => all.join(''))

  test('is the one change where the other side made none, and the same whoever is asked first', () => {
    fc.assert(fc.property(lines, lines, lines, (base, one, other) => {
      expect(mergeText(base, one, base)).toEqual({ text: one })
      expect(mergeText(base, base, one)).toEqual({ text: one })
      expect(mergeText(base, one, one)).toEqual({ text: one })
      const [forth, back] = [mergeText(base, one, other), mergeText(base, other, one)]
      expect(back && 'text' in back ? back : 'conflict').toEqual(forth && 'text' in forth ? forth : 'conflict')
    }))
  })

  test('loses no line that only one side added', () => {
    fc.assert(fc.property(lines, lines, lines, (base, one, other) => {
      const merged = mergeText(base, `mine\n${one}`, `${other}theirs\n`)
      if (merged && 'text' in merged) expect([merged.text.includes('mine\n'), merged.text.includes('theirs\n')]).toEqual([true, true])
    }))
  })
})

const file = (path: string, content = 'x\n', more: Partial<ProjectFile> = {}): ProjectFile => ({ path, content, ...more })
const binary = (path: string, content: string): ProjectFile => file(path, content, { encoding: 'base64' })

describe('merging two changes of a project\'s files', () => {
  test('takes each file from the side that changed it', () => {
    const base = [file('both'), file('gone here'), file('gone there'), file('kept'), binary('logo', 'AAAA')]
    const ours = [file('both', 'x\n'), file('gone there'), file('kept'), file('new here'), binary('logo', 'AAEC')]
    const theirs = [file('both', 'y\n', { executable: true }), file('gone here'), file('kept'), file('new there'), binary('logo', 'AAAA')]
    expect(mergeFiles(base, ours, theirs)).toEqual({ files: [file('both', 'y\n', { executable: true }), file('kept'), binary('logo', 'AAEC'), file('new here'), file('new there')], problems: [] })
  })

  test('joins marks of one side with lines of the other', () => {
    expect(mergeFiles([file('a')], [file('a', 'x\n', { executable: true })], [file('a', 'y\n')])).toEqual({ files: [file('a', 'y\n', { executable: true })], problems: [] })
    expect(mergeFiles([file('a')], [file('a', 'y\n')], [file('a', 'x\n', { literal: true })]).files).toEqual([file('a', 'y\n', { literal: true })])
  })

  test('joins marks of one side with bytes of the other, or of both', () => {
    const marked = (content: string): ProjectFile => ({ ...binary('a', content), executable: true })
    expect(mergeFiles([binary('a', 'AAAA')], [binary('a', 'AAEC')], [marked('AAAA')])).toEqual({ files: [marked('AAEC')], problems: [] })
    expect(mergeFiles([binary('a', 'AAAA')], [marked('AAAA')], [binary('a', 'AAEC')])).toEqual({ files: [marked('AAEC')], problems: [] })
    expect(mergeFiles([binary('a', 'AAAA')], [binary('a', 'AAEC')], [marked('AAEC')])).toEqual({ files: [marked('AAEC')], problems: [] })
  })

  test.each<[string, ProjectFile[], ProjectFile[], ProjectFile[], string]>([
    ['the same line', [file('src/a~b')], [file('src/a~b', 'y\n')], [file('src/a~b', 'z\n')], 'src/a~b from line 1 on is "z\\n" in the remote and "y\\n" here'],
    ['bytes', [binary('src/a~b', 'AAAA')], [binary('src/a~b', 'AAAB')], [binary('src/a~b', 'AAAC')], 'src/a~b was changed on both sides, and is no text'],
    ['a file that the other deleted', [file('src/a~b')], [], [file('src/a~b', 'z\n')], 'src/a~b was changed in the remote and deleted here'],
    ['a file that is gone there', [file('src/a~b')], [file('src/a~b', 'z\n')], [], 'src/a~b was deleted in the remote and changed here'],
    ['a new file of one name', [], [file('src/a~b', 'y\n')], [file('src/a~b', 'z\n')], 'src/a~b is new on both sides, and not the same'],
    ['a mark', [file('src/a~b', 'x\n', { literal: true })], [file('src/a~b', 'x\n')], [file('src/a~b', 'x\n', { literal: false })], 'src/a~b has another literal on each side'],
  ])('names the file where both changed %s', (_, base, ours, theirs, message) => {
    expect(mergeFiles(base, ours, theirs).problems).toEqual([{ pointer: '/files/src~1a~0b', message }])
  })

  test('that are too long and too different to compare is for a person', () => {
    const many = (sign: string): ProjectFile => file('a', Array.from({ length: 2_000 }, (_, at) => `${sign}${String(at)}\n`).join(''))
    expect(mergeFiles([many('a')], [many('b')], [many('c')]).problems).toMatchObject([{ message: 'a was changed too much on both sides to be compared' }])
  })
})

describe('what a change of a project template in the remote means', () => {
  const content = (files: ProjectFile[], rest: JsonObject = {}): JsonObject => JSON.parse(JSON.stringify({ kind: 'project', name: 'x', meta: {}, ...rest, files })) as JsonObject

  test('is decided place by place in what describes it, and line by line in its files', () => {
    const base = content([file('a', text('1', '2', '3'))], { meta: { tags: ['a'] } })
    const ours = content([file('a', text('one', '2', '3')), file('b')], { meta: { tags: ['a', 'b'] } })
    const theirs = content([file('a', text('1', '2', 'three'))], { meta: { tags: ['a'], title: 'X' } })
    expect(decide({ base, ours, theirs })).toEqual({ outcome: 'merged', content: content([file('a', text('one', '2', 'three')), file('b')], { meta: { tags: ['a', 'b'], title: 'X' } }) })
    expect(decide({ base, ours: base, theirs })).toEqual({ outcome: 'take' })
    expect(decide({ base, ours: content([file('a', text('one', '2', '3'))]), theirs: content([file('a', text('eins', '2', '3'))], { meta: { tags: ['z'] } }) })).toMatchObject({ outcome: 'conflict', reason: 'both_changed', problems: [{ pointer: '/meta/tags' }, { pointer: '/files/a' }] })
  })

  test('is theirs where that has all of ours', () => {
    const base = content([file('a')])
    expect(decide({ base, ours: content([file('a'), file('b')]), theirs: content([file('a', 'y\n'), file('b')]) })).toEqual({ outcome: 'take' })
  })

  test('is a conflict as a whole where nothing tells what both began with, and where one side has no files', () => {
    expect(decide({ base: undefined, ours: content([file('a')]), theirs: content([file('b')]) })).toMatchObject({ outcome: 'conflict', problems: [{ pointer: '' }] })
    expect(decide({ base: content([file('a')]), ours: content([file('b')]), theirs: { kind: 'project', name: 'x', meta: {} } })).toMatchObject({ outcome: 'conflict', problems: [{ pointer: '/files' }] })
    expect(decide({ base: { kind: 'project', name: 'x', meta: {} }, ours: content([file('a')]), theirs: content([file('b')]) })).toEqual({ outcome: 'merged', content: content([file('a'), file('b')]) })
  })
})
