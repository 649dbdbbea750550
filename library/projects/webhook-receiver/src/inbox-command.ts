import { openInbox } from './inbox.ts'
import type { State } from './inbox.ts'

const states = ['waiting', 'done', 'ignored', 'dead']
const [verb, what = ''] = process.argv.slice(2)
const inbox = openInbox(process.env['INBOX'] ?? 'inbox.db')
if (verb === 'list' && states.includes(what)) console.table(inbox.list(what as State))
else if (verb === 'retry' && inbox.retry(what)) console.log(`${what} will be tried again`)
else {
  console.error(verb === 'retry' ? `There is no dead or ignored event ${what}` : `usage: npm run inbox -- list ${states.join('|')} | retry <event id>`)
  process.exitCode = 1
}
inbox.close()
