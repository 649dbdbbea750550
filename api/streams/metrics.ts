export type MessageStatus = 'success' | 'error' | 'failed' | 'dead'

/** How far the consumers are behind. */
export interface StreamBacklog {
  /** Requests that no consumer has taken yet. */
  lag: number
  /** Taken, and not answered. */
  pending: number
}

export interface StreamMetrics {
  /** stream_messages_total: `failed` comes again, `dead` went to the dead letters (stream_dead_letters_total). */
  streamMessage(operation: string, status: MessageStatus): void
  /** stream_lag and stream_pending, asked when scraped. */
  watchStream(read: () => Promise<StreamBacklog | undefined>): void
}
