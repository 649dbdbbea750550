import { defineSignal, setHandler } from '@temporalio/workflow'
import type { Settled } from '../contracts/workflow.ts'
import { orderNames } from '../contracts/workflow.ts'
import { isObject } from '../domain/json.ts'

const settledSignal = defineSignal<[unknown]>(orderNames.settled)

const isTextOrNone = (value: unknown): boolean => value === undefined || typeof value === 'string'

const isSettled = (message: unknown): message is Settled =>
  isObject(message) && typeof message['recordId'] === 'string' && (message['status'] === 'success' || message['status'] === 'failed') && isTextOrNone(message['code']) && isTextOrNone(message['message'])

/** Hears what the deployments tell that this run waits for. Anybody may send a signal by that name: what says nothing of a record is ignored. */
export function hearSettled(hear: (message: Settled) => void): void {
  setHandler(settledSignal, (message) => { if (isSettled(message)) hear(message) })
}
