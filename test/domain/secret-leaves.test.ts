import { expect, test } from '@jest/globals'
import type { Hole } from '../../contracts/artifact.ts'
import { unknownYet } from '../../domain/diff.ts'
import { createRedact } from '../../domain/redact.ts'
import { secretLeaves } from '../../domain/secret-leaves.ts'

const redact = createRedact(['the key itself'])
const hole = (pointer: string, secret = true): Hole => ({ pointer, source: '', resources: [], secret })

test('what stands where a secret went in is known whole, without the white space around it', () => {
  const spec = { headers: { auth: 'Basic c2VjcmV0\n' }, pins: [7], id: 'open' }
  expect(secretLeaves(spec, [hole('/headers/auth'), hole('/pins/0'), hole('/id', false), hole('/gone')], redact)).toEqual(['Basic c2VjcmV0', 7])
})

test('what only the deployment will know is left out, and so is a long text in which the secret stands as it is', () => {
  const prompt = `${'Be kind. '.repeat(500)}Open with the key itself.`
  expect(secretLeaves({ a: unknownYet, b: prompt }, [hole('/a'), hole('/b')], redact)).toEqual([])
})

test('what a filter has made of a long secret is known, however long it is', () => {
  const encoded = Buffer.from('a private key '.repeat(1_000)).toString('base64')
  expect(secretLeaves({ key: encoded }, [hole('/key')], createRedact(['a private key '.repeat(1_000)]))).toEqual([encoded])
})
