export async function GET() {}
