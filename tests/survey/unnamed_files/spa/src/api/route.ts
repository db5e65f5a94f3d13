export const GET = "GET";
