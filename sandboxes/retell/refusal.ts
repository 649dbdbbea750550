/** A refusal in Retell's shape: `{"status": "error", "message": …}`. */
export class RetellError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'RetellError'
    this.status = status
  }
}

export const refuse = (message: string): never => {
  throw new RetellError(400, message)
}

/** Retell answers 422, not 404, for an asset that this key does not know. */
export const unknownAsset = (what: string, id: string): never => {
  throw new RetellError(422, `Cannot find requested asset under given api key: ${what} "${id}"`)
}
