export function getStaticPaths() {}
export const GET = async () => new Response();
