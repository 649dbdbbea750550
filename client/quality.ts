import type { AnswerOf, Ask, BodyOf, QueryOf } from './request.ts'

export interface Quality {
  validate(subject: BodyOf<'validateQuality'>): Promise<AnswerOf<'validateQuality'>>
  score(subject: BodyOf<'scoreQuality'>): Promise<AnswerOf<'scoreQuality'>>
  report(query?: QueryOf<'reportQuality'>): Promise<AnswerOf<'reportQuality'>>
}

export const quality = (ask: Ask): Quality => ({
  validate: (body) => ask('post', '/api/v1/quality/validate', { body }),
  score: (body) => ask('post', '/api/v1/quality/score', { body }),
  report: (query = {}) => ask('get', '/api/v1/quality/report', { params: { query } }),
})
