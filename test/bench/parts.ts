import { historySize, latency, throughput } from './deployments.ts'
import { flight } from './load/flight.ts'
import { underVendors } from './load/vendors.ts'
import type { Part } from './part.ts'
import { reads } from './reads.ts'
import { registry } from './registry.ts'
import { rendering } from './rendering.ts'
import { stages } from './stages.ts'

/** Everything `npm run bench` measures, in this order. */
export const parts: readonly Part[] = [throughput, latency, stages, historySize, reads, rendering, registry, flight, underVendors]
