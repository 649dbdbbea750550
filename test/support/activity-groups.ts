interface Scheduled { activityType?: { name?: string }; input?: { payloads?: { data?: string }[] } }

/** Which provider is to make what: what the activities of several providers, which run side by side, differ in. */
export function groupOf(data: string): string | undefined {
  const text = Buffer.from(data, 'base64').toString()
  if (!text.startsWith('{')) return undefined
  const { run, planId, provider, names } = JSON.parse(text) as { run?: object; planId?: string; provider?: string; names?: string[] }
  return provider === undefined || (run ?? planId) === undefined ? undefined : `${provider}: ${names?.join(' ') ?? 'all'}`
}

/** What the providers' activities of a run were to make, in their order. */
export const groupsOf = (events: { [attributes: string]: unknown }[]): string[] => events.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
  const { activityType, input } = (scheduled ?? {}) as Scheduled
  return /^(deployGroup|undeployProvider|previewProvider)$/.test(activityType?.name ?? '') ? groupOf(input?.payloads?.[0]?.data ?? '') ?? [] : []
})
