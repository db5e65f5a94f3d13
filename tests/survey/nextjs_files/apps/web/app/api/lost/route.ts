export * from "@acme/handlers";
