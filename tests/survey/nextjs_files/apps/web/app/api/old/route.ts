export * from "../users/route";
