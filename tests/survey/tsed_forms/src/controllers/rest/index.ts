export * from './CalendarController.js';
export { HealthController } from './HealthController.js';
