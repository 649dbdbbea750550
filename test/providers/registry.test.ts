import { expect, test } from '@jest/globals'
import { createRegistry, providers } from '../../providers/registry.ts'
import { supabase } from '../../providers/supabase/index.ts'

test('a provider is had by its name', () => {
  expect(providers.get('supabase')).toBe(supabase)
  expect(providers.has('supabase')).toBe(true)
})

test('an unknown name is an error that lists the known ones', () => {
  expect(providers.has('fax')).toBe(false)
  expect(() => createRegistry([supabase]).get('fax')).toThrow('There is no provider "fax"; there are supabase')
})

test('a provider without resources is no target', () => {
  expect(providers.names()).toContain('llm')
  expect(providers.targets()).not.toContain('llm')
  expect(providers.targets()).toContain('supabase')
})

test('two providers of one name are refused', () => {
  expect(() => createRegistry([supabase, { ...supabase }])).toThrow('Two providers are called "supabase"')
})
