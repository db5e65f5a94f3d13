export const ALL = handler;
