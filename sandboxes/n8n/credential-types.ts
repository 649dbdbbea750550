/** What a field of a credential holds; `!` marks the required ones. */
export type Field = 'string' | 'string!' | 'number' | 'boolean'

/** Some of n8n's credential types, with the fields that their data may have. */
export const credentialTypes: Record<string, Record<string, Field>> = {
  httpHeaderAuth: { name: 'string', value: 'string' },
  httpBasicAuth: { user: 'string', password: 'string' },
  httpDigestAuth: { user: 'string', password: 'string' },
  httpQueryAuth: { name: 'string', value: 'string' },
  httpBearerAuth: { token: 'string' },
  httpCustomAuth: { json: 'string!' },
  jwtAuth: { keyType: 'string', secret: 'string', privateKey: 'string', publicKey: 'string', algorithm: 'string' },
  openAiApi: { apiKey: 'string!', organizationId: 'string', url: 'string', header: 'boolean', headerName: 'string', headerValue: 'string' },
  anthropicApi: { apiKey: 'string!', url: 'string', header: 'boolean', headerName: 'string', headerValue: 'string' },
  googlePalmApi: { host: 'string!', apiKey: 'string!' },
  slackApi: { accessToken: 'string!', signatureSecret: 'string', notice: 'string' },
  telegramApi: { accessToken: 'string', baseUrl: 'string' },
  twilioApi: { authType: 'string', accountSid: 'string', authToken: 'string', apiKeySid: 'string', apiKeySecret: 'string' },
  githubApi: { server: 'string', user: 'string', accessToken: 'string' },
  notionApi: { apiKey: 'string' },
  airtableTokenApi: { accessToken: 'string' },
  hubspotAppToken: { appToken: 'string' },
  stripeApi: { secretKey: 'string', signatureSecret: 'string' },
  sendGridApi: { apiKey: 'string' },
  supabaseApi: { host: 'string', serviceRole: 'string', allowedHttpRequestDomains: 'string', allowedDomains: 'string' },
  postgres: { host: 'string', database: 'string', user: 'string', password: 'string', port: 'number', ssl: 'string', allowUnauthorizedCerts: 'boolean', maxConnections: 'number', sshTunnel: 'boolean' },
  redis: { host: 'string', port: 'number', user: 'string', password: 'string', database: 'number', ssl: 'boolean' },
  smtp: { user: 'string', password: 'string', host: 'string', port: 'number', secure: 'boolean', disableStartTls: 'boolean', hostName: 'string' },
  imap: { user: 'string', password: 'string', host: 'string', port: 'number', secure: 'boolean', allowUnauthorizedCerts: 'boolean' },
  pineconeApi: { apiKey: 'string!' },
  qdrantApi: { apiKey: 'string', qdrantUrl: 'string' },
}
