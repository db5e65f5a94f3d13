import type { Application as FeathersApplication } from '@feathersjs/express'

export type Application = FeathersApplication<any, any>
