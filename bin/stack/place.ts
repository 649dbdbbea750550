import { PortBusyError, type PortWish, freePort, onPort } from './ports.ts'

/** A port that the user set is taken: says by which variable. */
function refused(variable: string, port: number): Error {
  return new Error(`${variable}=${port}: the port is taken by another program. Set ${variable} to a free one, or leave it unset and a free one is found.`)
}

/** Starts on the wished port; says so where it had to be another one. */
export async function place<T>(what: string, variable: string, wish: PortWish, say: (line: string) => void, start: (port: number) => Promise<T>): Promise<T> {
  let bound = wish.port
  try {
    const started = await onPort(wish, (port) => {
      bound = port
      return start(port)
    })
    if (bound !== wish.port) say(`Port ${wish.port} is taken: ${what} listens on ${bound} (${variable} sets it)`)
    return started
  } catch (error) {
    if (error instanceof PortBusyError && wish.fixed) throw refused(variable, wish.port)
    throw error
  }
}

/** The same for a server with two ports, of which either may be taken. */
export async function placeTemporal<T>(
  wishes: { server: PortWish; ui: PortWish },
  say: (line: string) => void,
  start: (ports: { port: number; uiPort: number }) => Promise<T>,
): Promise<T> {
  const ports = { server: wishes.server.port, ui: wishes.ui.port }
  for (let attempt = 1; ; attempt += 1) {
    try {
      const started = await start({ port: ports.server, uiPort: ports.ui })
      if (ports.server !== wishes.server.port) say(`Port ${wishes.server.port} is taken: Temporal listens on ${ports.server} (TEMPORAL_PORT sets it)`)
      if (ports.ui !== wishes.ui.port) say(`Port ${wishes.ui.port} is taken: Temporal's Web UI listens on ${ports.ui} (TEMPORAL_UI_PORT sets it)`)
      return started
    } catch (error) {
      if (!(error instanceof PortBusyError) || attempt === 30) throw error
      const which = error.port === ports.ui ? 'ui' : 'server'
      if (wishes[which].fixed) throw refused(which === 'ui' ? 'TEMPORAL_UI_PORT' : 'TEMPORAL_PORT', ports[which])
      ports[which] = attempt < 10 ? ports[which] + 1 : await freePort()
    }
  }
}
