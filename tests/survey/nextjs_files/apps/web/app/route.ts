export async function HEAD() {}
