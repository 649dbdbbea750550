import { isRecord } from '../record.ts'
import { readJsonPart } from './form.ts'
import { refuse } from './refusal.ts'
import { newId } from './wire.ts'

export interface Source {
  source_id: string
  type: 'text' | 'url' | 'document'
  [field: string]: unknown
}

export function readSources(form: FormData): Source[] {
  const texts = readJsonPart(form, 'knowledge_base_texts').map((text) =>
    isRecord(text) && typeof text['title'] === 'string' && typeof text['text'] === 'string'
      ? { type: 'text' as const, source_id: newId('source'), title: text['title'], text: text['text'] }
      : refuse('Every knowledge_base_texts item needs a title and a text'),
  )
  const urls = readJsonPart(form, 'knowledge_base_urls').map((url) =>
    typeof url === 'string' && URL.canParse(url)
      ? { type: 'url' as const, source_id: newId('source'), url }
      : refuse('knowledge_base_urls must be URLs'),
  )
  const files = [...form.getAll('knowledge_base_files'), ...form.getAll('knowledge_base_files[]')]
  if (files.length > 25) refuse('At most 25 knowledge_base_files')
  const documents = files.map((file) =>
    typeof file === 'string'
      ? refuse('knowledge_base_files must be files')
      : { type: 'document' as const, source_id: newId('source'), filename: file.name, file_size: file.size },
  )
  return [...texts, ...urls, ...documents]
}
