export const POST = async () => {};
export const PATCH = async () => {};
