import { setTimeout as delay } from 'node:timers/promises'
import express from 'express'
import type { Request, RequestHandler, Response } from 'express'
import type { Fault, FaultPlan } from './faults.ts'
import type { SandboxDefinition } from './kernel.ts'
import type { Journal } from './journal.ts'

const longestSilence = 60_000
const bodyLimit = '16mb'

/** A part of the vendor's router, so that its own error handler sees malformed and oversized bodies. */
const keepBytes = express.raw({ limit: bodyLimit, type: () => true })
const parseJson = express.json({ limit: bodyLimit })

/** Middleware in front of a vendor's routes: keeps the journal, reads the body, waits, and breaks what the orders say. */
export function injectFaults(definition: SandboxDefinition, plan: FaultPlan, journal: Journal): RequestHandler[] {
  const begin: RequestHandler = (req, res, next) => {
    const at = Date.now()
    // A mounted router shortens req.path while it runs.
    const { path } = req
    let written = false
    res.locals['journal'] = (status: number, fault?: Fault, committed?: boolean) => {
      if (written) return
      written = true
      const account: unknown = res.locals['account']
      journal.add({
        at,
        method: req.method,
        path,
        status,
        ...(typeof account === 'string' ? { account } : {}),
        ...(fault === undefined ? {} : { fault: fault.kind, committed: committed ?? false }),
      })
    }
    // Before the answer leaves: whoever has an answer finds the request in the journal.
    onEnd(res, (end) => {
      record(res, res.statusCode)
      end()
    })
    res.once('close', () => record(res, 0))
    next()
  }

  const meet: RequestHandler = async (req, res, next) => {
    const { latencyMs, fault } = plan.next(req.method, req.originalUrl)
    if (latencyMs > 0) await delay(latencyMs)
    if (fault === undefined) return next()
    if (!fault.committed) return fail(req, res, fault, false)
    onEnd(res, () => fail(req, res, fault, res.statusCode < 400))
    next()
  }

  function fail(req: Request, res: Response, fault: Fault, committed: boolean): void {
    if (fault.outcome === 'reset') {
      record(res, 0, fault, committed)
      req.socket.resetAndDestroy()
    } else if (fault.outcome === 'timeout') {
      record(res, 0, fault, committed)
      const giveUp = setTimeout(() => req.socket.destroy(), longestSilence)
      res.once('close', () => clearTimeout(giveUp))
    } else {
      for (const name of res.getHeaderNames()) res.removeHeader(name)
      onEnd(res, (end) => {
        record(res, res.statusCode, fault, committed)
        end()
      })
      definition.faultResponse(fault.outcome, res, plan.current())
    }
  }

  return [begin, ...(definition.rawBodies === true ? [] : [parseJson]), keepBytes, meet]
}

function record(res: Response, status: number, fault?: Fault, committed?: boolean): void {
  const write: (status: number, fault?: Fault, committed?: boolean) => void = res.locals['journal']
  write(status, fault, committed)
}

/** Runs `instead` in place of the next `res.end`; its argument does what was asked for. */
function onEnd(res: Response, instead: (end: () => void) => void): void {
  const original = res.end
  res.end = (...args: unknown[]) => {
    res.end = original
    instead(() => Reflect.apply(original, res, args))
    return res
  }
}
