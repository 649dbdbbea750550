import type { Account } from './accounting.ts'

export interface Figures {
  seed: number
  deployments: number
  /** With faults and kills, nobody helping. */
  alone: Account
  /** After the faults ended and everything parked was tried again. */
  helped: Account
  refused: number
  kills: Record<string, number>
  leastRunning: number
  wantedKills: number
  wantedPauses: number
  wantedRunning: number
  faults: Record<string, { requests: number; faults: number }>
  busiest: { location: string; requests: number }
  afterwards: { left: string[]; harmed: string[]; undeployed: number; links: number; ledger: number }
  surprises: string[]
  retriedRequests: number
  seconds: Record<string, number>
}

export interface Claim {
  claim: string
  holds: boolean
  evidence: string[]
}

const none = (claim: string, cases: readonly string[]): Claim => ({ claim, holds: cases.length === 0, evidence: [...cases] })

/** What the product promises, held against what was counted. */
export function claimsOf(figures: Figures): Claim[] {
  const { alone, helped, afterwards, deployments, kills, wantedKills } = figures
  const accepted = deployments - figures.refused
  return [
    { claim: 'every deployment was accepted', holds: figures.refused === 0, evidence: [`${String(figures.refused)} refused`, ...figures.surprises] },
    none('nothing accepted is lost', [...alone.lost, ...helped.lost]),
    none('nothing exists twice', [...alone.duplicates, ...helped.duplicates]),
    none('nothing exists that no link or ledger knows', [...alone.orphans, ...helped.orphans]),
    none('everything ends as success or parked', [...alone.stuck, ...helped.stuck]),
    none('links and ledger name what the providers have', [...alone.mismatched, ...helped.mismatched]),
    { claim: 'at least 99 % succeed without a person', holds: alone.success.length >= 0.99 * accepted, evidence: [`${String(alone.success.length)} of ${String(accepted)}`, ...alone.parked, ...alone.stuck] },
    { claim: 'all succeed once the faults are over and what is parked is tried again', holds: helped.success.length === accepted, evidence: [`${String(helped.success.length)} of ${String(accepted)}`, ...helped.parked] },
    { claim: `each part was killed ${String(wantedKills)} times, and workers paused ${String(figures.wantedPauses)} times, with ${String(figures.wantedRunning)} deployments running`, holds: Object.entries(kills).every(([part, count]) => count >= (part === 'pause' ? figures.wantedPauses : wantedKills)) && figures.leastRunning >= figures.wantedRunning, evidence: [JSON.stringify(kills)] },
    { claim: 'no location saw more than 100 requests in 10 s', holds: figures.busiest.requests <= 100, evidence: [`${String(figures.busiest.requests)} at ${figures.busiest.location}`] },
    none('undeploying all leaves nothing of ours at the providers', afterwards.left),
    { claim: 'undeploying all leaves no link and no ledger row', holds: afterwards.links + afterwards.ledger === 0, evidence: [`${String(afterwards.links)} links, ${String(afterwards.ledger)} ledger rows`] },
    none('what strangers made is as it was', afterwards.harmed),
  ]
}
