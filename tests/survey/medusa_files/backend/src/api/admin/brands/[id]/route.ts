export const DELETE = async () => {};
export const PUT = async () => {};
export const AUTHENTICATE = false;
