export const Get = (path: string) => (target: object, key: string) => {};
