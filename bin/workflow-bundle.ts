import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode } from '@temporalio/worker'
import type { WorkerOptions } from '@temporalio/worker'
import { startTracing } from './telemetry/tracing.ts'
import { version } from './version.ts'

/**
 * Each run evaluates the whole bundle anew. Without the modules that nobody uses, and with those that are used in one scope, that takes
 * 7 ms instead of 10. Functions may get other names, so workflows are started by theirs; stack traces keep their places by the source map.
 */
export const bundlerOptions: NonNullable<WorkerOptions['bundlerOptions']> = {
  webpackConfigHook: (config) => ({ ...config, mode: 'production', optimization: { ...config.optimization, minimize: false } }),
}

const nothing = (): void => undefined
/** The bundler tells its progress at length. */
const quiet = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: console.warn, error: console.error }

/** The code of all workflows, from their sources. */
export async function bundleWorkflows(): Promise<string> {
  const { plugin } = startTracing({ service: 'slipway-build', version, endpoint: undefined })
  const { code } = await bundleWorkflowCode({ ...bundlerOptions, workflowsPath: fileURLToPath(new URL('../workflows', import.meta.url)), plugins: [plugin], logger: quiet })
  return code
}
