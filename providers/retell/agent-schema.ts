import { z } from 'zod'
import type { JsonObject } from '../../contracts/json.ts'
import type { SpecProblem } from '../provider.ts'
import { words } from './spec.ts'
import { problemsOf } from './spec-problems.ts'

export const readOnly = new Set(words('agent_id version is_published base_version last_modification_timestamp user_modified_timestamp channel assigned_tags tags is_public folder_id'))

/** Seen in exports, and silently ignored by today's API: sent on, they would differ for ever. */
export const retired = new Set(
  words(`opt_out_sensitive_data_storage enable_transcription_formatting normalize_for_speech enable_voicemail_detection voicemail_message
    voicemail_detection_timeout_ms post_call_analysis_prompt analysis_successful_prompt analysis_summary_prompt analysis_user_sentiment_prompt
    llm_websocket_url llmURL retellLlmData conversationFlow`),
)

const engineVersion = z.number().int().nullish()
const share = z.number().min(0).max(1).optional()

const responseEngine = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('retell-llm'), llm_id: z.string().min(1), version: engineVersion }),
  z.looseObject({ type: z.literal('conversation-flow'), conversation_flow_id: z.string().min(1), version: engineVersion }),
  z.looseObject({ type: z.literal('custom-llm'), llm_websocket_url: z.string().regex(/^wss?:\/\//, 'must be a WebSocket URL') }),
])

/** What is not checked here is the vendor's to judge. */
const unchecked = Object.fromEntries(
  words(`agent_name allow_dtmf_interruption allow_user_dtmf ambient_sound backchannel_words begin_message_delay_ms boosted_keywords call_screening_option
    custom_stt_config data_storage_retention_days data_storage_setting denoising_mode enable_backchannel enable_dynamic_responsiveness
    enable_dynamic_voice_speed enable_expressive_mode end_call_after_silence_ms expressive_emotion_tags expressive_mode_prompt guardrail_config
    handbook_config ivr_option language max_call_duration_ms opt_in_signed_url pii_config post_call_analysis_model pronunciation_dictionary
    reminder_max_count reminder_trigger_ms ring_duration_ms signed_url_expiration_ms stt_mode timezone user_dtmf_options version_description
    version_title vocab_specialization voice_emotion voice_model voicemail_option webhook_events webhook_timeout_ms`).map((key) => [key, z.unknown().optional()]),
)

/** docs.retellai.com/api-references/create-agent, fields as of retell-sdk 5.66. */
const schema = z.strictObject({
  ...unchecked,
  agent_name: z.string().nullish(),
  voice_id: z.string().min(1),
  response_engine: responseEngine,
  fallback_voice_ids: z.array(z.string()).nullish(),
  voice_temperature: z.number().min(0).max(2).optional(),
  voice_speed: z.number().min(0.5).max(2).optional(),
  volume: z.number().min(0).max(2).optional(),
  ambient_sound_volume: z.number().min(0).max(2).optional(),
  responsiveness: share,
  interruption_sensitivity: share,
  backchannel_frequency: share,
  webhook_url: z.string().nullish(),
  post_call_analysis_data: z.array(z.looseObject({ type: z.string(), name: z.string() })).nullish(),
})

export const validateAgent = (spec: JsonObject): SpecProblem[] => problemsOf(schema, spec, new Set([...readOnly, ...retired]))
