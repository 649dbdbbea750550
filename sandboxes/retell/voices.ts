import type { Router } from 'express'
import { unknownAsset } from './refusal.ts'
import { readParam } from './wire.ts'
import type { Fields } from './wire.ts'

const voice = (id: string, provider: string, gender: 'male' | 'female', accent = 'American'): Fields => ({
  voice_id: id,
  voice_name: id.slice(id.indexOf('-') + 1),
  provider,
  gender,
  accent,
  age: 'Young',
})

const voices = [
  voice('11labs-Adrian', 'elevenlabs', 'male'),
  voice('11labs-Anna', 'elevenlabs', 'female'),
  voice('11labs-Brian', 'elevenlabs', 'male'),
  voice('11labs-Cimo', 'elevenlabs', 'female'),
  voice('11labs-Dorothy', 'elevenlabs', 'female', 'British'),
  voice('11labs-Kate', 'elevenlabs', 'female'),
  voice('11labs-Myra', 'elevenlabs', 'female'),
  voice('11labs-Paul', 'elevenlabs', 'male'),
  voice('cartesia-Cleo', 'cartesia', 'female'),
  voice('openai-Alloy', 'openai', 'female'),
  voice('openai-Echo', 'openai', 'male'),
  voice('openai-Nova', 'openai', 'female'),
  voice('openai-Onyx', 'openai', 'male'),
  voice('openai-Shimmer', 'openai', 'female'),
]

export const isVoice = (id: unknown): boolean => voices.some((one) => one['voice_id'] === id)

export function voiceRoutes(app: Router): void {
  app.get('/list-voices', (_req, res) => void res.json(voices))
  app.get('/get-voice/:id', (req, res) => {
    const id = readParam(req, 'id')
    res.json(voices.find((one) => one['voice_id'] === id) ?? unknownAsset('voice', id))
  })
}
