/**
 * Handles each message once, however often it comes: the change and the message's id are stored together, or neither is.
 * `store.commit` stands for a transaction; `crash` is where the test pulls the plug.
 */
export const createConsumer = ({ store, handlers }) => async (message, { crash } = {}) => {
  const handle = handlers[message.type]
  if (!handle) throw new Error(`no handler for ${message.type}`)
  if (crash === 'before') throw new Error('crashed before the commit')
  if (!store.inbox.has(message.id)) store.commit(message.id, handle(store.state, message))
  if (crash === 'after') throw new Error('crashed between the commit and the acknowledgement')
}

/** A store in memory: state and inbox change together. */
export function createStore(state = {}) {
  const store = { state, inbox: new Set(), order: [], commit: (id, next) => {
    store.inbox.add(id)
    store.order.push(id)
    store.state = next
  } }
  return store
}
