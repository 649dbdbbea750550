import { describe, expect, test } from '@jest/globals'
import { n8n } from '../../../providers/n8n/index.ts'
import { createN8nSandbox } from '../../../sandboxes/n8n.ts'
import { deploying, memoryLedger, removing, want } from '../interruptions.ts'
import type { Loss } from '../interruptions.ts'
import { openSandboxAccount } from '../sandbox-account.ts'
import { exported, manualOnly } from './exports.ts'

const wanted = [
  want(n8n, 'credential', 'key', { name: 'Key', type: 'httpHeaderAuth', data: { name: 'X', value: 'y' } }),
  want(n8n, 'workflow', 'intake', exported(), 1),
  want(n8n, 'workflow', 'by hand', manualOnly, 2),
]

const versions = ['2.8', '2.41'] as const
const losses: Loss[] = ['before it arrives', 'after it was carried out']

describe.each(versions.flatMap((version) => losses.map((loss) => [version, loss] as const)))('n8n %s, a request lost %s', (version, loss) => {
  test('wherever that happens, a deployment ends with one of each, and removing them with none', async () => {
    const box = await openSandboxAccount(n8n, createN8nSandbox({ version }), { secrets: { apiKey: 'n8n-key' } })
    const { connection } = box.account
    const names = async (type: string) => (await box.rows(type)).map(({ name }) => name.replace(/ \[.*/, ''))
    let [deployed, removed] = [true, true]
    for (let n = 1; deployed || removed; n += 1) {
      const ledger = memoryLedger()
      ;({ lost: deployed } = await deploying(n8n, connection, ledger, wanted, loss, n))
      expect(await names('credential')).toEqual(['Key'])
      expect((await names('workflow')).sort()).toEqual(['By hand', 'Intake'])
      expect((await box.rows('workflow')).find(({ name }) => name.startsWith('Intake'))).toMatchObject({ body: { active: true, tags: [{}, {}] } })

      const before = (await box.journal()).length
      const again = await deploying(n8n, connection, ledger, wanted, loss, 0)
      expect(again.outcomes.map(({ action }) => action)).toEqual(['unchanged', 'unchanged', 'unchanged'])
      expect((await box.journal()).slice(before).every(({ method }) => method === 'GET')).toBe(true)

      ;({ lost: removed } = await removing(n8n, connection, ledger, loss, n))
      expect([...(await names('credential')), ...(await names('workflow'))]).toEqual([])
      expect(n).toBeLessThan(60)
    }
    await box.close()
  })
})
