export const POST = async () => {};
export const OPTIONS = async () => {};
