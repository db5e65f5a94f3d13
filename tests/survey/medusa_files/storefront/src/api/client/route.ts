export const GET = async () => {};
