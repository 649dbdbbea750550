/** A broker that delivers at least once, and badly: `faults` are probabilities of each fault per delivery. */
export function createBroker({ random, maxAttempts = ${{ variables.maxAttempts }}, faults = { repeat: 0.2, lostAck: 0.2, crash: 0.1 } }) {
  const queue = []
  const dead = []

  const send = (message) => { queue.push({ message, attempts: 0 }) }
  const remove = (entry) => { queue.splice(queue.indexOf(entry), 1) }
${% if variables.keyed -%}
  /** A key waits for its first message; among keys there is no order. */
  const ready = () => queue.filter((entry, index) => queue.findIndex(({ message }) => message.key === entry.message.key) === index)
${% else -%}
  const ready = () => queue
${% endif %}
  /** Delivers until nothing is left. A consumer that throws has not handled the message. */
  const drain = async (consume) => {
    while (queue.length > 0) {
      const entry = random.pick(ready())
      entry.attempts += 1
      const done = await delivered(entry.message, consume)
      if (done && !random.chance(faults.lostAck) && !random.chance(faults.repeat)) remove(entry)
      else if (!done && entry.attempts >= maxAttempts) setAside(entry)
    }
  }

  const delivered = async (message, consume) => {
    const crash = random.chance(faults.crash) ? random.pick(['before', 'after']) : undefined
    try {
      await consume(structuredClone(message), { crash })
      return true
    } catch {
      return false
    }
  }

  const setAside = (entry) => {
    remove(entry)
    dead.push(entry.message)
  }

  return { send, drain, dead, redrive: () => { for (const message of dead.splice(0)) send(message) } }
}
