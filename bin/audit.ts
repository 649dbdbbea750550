/** `npm run audit`: known vulnerabilities of what runs in production, but for reasoned exceptions. Exit code 2: the registry has no answer. */
import { fileURLToPath } from 'node:url'
import { auditExceptions } from './audit-exceptions.ts'
import { judge } from './audit-report.ts'
import { npm } from './npm.ts'

const { out } = npm(['audit', '--omit=dev', '--audit=true', '--json', '--loglevel=silent'], fileURLToPath(new URL('..', import.meta.url)))
const { code, lines } = judge(out, auditExceptions)
for (const line of lines) console.log(line)
process.exitCode = code
