export const TYPES = { Service: Symbol.for('Service') };
