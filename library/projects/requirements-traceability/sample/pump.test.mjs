import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limit, motor, shownVolume } from './pump.mjs'

test('${{ variables.prefix }}-1 the motor stops above the limit', () => assert.deepEqual([motor({ pressure: limit.bar, running: true }), motor({ pressure: limit.bar + 0.01, running: true })], [true, false]))
test('${{ variables.prefix }}-2 the volume is shown to a tenth', () => assert.equal(shownVolume(1234, 0.01), '12.3 ml'))
