export async function POST() {}
