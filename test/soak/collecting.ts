/**
 * Preloaded into the processes of a watched product, and into their threads. Asked by SIGUSR2, a process collects the garbage of all its
 * threads and writes down what is left: how much V8 keeps for garbage to come changes by 200 MB from one minute to the next.
 */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getHeapStatistics } from 'node:v8'
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads'
import { ownMb } from '../bench/load/memory.ts'
import type { Parts } from './reports.ts'

interface Heap { used: number; committed: number }
/** A thread says its number when it begins to listen, and its heap with it when it has collected. */
interface Said { thread: number; heap?: Heap }

const channel = new BroadcastChannel('soak')
channel.unref()

function collect(): Heap {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  const { used_heap_size: used, total_heap_size: committed } = getHeapStatistics()
  return { used, committed }
}

function write(folder: string, heaps: readonly Heap[]): void {
  const sum = (key: keyof Heap): number => heaps.reduce((total, heap) => total + heap[key], 0) / 1024 ** 2
  const own = ownMb(process.pid)
  const parts: Parts = { own, heap: sum('used'), native: own - sum('committed') }
  const file = join(folder, String(process.pid))
  writeFileSync(`${file}.part`, JSON.stringify(parts))
  renameSync(`${file}.part`, file)
}

function answer(): void {
  const say = (said: Said): void => { channel.postMessage(said) }
  channel.onmessage = ({ data }) => { if (data === 'collect') say({ thread: threadId, heap: collect() }) }
  say({ thread: threadId })
}

function ask(folder: string): void {
  const threads = new Set<number>()
  let [awaited, heaps] = [new Set<number>(), [] as Heap[]]
  const settle = (thread: number): void => { if (awaited.delete(thread) && awaited.size === 0) write(folder, [...heaps, collect()]) }
  process.on('worker', (worker) => {
    const { threadId: thread } = worker
    worker.once('exit', () => {
      threads.delete(thread)
      settle(thread)
    })
  })
  channel.onmessage = ({ data }) => {
    const { thread, heap } = data as Said
    threads.add(thread)
    if (heap !== undefined) heaps.push(heap)
    settle(thread)
  }
  process.on('SIGUSR2', () => {
    ;[awaited, heaps] = [new Set(threads), []]
    channel.postMessage('collect')
    if (awaited.size === 0) write(folder, [collect()])
  })
}

if (isMainThread) ask(process.env['SOAK_REPORTS'] ?? '.')
else answer()
