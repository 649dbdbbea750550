/** Nothing of the machine's: no configuration, no hooks, no prompts, no transports but these. */
export const settings = [
  'core.hooksPath=/dev/null', 'core.quotePath=false', 'core.symlinks=false', 'gc.autoDetach=false', 'maintenance.auto=false', 'fetch.unpackLimit=1', 'http.followRedirects=false', 'http.lowSpeedLimit=100', 'http.lowSpeedTime=30',
  'protocol.allow=never', 'protocol.https.allow=always', 'protocol.http.allow=always', 'protocol.ssh.allow=always',
]

export const environment = {
  PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent', LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_ATTR_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'true', SSH_ASKPASS: 'true', GIT_NO_REPLACE_OBJECTS: '1',
}
