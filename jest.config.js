export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.slipway/', '<rootDir>/library/projects/'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testTimeout: 60_000,
  maxWorkers: 2,
  // Modules loaded in Node's vm are never freed: a worker process that has grown is replaced before its next file.
  workerIdleMemoryLimit: '900MB',
  coverageProvider: 'v8',
  // Workflows run in Temporal's sandbox, where coverage cannot look: replayed histories and end-to-end tests cover them. Files of types alone have no lines to run.
  collectCoverageFrom: ['{contracts,domain,activities,providers,db,api,sandboxes,client}/**/*.ts', 'config.ts', '!client/generated/**', '!db/schema.ts', '!api/call.ts', '!api/context.ts', '!api/streams/metrics.ts', '!contracts/json.ts', '!contracts/orders.ts', '!activities/context.ts'],
  coverageReporters: ['text-summary', 'json-summary', 'lcovonly'],
}
