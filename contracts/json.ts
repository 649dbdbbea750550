export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** What can be written as JSON, which leaves out what is undefined. */
export type Jsonable = string | number | boolean | null | undefined | Jsonable[] | { [key: string]: Jsonable }
