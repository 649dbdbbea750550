import { expect, test } from '@jest/globals'
import type { Hole } from '../../contracts/artifact.ts'
import { unknownYet } from '../../domain/diff.ts'
import { secretLeaves } from '../../domain/secret-leaves.ts'

const hole = (pointer: string, secret = true): Hole => ({ pointer, source: '', resources: [], secret })

test('what stands where a secret went in is known whole, without the white space around it', () => {
  const spec = { headers: { auth: 'Basic c2VjcmV0\n' }, pins: [7], id: 'open' }
  expect(secretLeaves(spec, [hole('/headers/auth'), hole('/pins/0'), hole('/id', false), hole('/gone')])).toEqual(['Basic c2VjcmV0', 7])
})

test('what only the deployment will know, and a text too long to look for, are left out', () => {
  expect(secretLeaves({ a: unknownYet, b: 'x'.repeat(5_000) }, [hole('/a'), hole('/b')])).toEqual([])
})
