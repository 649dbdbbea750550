/** The shapes that most bodies are made of. */
export const text = { type: 'string' } as const
export const flag = { type: 'boolean' } as const
export const amount = { type: 'number' } as const
export const object = { type: 'object' } as const
export const readOnly = { readOnly: true } as const
