import { expect, test } from '@jest/globals'
import { auditExceptions } from '../../bin/audit-exceptions.ts'
import { judge } from '../../bin/audit-report.ts'

const advisory = (id: string) => ({ url: `https://advisories.example/${id}`, title: 'Slow pattern', severity: 'high', name: 'left-pad' })
const report = (...via: unknown[]): string => JSON.stringify({ auditReportVersion: 2, vulnerabilities: via.length === 0 ? {} : { 'left-pad': { via }, dependent: { via: ['left-pad'] } } })

test('a report without vulnerabilities is clean', () => {
  expect(judge(report(), [])).toEqual({ code: 0, lines: ['No known vulnerabilities but the excepted'] })
})

test('a vulnerability fails the audit unless it is excepted, with its reason shown', () => {
  expect(judge(report(advisory('GHSA-1'), advisory('GHSA-2')), [{ advisory: 'GHSA-1', reason: 'never called' }])).toEqual({ code: 1, lines: ['excepted GHSA-1: never called', 'GHSA-2 high left-pad: Slow pattern'] })
  expect(judge(report(advisory('GHSA-1')), [{ advisory: 'https://advisories.example/GHSA-1', reason: 'never called' }])).toMatchObject({ code: 0 })
})

test('an exception that nothing needs any more fails it too', () => {
  expect(judge(report(), [{ advisory: 'GHSA-1', reason: 'gone' }])).toEqual({ code: 1, lines: [expect.stringContaining('GHSA-1 is excepted, and no longer reported')] })
})

test.each(['', 'not json', '{"message":"405 Method Not Allowed","error":{}}', '{}'])('where the registry answers %j nothing is known, which is not clean', (out) => {
  expect(judge(out, [])).toMatchObject({ code: 2, lines: [expect.stringContaining('nothing is known')] })
})

test('every exception has a reason', () => {
  for (const { advisory: id, reason } of auditExceptions) expect([id.length > 3, reason.length > 20]).toEqual([true, true])
})
