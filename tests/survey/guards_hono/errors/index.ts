export * from "./missing";
export * from "./unknown";
