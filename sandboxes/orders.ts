import express from 'express'
import type { Router } from 'express'
import { parseFaults } from './fault-orders.ts'
import type { FaultPlan } from './faults.ts'
import type { Journal } from './journal.ts'
import type { SandboxDefinition, SandboxStore } from './kernel.ts'

/** What every sandbox takes under `/__`: faults to order, its state and journal to read, and a reset. */
export function orders(definition: SandboxDefinition, store: SandboxStore, journal: Journal, plan: FaultPlan): Router {
  const router = express.Router()
  router.get('/__faults', (_req, res) => void res.json(plan.current()))
  router.post('/__faults', express.json(), (req, res) => {
    const faults = parseFaults(req.body, definition.extraOrders ?? [])
    if (typeof faults === 'string') return void res.status(400).json({ message: faults })
    plan.order(faults)
    res.json(plan.current())
  })
  router.get('/__state', async (_req, res) => void res.json({ resources: await definition.rows(store) }))
  router.get('/__journal', (_req, res) => void res.json(journal.entries()))
  router.post('/__reset', async (_req, res) => {
    await definition.reset?.()
    store.clear()
    journal.clear()
    plan.heal()
    res.status(204).end()
  })
  return router
}
