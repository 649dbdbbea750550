export type Handler = (payload: unknown, eventId: string) => Promise<void>

const told = (what: string, payload: unknown, eventId: string): void => { console.log(JSON.stringify({ event: eventId, what, payload })) }

/** What is done with each type of event. It may run more than once: use the event's id as the key of its effect. */
export const handlers: Record<string, Handler> = {
${%- for event in variables.events %}
  '${{ event }}': async (payload, eventId) => { told('${{ event }}', payload, eventId) },
${%- endfor %}
}
