export const onRequestGet: PagesFunction = async () => new Response();
export async function onRequestDelete() {}
