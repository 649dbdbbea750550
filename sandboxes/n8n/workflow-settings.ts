import { amount, flag, text } from './shapes.ts'

const whatToSave = ['all', 'none']

const settingsKeys = (saved: readonly string[]) => ({
  saveExecutionProgress: flag,
  saveManualExecutions: flag,
  saveDataErrorExecution: { type: 'string', oneOf: saved },
  saveDataSuccessExecution: { type: 'string', oneOf: saved },
  executionTimeout: amount,
  errorWorkflow: text,
  timezone: text,
  executionOrder: text,
  callerPolicy: text,
  callerIds: text,
  timeSavedPerExecution: amount,
  availableInMCP: flag,
} as const)

export const newerSettings = {
  ...settingsKeys([...whatToSave, 'DEFAULT']),
  // As the newer version sends them itself; older ones refuse every one of these.
  saveExecutionProgress: {},
  saveManualExecutions: {},
  binaryMode: text,
  timeSavedMode: text,
  redactionPolicy: text,
  credentialResolverId: text,
} as const

export const olderSettings = settingsKeys(whatToSave)

/** Settings that the newer version takes and throws away. */
export const ignoredSettings = ['binaryMode', 'credentialResolverId']
