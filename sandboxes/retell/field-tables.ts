const kinds = ['string', 'number', 'boolean', 'list', 'object'] as const
type Kind = (typeof kinds)[number]

/** The writable fields of one kind of resource, by name. */
export type FieldTable = ReadonlyMap<string, Kind>

const table = (names: Record<Kind, string>): FieldTable =>
  new Map(
    kinds.flatMap((kind) =>
      names[kind]
        .split(/\s+/)
        .filter((name) => name !== '')
        .map((name) => [name, kind] as const),
    ),
  )

// The tables follow the request types of retell-sdk 5.66.

export const llmFields = table({
  string: 'begin_message general_prompt model s2s_model start_speaker starting_state',
  number: 'begin_after_user_silence_ms model_temperature',
  boolean: 'is_transfer_llm model_high_priority tool_call_strict_mode',
  list: 'general_tools knowledge_base_ids mcps states',
  object: 'default_dynamic_variables kb_config',
})

export const flowFields = table({
  string: 'global_prompt start_node_id start_speaker',
  number: 'begin_after_user_silence_ms model_temperature',
  boolean: 'flex_mode is_transfer_cf tool_call_strict_mode',
  list: 'components knowledge_base_ids mcps nodes notes tools',
  object: 'begin_tag_display_position default_dynamic_variables kb_config model_choice',
})

export const voiceAgentFields = table({
  string: `agent_name ambient_sound data_storage_setting denoising_mode expressive_mode_prompt language
    post_call_analysis_model post_call_analysis_prompt stt_mode timezone version_description version_title vocab_specialization
    voice_emotion voice_id voice_model webhook_url analysis_successful_prompt analysis_summary_prompt analysis_user_sentiment_prompt`,
  number: `ambient_sound_volume backchannel_frequency begin_message_delay_ms data_storage_retention_days end_call_after_silence_ms
    interruption_sensitivity max_call_duration_ms reminder_max_count reminder_trigger_ms responsiveness ring_duration_ms
    signed_url_expiration_ms voice_speed voice_temperature volume webhook_timeout_ms`,
  boolean: `allow_dtmf_interruption allow_user_dtmf enable_backchannel enable_dynamic_responsiveness enable_dynamic_voice_speed
    enable_expressive_mode opt_in_signed_url normalize_for_speech`,
  list: `backchannel_words boosted_keywords expressive_emotion_tags fallback_voice_ids post_call_analysis_data
    pronunciation_dictionary webhook_events`,
  object: `call_screening_option custom_stt_config guardrail_config handbook_config ivr_option pii_config response_engine
    user_dtmf_options voicemail_option`,
})

export const chatAgentFields = table({
  string: `agent_name auto_close_message data_storage_setting language post_chat_analysis_model timezone version_description
    version_title webhook_url`,
  number: 'data_storage_retention_days end_chat_after_silence_ms signed_url_expiration_ms webhook_timeout_ms',
  boolean: 'opt_in_signed_url',
  list: 'post_chat_analysis_data webhook_events',
  object: 'guardrail_config handbook_config pii_config response_engine',
})

export const phoneNumberFields = table({
  string: `auth_password auth_username fallback_number inbound_sms_webhook_url inbound_webhook_url nickname sip_trunk_auth_password
    sip_trunk_auth_username termination_uri transport`,
  number: '',
  boolean: '',
  list: `allowed_inbound_country_list allowed_outbound_country_list inbound_agents inbound_sms_agents outbound_agents
    outbound_sms_agents`,
  object: '',
})
