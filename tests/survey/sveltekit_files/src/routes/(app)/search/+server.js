export function GET({ url }) {}
