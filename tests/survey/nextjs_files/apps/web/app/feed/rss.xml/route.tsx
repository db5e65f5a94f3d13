export const GET = wrap(async () => new Response("<rss/>"));
