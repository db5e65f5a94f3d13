export const GET = serve;
export const PATCH = serve;
