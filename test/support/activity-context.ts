import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import type { ActivityContext } from '../../activities/context.ts'
import { createWorkerMetrics } from '../../bin/telemetry/metrics.ts'
import type { Config } from '../../config.ts'
import type { Db } from '../../db/client.ts'
import { createVault } from '../../db/vault.ts'
import { providers } from '../../providers/registry.ts'

/** What a worker gives its activities, for a test that carries them out itself. */
export const activityContext = (db: Db, config: Config): ActivityContext => ({
  db, registry: providers, log: pino({ level: 'silent' }),
  metrics: createWorkerMetrics({ sdkMetrics: () => Promise.resolve(''), readBacklogs: () => Promise.resolve([]) }),
  vault: createVault(config.encryption),
  providers: config.providers,
  quality: config.quality,
  repositoriesDir: config.repositories.dir,
  wakeRepository: () => undefined,
  libraryDir: fileURLToPath(new URL('../../library', import.meta.url)),
})
