/** What a run can be found by in Temporal's visibility store; registered at every start of the stack. */
export const searchAttributes = {
  SlipwayTenant: 'Keyword',
  SlipwayClient: 'Keyword',
  SlipwayTemplate: 'Keyword',
  SlipwayPlan: 'Keyword',
  SlipwayStatus: 'Keyword',
  SlipwayCorrelationId: 'Keyword',
  SlipwayProviders: 'KeywordList',
} as const
