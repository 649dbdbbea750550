import { z } from 'zod'
import type { AuditException } from './audit-exceptions.ts'

const advisory = z.object({ url: z.string(), title: z.string(), severity: z.string(), name: z.string() })
const report = z.object({ vulnerabilities: z.record(z.string(), z.object({ via: z.array(z.union([z.string(), advisory])) })).optional() })

const idOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1)

function reportOf(out: string): z.infer<typeof report> {
  try {
    return report.parse(JSON.parse(out))
  } catch {
    return {}
  }
}

/** What the report of `npm audit --json` means. `unknown`: it is none, so nothing is known. */
export function judge(out: string, exceptions: readonly AuditException[]): { code: 0 | 1 | 2; lines: string[] } {
  const { vulnerabilities } = reportOf(out)
  if (vulnerabilities === undefined) return { code: 2, lines: ['The registry at hand answers no audit: nothing is known. Run it against one that does (npm_config_registry=…)'] }
  const advisories = new Map(Object.values(vulnerabilities).flatMap(({ via }) => via.flatMap((one) => (typeof one === 'string' ? [] : [[idOf(one.url), one] as const]))))
  const excepted = new Set(exceptions.map(({ advisory }) => idOf(advisory)))
  const open = [...advisories].filter(([id]) => !excepted.has(id)).map(([id, { name, severity, title }]) => `${id} ${severity} ${name}: ${title}`)
  const needless = exceptions.filter(({ advisory }) => !advisories.has(idOf(advisory))).map(({ advisory }) => `${advisory} is excepted, and no longer reported: remove it from bin/audit-exceptions.ts`)
  const known = exceptions.filter(({ advisory }) => advisories.has(idOf(advisory))).map(({ advisory, reason }) => `excepted ${advisory}: ${reason}`)
  const bad = [...open, ...needless]
  return { code: bad.length > 0 ? 1 : 0, lines: [...known, ...bad, ...(bad.length > 0 ? [] : ['No known vulnerabilities but the excepted'])] }
}
