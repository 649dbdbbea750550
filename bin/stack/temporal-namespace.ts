import type { Connection } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import { searchAttributes } from '../../contracts/search-attributes.ts'

const retentionSeconds = 30 * 24 * 60 * 60

/** `temporal.api.enums.v1.IndexedValueType` of Temporal's API. */
const typeOf = { Keyword: 2, KeywordList: 7 } as const

/**
 * Gives the namespace our search attributes and 30 days of history. The dev server's `--search-attribute` reaches only
 * namespaces made at that very start, and its own retention is one day.
 */
export async function prepareNamespace(connection: Connection, namespace: string): Promise<void> {
  const { config } = await connection.workflowService.describeNamespace({ namespace })
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
  const missing = Object.entries(searchAttributes).filter(([name]) => !(name in customAttributes))
  if (missing.length > 0) {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, typeOf[type]])),
    })
  }
  if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) < retentionSeconds) {
    await connection.workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: msToTs(retentionSeconds * 1000) },
    })
  }
}
