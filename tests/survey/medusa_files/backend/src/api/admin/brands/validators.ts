export const GET = "x";
